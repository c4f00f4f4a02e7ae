"""When a removal may be proposed and confirmed."""

from __future__ import annotations

from portal.retention.classes import RetentionClass

SHORTEST_REASON, LONGEST_REASON = 10, 500


def reasons_not_to_propose(kind: RetentionClass, *, due: int, open_already: bool, reason: str) -> list[str]:
    """Codes: retention_not_by_hand, retention_nothing_due, retention_proposed_already, retention_reason_too_short."""
    found = [] if kind.by_hand else ["retention_not_by_hand"]
    found += [] if due else ["retention_nothing_due"]
    found += ["retention_proposed_already"] if open_already else []
    return found + ([] if len(reason.strip()) >= SHORTEST_REASON else ["retention_reason_too_short"])


def reasons_not_to_confirm(*, confirmed: bool, cancelled: bool, seen: int, listed: int) -> list[str]:
    """Codes: retention_over, retention_list_differs (the number typed is not the number on the list)."""
    found = ["retention_over"] if confirmed or cancelled else []
    return found + ([] if seen == listed else ["retention_list_differs"])
