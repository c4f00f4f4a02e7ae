"""The terms under which a procedure runs: fixed when it was started, whatever the region's file says later."""

from __future__ import annotations

import json

from sqlalchemy import select

from portal.regions.blueprints import from_json
from portal.regions.blueprints.schema import Blueprint
from portal.regions.blueprints.terms import ProcedureTemplate
from portal.regions.blueprints.vocabulary import TermStart, TermType
from portal.tenders.procedures.models import Procedure
from portal.work import Work

_BY_DIGEST: dict[str, Blueprint] = {}


def blueprint_of(procedure: Procedure) -> Blueprint:
    """The blueprint as it was when the procedure was started; read once per process, because one digest is one blueprint."""
    digest = procedure.blueprint_digest
    if digest not in _BY_DIGEST:
        _BY_DIGEST[digest] = from_json(json.dumps(procedure.blueprint))
    return _BY_DIGEST[digest]


def template_by(work: Work, digest: str, procedure_id: int, code: str) -> ProcedureTemplate:
    """The template of any procedure with this blueprint."""
    if digest not in _BY_DIGEST:
        text = work.session.scalar(select(Procedure.blueprint).where(Procedure.id == procedure_id))
        _BY_DIGEST[digest] = from_json(json.dumps(text))
    return _BY_DIGEST[digest].template(code)


def template_of(procedure: Procedure) -> ProcedureTemplate:
    """The template that this procedure was started from, as its own copy of the blueprint has it."""
    return blueprint_of(procedure).template(procedure.template_code)


def objection_counting(procedure: Procedure) -> dict[str, bool]:
    """How this procedure counts its objection term: keyword facts for `rules.objection_ends`."""
    term = template_of(procedure).objection
    return {
        "statutory": term.type is TermType.STANDSTILL,
        "from_sending": term.starts is TermStart.DAY_OF_SENDING,
    }
