"""Adoption by the clock, and the effect of what was adopted. Both may be asked for any number of times, by any number of workers."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core import clock, failpoints
from core.audit.kinds import declare
from core.decisions import kinds, queries
from core.decisions.kinds import Decision
from core.decisions.lifecycle import Ending, State
from core.decisions.models import Circulation, Effect, Outcome, Proposal
from core.decisions.services import ending, rows
from core.jobs import services as jobs
from core.people.models import User

TAKE_EFFECT = "core.decisions.take_effect"
ADOPTED = declare("decision.adopted", _("“{title}” was adopted under silence, with effect from {in_effect_from}."))
IN_EFFECT = declare("decision.in_effect", _("What “{title}” decides took effect: {made}."))


def close_due(*, by: User, at: datetime) -> int:
    """
    Adopt every proposal whose silence ended unbroken, each in a transaction of its own; how many were adopted.

    The adoption takes effect at the expiry itself, however late the clock comes to it.
    """
    return sum(_close(key, by=by, at=at) for key in queries.due(at=at))


@transaction.atomic
def take_effect(outcome: Outcome, *, by: User, at: datetime) -> Effect | None:
    """
    Let what was adopted take effect, once: asked again it answers with what was made. None where the text alone is decided.

    Raises what the service behind the kind refuses.
    """
    row = rows.locked(outcome.circulation.proposal)
    if found := Effect.objects.filter(outcome=outcome).first():
        return found
    kind = kinds.find(row.kind)
    if outcome.ending != Ending.ADOPTED or kind is None or kind.take_effect is None:
        return None
    made = kind.take_effect(_decision(row, outcome, by, at))
    failpoints.reach("decisions.effect.taken")
    effect = Effect.objects.create(outcome=outcome, made=made, taken_at=at)
    rows.record(IN_EFFECT, row, by, {"made": made})
    return effect


@transaction.atomic
def _close(key: int, *, by: User, at: datetime) -> int:
    row = rows.locked(Proposal(pk=key))
    if row.state != State.SILENT or row.expires_at is None or row.expires_at + queries.on_its_way() > at:
        return 0
    circulation: Circulation = queries.get_running(row)
    expired_at = row.expires_at
    outcome = ending.write(circulation, Ending.ADOPTED, effective_at=expired_at, by=by, at=at)
    failpoints.reach("decisions.close.written")
    row.state, row.expires_at = State.ADOPTED, None
    row.save(update_fields=["state", "expires_at"])
    rows.record(ADOPTED, row, by, {"in_effect_from": expired_at, "digest": circulation.text.digest})
    kind = kinds.find(row.kind)
    if kind is not None and kind.take_effect is not None:
        jobs.start(
            TAKE_EFFECT, key=circulation.public_id, by=by, on=clock.day_of(at), scope=row.scope, outcome_id=outcome.pk
        )
    return 1


def _decision(row: Proposal, outcome: Outcome, by: User, at: datetime) -> Decision:
    text = outcome.circulation.text
    return Decision(
        public_id=row.public_id,
        scope=row.scope,
        terms=text.terms,
        effective_at=outcome.effective_at,
        on=clock.day_of(outcome.effective_at),
        source=f"{text.title_en} ({row.public_id}, adopted under silence)"[:300],
        is_illustrative=row.is_illustrative,
        by=by,
        at=at,
    )
