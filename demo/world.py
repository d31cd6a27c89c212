"""The rehearsed world, played once into an empty database, in one transaction, the same on every machine."""

from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from django.db import transaction

from core import clock
from core.people import services as people_services
from demo import (
    accelerator,
    books,
    decisions,
    ethics,
    fund,
    gate,
    last_programme,
    nations,
    partners,
    people,
    programme_calls,
    rates,
    start_ups,
)

STANDS_ON = datetime(2026, 11, 23, 8, 0, tzinfo=timezone.utc)
"""The day on which the rehearsal ends and the demo's clock first stands."""

Say = Callable[[str], Any]


@transaction.atomic
def play(*, say: Say = lambda _line: None) -> bool:
    """Play the world; False where it stands already. A play that fails leaves nothing behind."""
    with clock.standing_at(people.JOINED_AT):
        system = people_services.ensure_system(at=people.JOINED_AT)
    if people.is_played():
        return False
    say("Exchange rates of the European Central Bank")
    rates.play(system=system)
    say("32 Allies and their defence expenditure, by edition")
    nations.play(system=system)
    say("The fund, its closings and 24 commitments")
    the_fund = fund.play(system=system)
    say("Three accelerator programmes and the network")
    accelerator.play(system=system)
    say("People")
    things = {"fund": the_fund.public_id, **start_ups.register(system=system), **last_programme.publish(system=system)}
    people.play(system=system, things=things)
    say("Calls for applications")
    things |= programme_calls.play(system=system)
    say("Applications of invented start-ups")
    start_ups.apply()
    say("Capital calls, receipts, investments and fund stakes")
    books.play(fund=the_fund, system=system)
    say("Ethics reviews and their conditions")
    ethics.play(fund=the_fund, system=system)
    say("A programme from its applications to its first payment")
    last_programme.play(system=system)
    say("Partner systems")
    partners.play(things=things, system=system)
    say("A decision that was adopted, and one under silence")
    decisions.play(fund=the_fund, system=system)
    say("The ethics gate, in force")
    gate.play(fund=the_fund)
    return True
