"""Reading and writing in the name of whoever sent the request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from flask import current_app, flash, g, redirect, request
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.access import VISITOR, Actor
from portal.errors import StaleVersion
from portal.storage import look_first
from portal.work import Lock, Office, Work, begin_read, begin_write

from .models import SentForm

if TYPE_CHECKING:
    from . import Parts
    from .forms import BaseForm


class AlreadyDone(Exception):
    """This very form was handled before; the reader is led to what it did."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def parts() -> Parts:
    found: Parts = current_app.extensions["portal"]
    return found


def office() -> Office:
    return parts().office


def actor() -> Actor:
    """Who sent this request, in the language of the page; a visitor when nobody is logged in."""
    from flask_login import current_user

    from .locale import reader_locale

    who: Actor = current_user.actor if current_user.is_authenticated else VISITOR
    locale = reader_locale()
    return who if who.locale == locale else replace(who, locale=locale)


@contextmanager
def reading() -> Iterator[Work]:
    """One look at the data for the whole request, open until the response is made."""
    work = page_work()
    work.actor = actor()
    yield work


def page_work() -> Work:
    """The request's one reading Work. Whoever loads the actor starts it as a visitor."""
    if "reading" not in g:
        stack = ExitStack()
        g.reading = (stack, stack.enter_context(begin_read(office(), VISITOR)))
    work: Work = g.reading[1]
    return work


def close_reading(_error: BaseException | None = None) -> None:
    if "reading" in g:
        stack, _ = g.pop("reading")
        stack.close()
        g.pop("header", None)  # its rows went with the transaction


@contextmanager
def writing(form: BaseForm | None = None, lock: Lock | None = None) -> Iterator[Work]:
    """One act. With a form: raises AlreadyDone when that form was handled before, also when it is sent twice at once."""
    who, nonce = actor(), form.nonce.data if form is not None else None
    close_reading()
    look_first(office().settings, (upload.stream for upload in request.files.values() if upload.filename))
    try:
        with begin_write(office(), who, lock) as work:
            _refuse_repeat(work, nonce)
            yield work
    except StaleVersion:
        with begin_read(office(), who) as look:
            _refuse_repeat(look, nonce)
        raise


def _refuse_repeat(work: Work, nonce: str | None) -> None:
    if not nonce:
        return
    sent = work.session.scalar(select(SentForm).where(SentForm.nonce == nonce, SentForm.user_id == work.actor.user_id))
    if sent is not None:
        raise AlreadyDone(sent.location)


def finish(work: Work, form: BaseForm | None, location: str, message: str = "") -> Response:
    """Remember that this form was handled, say so, and lead the reader on."""
    if form is not None and form.nonce.data:
        work.session.add(
            SentForm(nonce=form.nonce.data, user_id=work.actor.user_id, location=location[:500], at=work.now)
        )
    if message:
        flash(message, "ok")
    return redirect(location, 303)
