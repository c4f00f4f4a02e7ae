"""The chain finds every changed, removed, swapped, inserted or cut-off entry."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, text, update

from portal.access import SYSTEM
from portal.audit import AuditEvent, record, verify_chain


@pytest.fixture
def chain(work_as, read_as):
    for number in range(5):
        with work_as(SYSTEM) as work:
            record(work, "thing.done", None, number=number, before="a", after="b")

    def faults() -> list[str]:
        with read_as(SYSTEM) as work:
            return list(verify_chain(work.session))

    return faults


def test_an_untouched_chain_is_whole(chain):
    assert chain() == []


@pytest.mark.parametrize("column", ["tag", "role", "subject_type"])
def test_a_changed_word_is_found(chain, work_as, column):
    with work_as(SYSTEM) as work:
        work.session.execute(update(AuditEvent).where(AuditEvent.seq == 3).values({column: "other.thing"}))
    assert chain() == ["entry 3 was changed"]


def test_one_changed_byte_in_the_facts_is_found(chain, work_as):
    with work_as(SYSTEM) as work:
        work.session.execute(
            update(AuditEvent).where(AuditEvent.seq == 2).values(facts={"number": 1, "before": "a", "after": "c"})
        )
    assert chain() == ["entry 2 was changed"]


def test_a_removed_entry_is_found(chain, work_as):
    with work_as(SYSTEM) as work:
        work.session.execute(delete(AuditEvent).where(AuditEvent.seq == 3))
    assert chain() == ["entry 3 is missing (next is 4)"]


def test_a_cut_off_tail_is_found(chain, work_as):
    with work_as(SYSTEM) as work:
        work.session.execute(delete(AuditEvent).where(AuditEvent.seq >= 4))
    assert chain() == ["the chain is cut off: head says 5, last entry is 3"]


def test_swapped_entries_are_found(chain, work_as):
    with work_as(SYSTEM) as work:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            work.session.execute(update(AuditEvent).where(AuditEvent.seq == old).values(seq=new))
    assert len(chain()) >= 2


def test_an_entry_rewritten_with_its_own_hash_breaks_the_next(chain, work_as):
    with work_as(SYSTEM) as work:
        work.session.execute(text("update audit_event set hash = :h where seq = 2"), {"h": "f" * 64})
    assert "entry 3 does not follow entry 2" in chain()


def test_a_tag_is_noun_dot_verb(work_as):
    with pytest.raises(ValueError, match=r"noun\.verb"), work_as(SYSTEM) as work:
        record(work, "Something happened", None)


def test_facts_named_as_ids_make_the_entry_part_of_that_trail(work_as, read_as):
    with work_as(SYSTEM) as work:
        record(work, "thing.done", None, procedure_id=12)
    with read_as(SYSTEM) as work:
        found = work.session.execute(text("select kind, ref_id from audit_ref")).all()
        assert [tuple(row) for row in found] == [("procedure", 12)]
        assert work.session.scalar(select(AuditEvent.facts)) == {"procedure_id": 12}
