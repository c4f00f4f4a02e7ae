"""What the facts of an organisation must look like."""

from __future__ import annotations

import re

MAX_YOUTH_WORKERS = 100_000
KVK = re.compile(r"[0-9]{8}")


def normal_kvk(kvk_number: str) -> str:
    """As people write it: with spaces or dots."""
    return re.sub(r"[\s.]", "", kvk_number)


def reasons_against_facts(*, name: str, kvk_number: str | None, youth_workers: int | None, place: str) -> list[str]:
    """What is wrong with the facts; `kvk_number` None where it is not asked."""
    reasons = []
    if not name.strip():
        reasons.append("organisation_name_missing")
    if not place.strip():
        reasons.append("organisation_place_missing")
    if kvk_number is not None and not KVK.fullmatch(kvk_number):
        reasons.append("kvk_number_wrong")
    if youth_workers is not None and not 0 <= youth_workers <= MAX_YOUTH_WORKERS:
        reasons.append("youth_workers_wrong")
    return reasons
