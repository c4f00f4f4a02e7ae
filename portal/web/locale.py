"""The reader's language: Flask-Babel on top of the catalogues of i18n."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

from flask import Flask, g, has_app_context, has_request_context, session
from flask_babel import Babel, Domain, get_locale, refresh
from flask_babel.speaklater import LazyString
from flask_login import current_user
from markupsafe import Markup

from portal import i18n

__all__ = ["_", "_l", "change_language", "install", "ngettext", "reader_locale"]


class Catalogues(Domain):
    """Our catalogues are read by i18n, which mail and documents use as well."""

    def get_translations(self) -> Any:
        return i18n.translations(reader_locale())


def _(text: str, /, **values: Any) -> str:
    """This text in the reader's language, its values filled in. A page asks it hundreds of times: found once a request."""
    if not has_app_context():
        return i18n.gettext("nl")(text, **values)
    if "words" not in g:
        g.words = i18n.gettext(reader_locale())
    return str(g.words(text, **values))


def ngettext(one: str, many: str, number: int, /, **values: Any) -> str:
    """One or many in the reader's language, `num` filled in."""
    return i18n.ngettext(reader_locale() if has_app_context() else "nl")(one, many, number, **values)


def _l(text: str, /, **values: Any) -> Any:
    """The same, looked up when it is shown."""
    return LazyString(_, text, **values)


def _choose() -> str:
    """What the person chose, else Dutch: the language that binds."""
    chosen = session.get("locale")
    if chosen is None and current_user.is_authenticated:
        chosen = current_user.actor.locale
    return chosen if chosen in i18n.LOCALES else "nl"


def change_language(locale: str) -> None:
    """From now on, also for what this very request still says."""
    session["locale"] = locale
    refresh()
    g.pop("words", None)
    g.pop("language", None)


def reader_locale() -> str:
    """Flask-Babel's answer, spelled out once a request: each date and each text asks for it."""
    known: str | None = g.get("language")
    if known is None:
        known = g.language = str(get_locale() or "nl")
    return known


def install(app: Flask) -> None:
    Babel(app, default_locale="nl", default_timezone="Europe/Amsterdam", locale_selector=_choose)
    app.extensions["babel"].instance.domain_instance = Catalogues()
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(_, _plural, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals["_"] = _on_page
    for name, function in i18n.FILTERS.items():
        app.jinja_env.filters[name] = partial(_localised, function)


def _on_page(text: str, /, **values: Any) -> Markup:
    """`_` of templates, as Jinja's own does it: %% is a percent sign, values are escaped. In one call instead of four."""
    found = _as_markup(reader_locale(), str(text))
    return found % values if "%" in found else found


@lru_cache(maxsize=8192)
def _as_markup(locale: str, text: str) -> Markup:
    return Markup(i18n.gettext(locale)(text))


def _plural(one: str, many: str, number: int) -> str:
    """One or many, as a pattern: the template fills in all its values at once."""
    return str(i18n.translations(reader_locale()).ungettext(one, many, number))


def _localised(function: Any, value: Any, *args: Any) -> str:
    return str(function(value, reader_locale() if has_request_context() else "nl", *args))
