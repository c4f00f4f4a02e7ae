"""Who is asked to sign, and who gets the signed contract."""

from __future__ import annotations

from collections.abc import Iterable

from portal.access import Role
from portal.accounts import queries as accounts
from portal.accounts.models import User
from portal.contracts import queries
from portal.contracts.models import Contract
from portal.i18n import either
from portal.mail import tell
from portal.storage.models import StoredFile
from portal.work import Work


def ask_to_sign(work: Work, contract: Contract) -> None:
    """Every person with a verified authority, and every proxy holder: each once, with one link."""
    for authority in accounts.authorities_of(work, contract.organisation_id):
        _tell(work, authority.user, contract, "contract_sign", f"/contracten/{contract.id}/ondertekenen")
    holders = queries.proxy_holders(work, contract.region_id, work.today)
    seen: set[int] = set()
    for mandates in holders.values():
        for mandate in mandates:
            if mandate.holder_id not in seen:
                seen.add(mandate.holder_id)
                _tell(work, work.get(User, mandate.holder_id), contract, "contract_sign", "/contracten/te-tekenen")


def send_signed(work: Work, contract: Contract) -> None:
    """The file as it was signed and the register of signatures, to the provider, the contract managers and who signed."""
    files = [file for file in (contract.file, contract.signed_file) if file is not None]
    people = {person.id: person for person in accounts.recipients_of(work, contract.organisation_id)}
    people |= {p.id: p for p in accounts.staff_of(work, contract.region_id, Role.CONTRACT_MANAGER)}
    people |= {s.user.id: s.user for s in contract.signatures}
    for person in people.values():
        _tell(work, person, contract, "contract_signed", f"/contracten/{contract.id}", files)


def tell_of_start(work: Work, contract: Contract) -> None:
    for person in accounts.recipients_of(work, contract.organisation_id):
        _tell(work, person, contract, "contract_in_force", f"/contracten/{contract.id}")


def _tell(
    work: Work, person: User, contract: Contract, template: str, link: str, attachments: Iterable[StoredFile] = ()
) -> None:
    tell(
        work,
        person,
        template,
        key=f"{template}:{contract.id}",
        facts={
            "provider": contract.organisation.name,
            "number": contract.number,
            "procedure": contract.procedure.title,
            "region_name": contract.region.name,
            "starts_on": contract.starts_on,
            "ends_on": contract.ends_on,
            "products": [
                f"{a.product.code} {either(a.product.name_nl, a.product.name_en, person.locale)}"
                for a in contract.sub_agreements
            ],
            "sha256": contract.file_digest,
            "link": link,
        },
        attachments=attachments,
    )
