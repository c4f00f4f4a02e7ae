"""The malware scan. Asking the scanner takes time, so it happens before an act is opened or after it, never inside.

At the upload the scanner looks first. When it is down the file is kept, sealed and waiting: the deadline is not the
provider's to lose, and until the scanner has looked nobody but who uploaded it can open it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import timedelta
from typing import IO
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, and_, func, or_, select

from ..access import SYSTEM
from ..audit import record
from ..config import Settings
from ..errors import FileRefused, FileWithheld
from ..i18n import gettext
from ..tasks import HANDLERS, progress
from ..work import Office, Work, begin_read, begin_write
from . import disk
from .clamav import Clamd, NotScanned, Verdict
from .models import ScanStatus, StoredFile
from .reasons import IN_SHORT
from .seal import Damaged, SealKeyMissing, open_stream

log = logging.getLogger("portal.storage")

AT_ONCE = 200
SEEN_LONG_AGO = timedelta(days=7)
"""A file that was clean is looked at again after this time, when the scanner has learnt something since."""
SCAN_ALL = "storage.scan_all"

_LISTENERS: list[Callable[[Work, StoredFile], None]] = []
_SEEN: WeakKeyDictionary[object, Verdict] = WeakKeyDictionary()
"""What the scanner said of uploads that are on their way in."""


def look_first(settings: Settings, uploads: Iterable[IO[bytes]]) -> None:
    """Let the scanner look at what was uploaded, before the act that keeps it. What it cannot look at will wait."""
    if not settings.clamav:
        return
    for upload in uploads:
        try:
            if upload.seek(0, 2) <= settings.max_upload:
                upload.seek(0)
                _SEEN[upload] = Clamd(settings.clamav).scan(upload)
        except NotScanned as reason:
            log.warning("an upload could not be scanned: %s", reason)
        finally:
            upload.seek(0)


def note_scan(work: Work, stored: StoredFile, upload: object) -> None:
    """What the scanner said of this upload, on its row: clean, or waiting when it said nothing."""
    if not work.settings.clamav:
        return
    verdict = _seen(upload)
    stored.scan_status = ScanStatus.WAITING if verdict is None else ScanStatus.CLEAN
    if verdict is not None:
        stored.scanned_at, stored.scan_version = work.now, verdict.version


def refuse_infected(upload: object, name: str) -> None:
    """Raises FileRefused when the scanner found something in this upload."""
    verdict = _seen(upload)
    if verdict is not None and verdict.found:
        raise FileRefused("infected", file_name=name)


def _seen(upload: object) -> Verdict | None:
    try:
        return _SEEN.get(upload)
    except TypeError:  # a stream that cannot be remembered was never looked at
        return None


def withheld(work: Work, stored: StoredFile) -> str:
    """Why this file does not go out to the actor: "removed", "infected", "waiting"; empty when it does."""
    if stored.removed_at is not None:
        return "removed"
    if stored.scan_status is ScanStatus.INFECTED:
        return "infected"
    own = work.actor.user_id is not None and work.actor.user_id == stored.uploaded_by_id
    return "waiting" if stored.scan_status is ScanStatus.WAITING and not own else ""


def notes_of(work: Work, file_ids: Iterable[int]) -> dict[int, str]:
    """What there is to say beside these files, in the reader's words; nothing for those that simply open."""
    ids = list(file_ids)
    if not ids:
        return {}
    held = or_(
        StoredFile.scan_status.in_([ScanStatus.WAITING, ScanStatus.INFECTED]), StoredFile.removed_at.is_not(None)
    )
    found = work.session.scalars(select(StoredFile).where(StoredFile.id.in_(ids), held))
    return {stored.id: gettext(work.actor.locale)(IN_SHORT[withheld(work, stored) or "waiting"]) for stored in found}


def blocked_among(work: Work, file_ids: Collection[int]) -> set[int]:
    """Those of these files in which a virus was found after they came in; nothing is asked for none."""
    if not file_ids:
        return set()
    found = select(StoredFile.id).where(StoredFile.id.in_(file_ids), StoredFile.scan_status == ScanStatus.INFECTED)
    return set(work.session.scalars(found))


def refuse_withheld(work: Work, stored: StoredFile) -> None:
    """Raises FileWithheld when nobody, or not this actor, may open the file now."""
    if reason := withheld(work, stored):
        raise FileWithheld(reason, subject=stored)


def when_found(tell: Callable[[Work, StoredFile], None]) -> None:
    """`tell` hears of each file in which a virus is found after it came in, in the act that blocks it."""
    _LISTENERS.append(tell)


# --- afterwards --------------------------------------------------------------------------------------------------


def scan_waiting(office: Office) -> int:
    """Look at what waits and at what came before there was a scanner. Returns how many files got a verdict."""
    due = StoredFile.scan_status.in_([ScanStatus.WAITING, ScanStatus.NONE])
    return sum(1 for found in scan(office, due, limit=AT_ONCE) if found is not None)


def scan_again(office: Office) -> int:
    """What was seen a week ago or longer, with older signatures: so many at a time. Nothing while the scanner is down.

    Returns how many files got a verdict.
    """
    if not office.settings.clamav:
        return 0
    try:
        version = Clamd(office.settings.clamav).version()
    except NotScanned:
        return 0
    with begin_read(office, SYSTEM) as work:
        before = work.now - SEEN_LONG_AGO
    due = and_(
        StoredFile.scan_status.in_([ScanStatus.CLEAN, ScanStatus.INFECTED]),
        StoredFile.scan_version != version,
        StoredFile.scanned_at <= before,
    )
    return sum(1 for found in scan(office, due, limit=AT_ONCE) if found is not None)


def scan_all(office: Office, tell: Callable[[int, int], None] = lambda done, total: None) -> dict[str, int]:
    """Look at every file that the scanner's present signatures have not seen. Raises NotScanned when it is down."""
    version = Clamd(office.settings.clamav).version()
    due = and_(
        StoredFile.scan_status != ScanStatus.OWN,
        or_(StoredFile.scan_version.is_(None), StoredFile.scan_version != version),
    )
    with begin_read(office, SYSTEM) as work:
        total = work.session.scalar(select(func.count(StoredFile.id)).where(due, StoredFile.removed_at.is_(None))) or 0
    counts = {"clean": 0, "infected": 0, "not_scanned": 0}
    for done, found in enumerate(scan(office, due), 1):
        counts["not_scanned" if found is None else "infected" if found.found else "clean"] += 1
        tell(done, total)
    Clamd(office.settings.clamav).version()  # a scanner that went away on the way has not seen the rest
    return counts


def scan(office: Office, due: ColumnElement[bool], *, limit: int | None = None) -> Iterator[Verdict | None]:
    """Each due file once, in order; None for one that got no verdict. Stops when the scanner is down."""
    last, seen = 0, 0
    while office.settings.clamav and (limit is None or seen < limit):
        with begin_read(office, SYSTEM) as work:
            wanted = select(StoredFile).where(due, StoredFile.removed_at.is_(None), StoredFile.id > last)
            stored = work.session.scalar(wanted.order_by(StoredFile.id).limit(1))
            if stored is None:
                return
            last, seen = stored.id, seen + 1
            verdict = _look(work, stored)
            if verdict is None and not _answers(office):
                return
        if verdict is not None:
            _settle(office, last, verdict)
        yield verdict


def _look(work: Work, stored: StoredFile) -> Verdict | None:
    path = disk.path_of(work.settings.file_root, stored.address)
    try:
        return Clamd(work.settings.clamav).scan(Pieces(open_stream(work, stored.seal, path, stored.size)))
    except (NotScanned, Damaged, SealKeyMissing, OSError) as reason:
        log.warning("file %s could not be scanned: %s", stored.id, type(reason).__name__)
        return None


def _answers(office: Office) -> bool:
    try:
        return bool(Clamd(office.settings.clamav).version())
    except NotScanned:
        return False


def _settle(office: Office, file_id: int, verdict: Verdict) -> None:
    with begin_write(office, SYSTEM) as work:
        stored = work.get(StoredFile, file_id)
        before = stored.scan_status
        stored.scan_status = ScanStatus.INFECTED if verdict.found else ScanStatus.CLEAN
        stored.scan_found = verdict.found or None
        stored.scanned_at, stored.scan_version = work.now, verdict.version
        if stored.scan_status is not before:
            record(
                work, "file.scanned", stored, before=before, after=stored.scan_status, uploaded_by=stored.uploaded_by_id
            )
            if verdict.found:
                for tell in _LISTENERS:
                    tell(work, stored)


class Pieces:
    """An iterator of bytes as a stream to read."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def read(self, size: int = -1, /) -> bytes:
        while len(self._rest) < size or size < 0:
            piece = next(self._pieces, b"")
            if not piece:
                break
            self._rest += piece
        cut = len(self._rest) if size < 0 else size
        given, self._rest = self._rest[:cut], self._rest[cut:]
        return given


def _scan_all_task(office: Office, task_id: int) -> str:
    counts = scan_all(office, lambda done, total: progress(office, task_id, done, total))
    return "infected_found" if counts["infected"] else "all_clean"


HANDLERS[SCAN_ALL] = _scan_all_task
