"""Who may stand in for whom. A deputy gets no right by it: only somebody who has at least the same may be one."""

from __future__ import annotations

from datetime import date, timedelta

from portal.access import GRANTS, Role
from portal.accounts.models import Membership

LONGEST = timedelta(days=366)


def reasons_not_to_stand_in(absent: Membership, deputy: Membership) -> list[str]:
    """Same organisation and scope, and a role that may do at least what the absent person's role may."""
    if absent.user_id == deputy.user_id:
        return ["deputy_is_self"]
    if absent.role is Role.ASSESSOR:
        return ["judges_alone"]  # scorers are independent: another assessor is assigned instead (domain 1.3)
    where = ("organisation_id", "region_id", "municipality_id", "table_id")
    same_place = all(getattr(absent, key) == getattr(deputy, key) for key in where)
    if not same_place or not GRANTS[absent.role] <= GRANTS[deputy.role]:
        return ["deputy_may_not"]
    return []


def reasons_against_dates(starts_on: date, ends_on: date, today: date) -> list[str]:
    if ends_on < starts_on:
        return ["absence_ends_before_start"]
    reasons = ["absence_over"] if ends_on < today else []
    return reasons + (["absence_too_long"] if ends_on - starts_on > LONGEST else [])
