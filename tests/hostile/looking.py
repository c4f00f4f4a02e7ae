"""What must never be after a kill: an acknowledged thing that is gone, a half thing, a broken trail, a mail too many."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from sqlalchemy import select

from portal.access import SYSTEM
from portal.audit import verify_chain
from portal.compliance.obligations.models import Reminder, ReminderState
from portal.mail import OutboxMail
from portal.storage import StoredFile, describe, open_file
from portal.tasks import Task, TaskStatus
from portal.tenders.assessment.models import Opening, OpeningState
from portal.tenders.decisions.models import Decision, DecisionLetter, DecisionState
from portal.tenders.submissions.models import Signature, Submission, SubmissionState
from portal.work import Office, Work, begin_read
from tests.hostile import scenes

DUE = "obligations_due"
"""The mail about obligations."""


def faults(office: Office, told: list[str]) -> list[str]:
    """What must never be: an acknowledged thing that is gone, a half thing, a broken trail, a file that cannot be read."""
    wrong = []
    with begin_read(office, SYSTEM) as work:
        wrong += list(verify_chain(work.session))
        wrong += [*_submissions(work, told), *_opening(work, told), *_letters(work, told)]
        for stored in work.session.scalars(select(StoredFile).where(StoredFile.removed_at.is_(None))):
            try:
                describe(work, stored)
                open_file(work, stored).read()
            except Exception as error:
                wrong.append(f"file {stored.id} cannot be read: {error!r}")
    return wrong


def _submissions(work: Work, told: list[str]) -> list[str]:
    wrong = []
    for found in work.session.scalars(select(Submission)):
        signed = len(list(work.session.scalars(select(Signature).where(Signature.submission_id == found.id))))
        complete = found.receipt_number is not None and found.submitted_at is not None and signed == 1
        empty = found.receipt_number is None and found.submitted_at is None and signed == 0
        waits = found.state in (SubmissionState.DRAFT, SubmissionState.WITHDRAWN)
        if not (empty if waits else complete):
            wrong.append(f"submission {found.id} is half handed in: {found.state}")
        if f"/inschrijvingen/{found.id}/ondertekenen" in told and waits:
            wrong.append(f"submission {found.id} was acknowledged and is lost")
    return wrong


def _opening(work: Work, told: list[str]) -> list[str]:
    wrong = []
    for found in work.session.scalars(select(Opening)):
        done = found.state is OpeningState.OPENED
        states = set(
            work.session.scalars(select(Submission.state).where(Submission.procedure_id == found.procedure_id))
        )
        if done == (SubmissionState.SUBMITTED in states):
            wrong.append(f"opening of {found.procedure_id} is {found.state} with submissions {states}")
        if any(address.endswith("/openen") for address in told) and not done:
            wrong.append("the opening was acknowledged and is lost")
    return wrong


def _letters(work: Work, told: list[str]) -> list[str]:
    states = Counter(work.session.scalars(select(Decision.state)))
    letters = list(work.session.scalars(select(DecisionLetter.submission_id)))
    wrong = []
    if len(states) > 1:
        wrong.append(f"some decisions are announced and some are not: {states}")
    if len(set(letters)) != len(letters):
        wrong.append("a letter stands twice")
    if any(address.endswith("/bekendmaken") for address in told):
        tasks = [task.status for task in work.session.scalars(select(Task))]
        if DecisionState.ANNOUNCED not in states and TaskStatus.QUEUED not in tasks and TaskStatus.RUNNING not in tasks:
            wrong.append(f"the announcement was acknowledged and is lost: {states} {tasks}")
    return wrong


def reminders(office: Office, folder: Path) -> list[str]:
    """Afterwards: the very steps that an undisturbed morning takes, each with its one mail to its one reader."""
    expected = Counter(tuple(row) for row in json.loads((folder / "expected.json").read_text()))
    taken = Counter(scenes.reminded(office))
    wrong = [f"step {row} was not taken" for row in expected - taken]
    wrong += [f"step {row} was taken too much" for row in taken - expected]
    with begin_read(office, SYSTEM) as work:
        mails = {m.id: m for m in work.session.scalars(select(OutboxMail).where(OutboxMail.template == DUE))}
        rows = list(work.session.scalars(select(Reminder).where(Reminder.state == ReminderState.QUEUED)))
        for row in rows:
            mail = mails.get(row.outbox_mail_id or 0)
            if mail is None or mail.recipient != row.recipient:
                wrong.append(f"reminder {row.id} to {row.recipient} has no mail of its own")
        told = {row.outbox_mail_id for row in rows}
        wrong += [f"mail {id} reminds of nothing that is on record" for id in mails if id not in told]
    return wrong
