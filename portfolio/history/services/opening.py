"""Opening balances: what stood in the books on a day and no other sheet explains, against the opening line."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.audit import services as audit
from core.audit.kinds import declare
from core.errors import Conflict, Invalid
from core.imports.models import ImportRow
from core.imports.sheets import Values
from core.people import rules as people_rules
from core.people.roles import Permission
from portfolio.funds import queries as funds
from portfolio.history.services.acts import NEW, SAME, Act, Done, World, differences, one_a_row, otherwise
from portfolio.history.sheets import OPENING
from portfolio.investments.models import Holding
from portfolio.ledger import chart
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Entry
from portfolio.ledger.services import Leg

OPENED = declare("history.opening_posted", _("{actor} brought in the opening balance of {line}: {amount}."))

CALLS, RECEIPTS, DEALS = _("the capital calls"), _("the receipts"), _("the transactions")
FOLLOWS_FROM: dict[str, Promise] = {
    "calls-receivable": CALLS,
    "capital": CALLS,
    "suspense": RECEIPTS,
    "investments": DEALS,
    "realised-gains": DEALS,
    "write-offs": DEALS,
}
"""Lines whose balance other records make: brought in as a sum, no page could open it into its rows."""
OF_DISTRIBUTIONS = {"distributions-payable", "distributed"}
"""Lines whose balance records would make that are not kept yet."""


class FollowsFromOthers(Invalid):
    code = "follows_from_others"

    def __init__(self, line: str) -> None:
        sentence = _(
            "The balance of this account follows from %(others)s. Bring those in; the balance comes with them."
        )
        super().__init__(str(sentence) % {"others": FOLLOWS_FROM[line]}, field="account")


class NoDistributionsYet(Invalid):
    code = "no_distributions_yet"
    sentence = _(
        "Distributions to the limited partners cannot be recorded yet, so this balance has nothing to follow from. Leave the row "
        "out; the others can be brought in without it."
    )


class OneSide(Invalid):
    code = "one_side"
    sentence = _("Fill in the debit or the credit, one of them.")


class NotHeld(Conflict):
    code = "not_held"

    def __init__(self, company: str) -> None:
        super().__init__(str(_("The fund has no holding named “%(company)s”.")) % {"company": company}, field="company")


class OfNoCompany(Invalid):
    code = "of_no_company"
    sentence = _("This account is of no company. Leave the cell empty.")


def plan(world: World, rows: Sequence[ImportRow]) -> list[Act]:
    return one_a_row(OPENING, rows, _perform, day="day", today=world.on, renamed={"effective_on": "day"})


def _perform(world: World, row: ImportRow, values: Values) -> Done:
    line = values["account"]
    if line in FOLLOWS_FROM:
        raise FollowsFromOthers(line)
    if line in OF_DISTRIBUTIONS:
        raise NoDistributionsYet(field="account")
    if (values["debit"] is None) == (values["credit"] is None):
        raise OneSide(field="debit")
    subject = _subject(world, line, values["company"])
    world.claim(row, "opening", line, subject, field="account")
    book, key = funds.book_of(world.fund), f"opening:{line}:{subject}"
    if standing := Entry.objects.filter(book=book, key=key).first():
        changes = differences({name: values[name] for name in ("day", "debit", "credit")}, _recorded(standing, line))
        return otherwise(changes) if changes else SAME
    people_rules.require(world.by, Permission.IMPORT_APPLY, world.fund.public_id)
    side = "debit" if values["debit"] is not None else "credit"
    entry = _post(world, (line, subject), side, values, key=key)
    after = {"amount": values[side], "line": line, "effective_on": values["day"]}
    audit.record(OPENED, entry.public_id, by=world.by, chain=world.fund.public_id, after=after)
    return NEW


def _post(world: World, account: tuple[str, str], side: str, values: Values, *, key: str) -> Entry:
    opposite = ("opening", "")
    sides = (account, opposite) if side == "debit" else (opposite, account)
    try:
        return ledger.post(
            funds.book_of(world.fund),
            [Leg(*sides, values[side], world.fund.currency_id)],
            key=key,
            kind="opening",
            subject=world.cause,
            effective_on=values["day"],
            by=world.by,
            at=world.at,
        )
    except ledger.UnfitAmount:
        raise ledger.UnfitAmount(field=side) from None


def _subject(world: World, line: str, company: str | None) -> str:
    if not chart.LINES[line].of:
        if company:
            raise OfNoCompany(field="company")
        return ""
    holding = Holding.objects.filter(fund=world.fund, organisation__name__iexact=company or "").order_by("pk").first()
    if holding is None:
        raise NotHeld(company or "")
    return str(holding.public_id)


def _recorded(entry: Entry, line: str) -> dict[str, object]:
    posting = entry.postings.select_related("debit").order_by("pk")[0]
    side = "debit" if posting.debit.code == line else "credit"
    other: dict[str, Decimal | None] = {"debit": None, "credit": None}
    return {"day": entry.effective_on, **other, side: posting.amount}
