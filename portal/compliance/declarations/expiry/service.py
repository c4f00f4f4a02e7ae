"""Verbs on declarations that have been kept long enough."""

from __future__ import annotations

from sqlalchemy import delete

from portal.audit import record
from portal.compliance.declarations.models import Declaration, TopOfficial
from portal.contracts.wording.rules import OWNERS_PAID_FROM_RESULT
from portal.storage import StoredFile
from portal.storage.removal import remove_file
from portal.work import Work


def remove_declaration(work: Work, declaration: Declaration) -> None:
    """Texts, attachment, top officials and answers go; that it was filed and checked, and when, stays. So do the figures
    of an organisation; of an owner who is paid from the result they are the income of a person, and go.
    """
    if declaration.file_id is not None:
        remove_file(work, work.get(StoredFile, declaration.file_id))
    declaration.remark = declaration.question = ""
    margin, wnt = declaration.profit_margin, declaration.wnt
    if margin is not None and declaration.obligation.organisation.legal_form in OWNERS_PAID_FROM_RESULT:
        work.session.delete(margin)
    elif margin is not None:
        margin.explanation = ""
    if wnt is not None:
        work.session.execute(delete(TopOfficial).where(TopOfficial.wnt_declaration_id == wnt.id))
    if declaration.evaluation is not None:
        work.session.delete(declaration.evaluation)
    record(work, "declaration.removed", declaration, obligation_id=declaration.obligation_id)
