"""The proof of a case as its page shows it: the head of the case and the verdict, whatever was altered.

Knows the rows that name a case; must not read its facts for anything but the proof, for somebody may have
written anything there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paraf.domain.organisation import Actor
from paraf.usecases.reading import visible_case
from paraf.usecases.verify import Verdict, verify_case

if TYPE_CHECKING:
    from paraf.usecases.office import Office


@dataclass(frozen=True, slots=True)
class ProofPage:
    """What the page needs: the head of the case as every page of it has one, and the verdict."""

    case: dict[str, Any]
    verdict: Verdict


def proof_page(office: Office, actor: Actor, instance_id: str) -> ProofPage:
    """The whole proof of a case one may see, made now. Raises NotFound for any other."""
    with office.store.snapshot() as uow:
        case = visible_case(office, uow, actor, uow.cases.by_id(instance_id))
        verdict = verify_case(office, uow, case.id, rerun=True)
        unit = office.organisation(uow).units.get(case.unit_code)
        version = uow.routes.version(case.route_key, case.route_version)
    head = {
        "id": case.id,
        "number": case.number,
        "title": case.title,
        "proposal_id": case.proposal_id,
        "unit": {"code": case.unit_code, "name": unit.name if unit else case.unit_code},
        "route_key": case.route_key,
        "route_name": version.name if version else case.route_key,
        "route_version": case.route_version,
        "state": case.state,
        "end": case.end_id,
    }
    return ProofPage(head, verdict)
