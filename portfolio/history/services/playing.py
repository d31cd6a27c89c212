"""Playing a staged history through the services, act by act: the one way in which it is rehearsed and in which it is applied.

Each act stands in a savepoint of its own, so that one that is refused leaves nothing and the others go on.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from django.conf import settings
from django.db import DataError, IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from core import failpoints, locks
from core.audit import services as audit
from core.errors import Conflict, DomainError
from core.imports import queries as imports
from core.imports.lifecycle import Result
from core.imports.models import Import, ImportRow
from core.imports.services import Figure, Outcome, Played
from core.people.models import User
from portfolio.capital_calls.models import CapitalCall
from portfolio.funds.models import Fund
from portfolio.history import figures
from portfolio.history.services import calls, commitments, opening, receipts, transactions
from portfolio.history.services.acts import Act, Done, World, world_of
from portfolio.history.sheets import IN_ORDER, sheet

PLANS: dict[str, Callable[[World, Sequence[ImportRow]], list[Act]]] = {
    "opening-balances": opening.plan,
    "commitments": commitments.plan,
    "calls": calls.plan,
    "receipts": receipts.plan,
    "transactions": transactions.plan,
}


Tell = Callable[[int, int], None]


def untold(_done: int, _total: int) -> None:
    """Nobody waits to hear how far it is."""


class RefusedByTheBooks(Conflict):
    """A rule of the database that no service put in words before."""

    code = "refused_by_the_books"
    sentence = _("The books cannot hold this row. Compare it with what is recorded already.")


def play(upload: Import, fund: Fund, *, by: User, on: date, at: datetime, tell: Tell) -> Played:
    """Do everything that the file says, in the caller's transaction, and say of each row what came of it.

    The caller holds the fund. Its calls are locked next, before any book or chain, so that whoever cancels one meanwhile
    is waited for and never waits for us. ``tell`` hears after each act how many rows of how many are through.
    """
    list(locks.in_order(CapitalCall.objects.filter(fund=fund)))
    world = world_of(fund, cause=upload.public_id, by=by, drafter=upload.uploaded_by, on=on, at=at)
    rows = imports.rows(upload)
    before = figures.of(fund, as_of=on, known_at=at)
    outcomes: dict[int, Outcome] = {}
    with audit.holding(fund.public_id):
        for one in IN_ORDER:
            for act in PLANS[one.code](world, [row for row in rows if row.sheet == one.code]):
                outcomes.update(_outcomes(act, world))
                tell(len(outcomes), len(rows))
                failpoints.reach("history.act_played")
    after = figures.of(fund, as_of=on, known_at=at)
    told = [Figure(code, f"{before[code]:.2f}", f"{after[code]:.2f}") for code in before]
    return Played(outcomes, told)


@contextmanager
def rehearsal() -> Iterator[None]:
    """Whatever is done within is taken back at its end: rows, locks taken since, and what was to follow the commit."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _outcomes(act: Act, world: World) -> dict[int, Outcome]:
    try:
        done = _tried(act, world)
    except DomainError as refusal:
        return dict.fromkeys((row.pk for row in act.rows), _refused(act, world, refusal))
    outcome = Outcome(done.result, done.is_in_the_way, done.code, "", done.message, done.changes)
    return dict.fromkeys((row.pk for row in act.rows), outcome)


def _tried(act: Act, world: World) -> Done:
    try:
        with transaction.atomic():
            return act.perform(world)
    except (IntegrityError, DataError):
        raise RefusedByTheBooks from None


def _refused(act: Act, world: World, refusal: DomainError) -> Outcome:
    """The refusal with its sentence in every language: the act is tried once more in each other one, and refused again."""
    message = {translation.get_language() or settings.LANGUAGE_CODE: str(refusal)}
    for code, _name in settings.LANGUAGES:
        if code not in message:
            message[code] = _sentence(act, world, code) or str(refusal)
    named = act.renamed.get(refusal.field or "", refusal.field or "")
    known = sheet(act.rows[0].sheet).column(named) is not None
    return Outcome(Result.REFUSED, True, refusal.code, named if known else "", message)


def _sentence(act: Act, world: World, language: str) -> str:
    with translation.override(language), rehearsal():
        try:
            _tried(act, world)
        except DomainError as refusal:
            return str(refusal)
    return ""
