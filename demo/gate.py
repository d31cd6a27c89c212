"""The ethics gate of the demo: in force for the fund and for the rehearsal programme; what it holds back is an invented company.

Of real companies the illustrative reviews are clear, so that it stands open for them.
"""

from datetime import date, datetime, time, timezone
from decimal import Decimal
from typing import Any

from accelerator.challenges import queries as challenges
from core import clock
from core.ethics import services
from core.ethics.services import Money
from core.people import queries as accounts
from demo import ethics, last_programme, people
from portfolio.capital_calls import services as calls
from portfolio.investments import queries as investments

IN_FORCE_FROM = date(2026, 11, 16)
ASKED_ON, DRAFTED_ON = date(2026, 11, 17), date(2026, 11, 18)
DUE_ON, EXPIRES_ON = date(2027, 1, 29), date(2027, 2, 26)
TRIALS, TICKET = Decimal("250000.00"), Decimal("2000000.00")


def play(*, fund: Any) -> None:
    """Put in force, then one override that a draft of a call uses, and one that waits for a second person."""
    officer: Any = accounts.by_email(people.OFFICER)
    manager: Any = accounts.by_email(people.MANAGER)
    programme: Any = challenges.by_slug(last_programme.SLUG)
    analyst: Any = accounts.by_email(people.ANALYST)
    with clock.standing_at(_moment(IN_FORCE_FROM)):
        for scope, what in ((fund.public_id, "the fund"), (programme.public_id, "the rehearsal")):
            services.put_in_force(
                scope,
                from_day=IN_FORCE_FROM,
                because=f"Illustrative: as adopted for {what}.",
                by=officer,
                at=clock.now(),
            )
    held = investments.visible_to(manager).get(organisation__name=ethics.INVENTED)
    with clock.standing_at(_moment(ASKED_ON)):
        asked = _asked(fund, held, Money.CALL_LINE, TRIALS, "the trials that one of its conditions wants", by=manager)
        services.approve_override(asked, by=officer, on=ASKED_ON, at=clock.now())
        _asked(fund, held, Money.PURCHASE, TICKET, "a first ticket before the trials are done", by=manager)
    with clock.standing_at(_moment(DRAFTED_ON)):
        line = calls.Line("investment", "Trials of an invented company", TRIALS, company=held.public_id)
        calls.draft(
            fund, due_on=DUE_ON, lines=[line], by=analyst, at=clock.now(), illustrative=True,
            memo="Illustrative: a draft that nobody has submitted",
        )  # fmt: skip


def _asked(fund: Any, held: Any, kind: Money, amount: Decimal, what: str, *, by: Any) -> Any:
    return services.ask_override(
        fund.public_id,
        held.public_id,
        kind=kind,
        amount=amount,
        expires_on=EXPIRES_ON,
        because=f"Illustrative: {what}.",
        by=by,
        on=clock.today(),
        at=clock.now(),
    )


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(10), tzinfo=timezone.utc)
