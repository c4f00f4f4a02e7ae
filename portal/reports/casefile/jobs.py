"""Putting a case file together: in small acts in the name of who asked, sealed piece by piece, never whole in memory.

After a crash it begins anew; what a broken-off run laid in the store has no row and is swept away.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from portal.access import SYSTEM, Actor
from portal.accounts.rules import ROLE_LABELS
from portal.errors import NotAllowed
from portal.i18n import mark
from portal.reports.casefile import documents, queries, rules, service
from portal.reports.casefile.index import documents as index
from portal.reports.casefile.rules import Purpose
from portal.storage import Seal, StoredFile
from portal.storage.archive import SUMS, Names, Packer, lay
from portal.storage.copies import Source, source_of, with_pdf
from portal.storage.disk import Laid
from portal.tasks import HANDLERS, OUTCOMES, TITLES, Task, progress
from portal.tenders.submissions import queries as submissions
from portal.tenders.submissions.takeout.documents import WITHHELD
from portal.tenders.submissions.takeout.rules import part_folder
from portal.tenders.submissions.takeout.service import Parcel, take_out
from portal.web.exports import plain
from portal.work import Office, begin_read, begin_write

Paper = tuple[tuple[str, ...], Source]
"""The folders that a Word document comes to lie in, and the document."""
TRAIL_COLUMNS = ("seq", "at", "who", "role", "tag", "subject_type", "subject_id", "facts", "previous", "hash")


@dataclass
class Casefile:
    """One run: what it is of, for whom, and what went in so far."""

    office: Office
    task_id: int
    actor: Actor
    procedure_id: int
    purpose: Purpose
    asked_at: datetime
    recipient: str
    packer: Packer
    names: Names = field(default_factory=Names)
    kinds: dict[str, str] = field(default_factory=dict)
    word_only: list[str] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)

    def path(self, kind: str, name: str, *folders: str) -> str:
        path = self.names.path(name, *folders)
        self.kinds[path] = kind
        return path


def make_casefile(office: Office, task_id: int) -> str:
    """Make it and keep it. Raises NotAllowed when who asked no longer may."""
    run = _begun(office, task_id)
    if run is None:
        return "kept"
    laid = lay(office.settings.file_root, run.recipient, _pieces(run))
    return _kept(run, laid)


def _begun(office: Office, task_id: int) -> Casefile | None:
    with begin_read(office, SYSTEM) as work:
        task = work.get(Task, task_id)
        if task.result_file_id is not None:
            return None
        actor = queries.asker(work, task.asked_by_id, task.facts["membership_id"])
        if actor is None:
            raise NotAllowed("casefile:take")
        return Casefile(
            office=office,
            task_id=task_id,
            actor=actor,
            procedure_id=int(task.facts["procedure_id"]),
            purpose=Purpose(task.facts["purpose"]),
            asked_at=task.queued_at,
            recipient=work.get(Seal, int(task.facts["seal_id"])).recipient,
            packer=Packer(work.now),
        )


def _kept(run: Casefile, laid: Laid) -> str:
    files = len(run.packer.packed)
    with begin_write(run.office, SYSTEM) as work:
        task = work.get(Task, run.task_id)
        service.keep_casefile(work, task, queries.whole(work, run.procedure_id), laid, files=files)
    return "casefile_made"


def _pieces(run: Casefile) -> Iterator[bytes]:
    """The whole ZIP, piece by piece. Raises Cancelled between two steps."""
    for fixed in (index.PAGE, index.DATA, SUMS):
        run.names.path(fixed)
    with begin_read(run.office, run.actor) as work:
        procedure = queries.whole(work, run.procedure_id)
        contents = queries.contents(work, procedure)
        made = [documents.publication(procedure, work.now)]
        if contents.outside.opened and contents.reach.decisions:
            made.append(documents.decided(procedure, queries.taken_decisions(work, procedure), work.now))
        blueprint = json.dumps(procedure.blueprint, ensure_ascii=False, indent=2).encode()
    total = 2 + len(contents.papers) + len(contents.submissions)
    progress(run.office, run.task_id, 0, total)
    yield from _papers(run, [(("Procedure",), Source(one.data, one.name)) for one in made])
    path = run.path("De inkoopgegevens die golden, als gegevens", "inkoopgegevens.json", "Procedure")
    yield from run.packer.add_bytes(path, blueprint)
    done = 1
    for some in rules.batches([id for _folder, id in contents.papers], 20):
        yield from _papers(run, _stored(run, contents.papers, some))
        done += len(some)
        progress(run.office, run.task_id, done, total)
    for some in rules.batches(contents.submissions):
        yield from _submissions(run, some)
        done += len(some)
        progress(run.office, run.task_id, done, total)
    yield from _trail(run)
    progress(run.office, run.task_id, total, total)
    yield from _index(run, contents)
    yield from run.packer.close()


def _stored(run: Casefile, papers: Sequence[tuple[str, int]], ids: Iterable[int]) -> list[Paper]:
    folders = {id: folder for folder, id in papers}
    with begin_read(run.office, run.actor) as work:
        return [((folders[id],), source_of(work, work.get(StoredFile, id))) for id in ids]


def _papers(run: Casefile, papers: Sequence[Paper]) -> Iterator[bytes]:
    """Each as Word and, where it could be made, as PDF."""
    pdfs = with_pdf(run.office, [source for _folders, source in papers])
    for (folders, source), pdf in zip(papers, pdfs, strict=True):
        kind = folders[0]
        yield from run.packer.add_bytes(run.path(kind, source.name, *folders), source.data)
        if pdf is not None:
            yield from run.packer.add_bytes(run.path(f"{kind}, als PDF", source.pdf_name, *folders), pdf)
        else:
            run.word_only.append(source.pdf_name)


def _submissions(run: Casefile, ids: Sequence[int]) -> Iterator[bytes]:
    """Some submissions: what was said, the receipt, every file, and how it was judged once that stands."""
    parcels, papers = [], []
    for id in ids:
        with begin_write(run.office, run.actor) as work:
            found = submissions.submission(work, id)
            parcel = take_out(work, found, task_id=run.task_id)
            folder = ("Inschrijvingen", f"{found.number} {found.organisation.name}")
            assignments, lines = queries.judged(work, found)
            if lines:
                one = documents.judgement(found, assignments, lines, work.now)
                papers.append((folder, Source(one.data, one.name)))
        parcels.append((folder, parcel))
        papers += [(folder, source) for source in parcel.papers()]
    yield from _papers(run, papers)
    for folder, parcel in parcels:
        yield from _files(run, folder, parcel)


def _files(run: Casefile, folder: tuple[str, ...], parcel: Parcel) -> Iterator[bytes]:
    for place in parcel.places:
        if place.file_id not in parcel.files:
            run.withheld.append(f"{place.name} bij {parcel.answers.number} (SHA-256 {place.sha256})")
            continue
        kind = f"Bestand bij {parcel.answers.number}: {'; '.join(place.uses)}"
        path = run.path(kind, place.name, *folder, part_folder(place))
        chunks = parcel.files[place.file_id].chunks
        yield from run.packer.add(path, chunks, size=place.size, sha256=place.sha256)


def _trail(run: Casefile) -> Iterator[bytes]:
    """Twice: to read in a spreadsheet, and with everything that the hashes are taken over."""
    path = run.path("Auditspoor, om na te rekenen: elke regel met zijn hash", "auditspoor.jsonl", "Auditspoor")
    lines = (json.dumps(one, ensure_ascii=False, sort_keys=True).encode() + b"\n" for one in _entries(run))
    yield from run.packer.add(path, lines)
    path = run.path("Auditspoor, om te lezen", "auditspoor.csv", "Auditspoor")
    yield from run.packer.add(path, _csv(_entries(run)))


def _entries(run: Casefile) -> Iterator[dict[str, object]]:
    after = 0
    while True:
        with begin_read(run.office, run.actor) as work:
            page = queries.trail(work, queries.procedure_of(work, run.procedure_id), after)
        if not page:
            return
        yield from page
        after = int(page[-1]["seq"])


def _csv(entries: Iterable[dict[str, object]]) -> Iterator[bytes]:
    yield "\ufeff".encode() + _line(TRAIL_COLUMNS)
    for one in entries:
        facts = json.dumps(one["facts"], ensure_ascii=False, sort_keys=True)
        yield _line([facts if name == "facts" else one[name] for name in TRAIL_COLUMNS])


def _line(values: Iterable[object]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerow([plain(value) for value in values])
    return out.getvalue().encode()


def _index(run: Casefile, contents: queries.Contents) -> Iterator[bytes]:
    out = rules.left_out(contents.reach, contents.outside)
    out += [f"{name}: alleen als Word-bestand, er kon geen PDF worden gemaakt" for name in run.word_only]
    out += [f"{name}: {WITHHELD}" for name in run.withheld]
    with begin_read(run.office, run.actor) as work:
        procedure = queries.whole(work, run.procedure_id)
        seq, hash = queries.head(work)
        facts = index.Facts(
            reference=procedure.reference,
            title=procedure.title,
            region=procedure.region.name,
            asked_by=run.actor.name,
            role=ROLE_LABELS[run.actor.role],
            purpose=rules.IN_DUTCH[run.purpose],
            asked_at=run.asked_at,
            made_at=work.now,
            chain_seq=seq,
            chain_hash=hash,
            left_out=out,
            practice=work.settings.practice,
        )
    packed = list(run.packer.packed)
    yield from run.packer.add_bytes(index.DATA, index.data(facts, run.kinds, packed))
    yield from run.packer.add_bytes(index.PAGE, index.page(facts, run.kinds, packed))


HANDLERS[queries.CASEFILE] = make_casefile
TITLES[queries.CASEFILE] = mark("Dossier samenstellen")
OUTCOMES["casefile_made"] = mark("Het dossier is klaar. U kunt het downloaden.")
JOBS: dict[str, object] = {}
