"""What every verb of this part needs: the proposal held, its circulation, and the event on the chain of its scope."""

from typing import Any

from core import locks
from core.audit import services as audit
from core.audit.kinds import Kind
from core.decisions import queries
from core.decisions.models import Circulation, Proposal
from core.people.models import User


def locked(proposal: Proposal) -> Proposal:
    """The proposal as it stands, held until the transaction ends: every verb begins with it."""
    return locks.in_order(Proposal.objects.filter(pk=proposal.pk)).get()


def running(row: Proposal) -> Circulation | None:
    """The last circulation; None where there was none yet."""
    return queries.last_circulation(row)


def record(kind: Kind, row: Proposal, by: User, told: dict[str, Any]) -> None:
    named = {"title": queries.last_text(row).title_en} | told
    audit.record(kind, row.public_id, by=by, chain=row.scope, after=named)
