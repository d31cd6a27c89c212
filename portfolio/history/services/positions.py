"""What a transaction is about: the company or fund, the holding in it, and the round, each made known where it is not."""

from dataclasses import dataclass, field

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid
from core.imports.sheets import Values
from core.nations.models import Basis
from core.organisations import queries as organisation_queries
from core.organisations import services as organisations
from core.organisations.models import Organisation
from portfolio.funds.services import SourceMissing
from portfolio.history.services.acts import Words, World, check_amount, plain, said
from portfolio.history.services.opening import NotHeld
from portfolio.investments import services as investments
from portfolio.investments.models import Holding, Round

NEW_ORGANISATION = _("Makes %(name)s known, with a new holding.")
NEW_HOLDING = _("Opens a holding in %(name)s.")
NEW_ROUND = _("Records the round %(name)s.")


class SeveralOfThatName(Conflict):
    code = "several_of_that_name"
    sentence = _("Several are known by this name. Name the nation of its head office.")


class NotAsRecorded(Conflict):
    code = "not_as_recorded"

    def __init__(self, column: str, recorded: str) -> None:
        sentence = _("Recorded is “%(recorded)s”. Write the same, or leave the cell empty.")
        super().__init__(str(sentence) % {"recorded": recorded}, field=column)


class UnknownRound(Conflict):
    code = "unknown_round"

    def __init__(self, name: str) -> None:
        sentence = _(
            "No round “%(name)s” of this company is known. Say on which day it was held and where that was published."
        )
        super().__init__(str(sentence) % {"name": name}, field="round")


class SeveralRounds(Conflict):
    code = "several_rounds"
    sentence = _("Several rounds of this company have this name. Say on which day it was held.")


class TotalAndCurrency(Invalid):
    code = "total_and_currency"
    sentence = _("An amount of the round and its currency are filled in together, or neither.")


class HowSure(Invalid):
    code = "how_sure"
    sentence = _("Say how far the figure may be trusted, or mark the row as illustrative.")


@dataclass(slots=True)
class Found:
    """A holding with what had to be made known for it, as sentences."""

    holding: Holding
    made: list[Words] = field(default_factory=list)


def held(world: World, values: Values) -> Found:
    """The holding that a row names; nothing is made. Raises NotHeld, SeveralOfThatName, NotAsRecorded."""
    holdings = _holdings(world).filter(organisation__name__iexact=values["company"])
    if values["nation"]:
        holdings = holdings.filter(organisation__nation=world.nation(values["nation"], field="nation"))
    known = list(holdings[:2])
    if not known:
        raise NotHeld(values["company"])
    if len(known) > 1:
        raise SeveralOfThatName(field="company")
    _check_as_recorded(world, known[0], values)
    return Found(known[0])


def held_or_opened(world: World, values: Values, *, kind: str) -> Found:
    """The holding that a row names, opened where it is not there. Raises SeveralOfThatName, NotAsRecorded, WrongKind."""
    body = Organisation.Kind.COMPANY if kind == Holding.Kind.DIRECT else Organisation.Kind.FUND_MANAGER
    organisation = _organisation(world, values, body)
    if organisation is not None and (standing := _holdings(world).filter(organisation=organisation).first()):
        _check_as_recorded(world, standing, values)
        return Found(standing)
    made = NEW_HOLDING if organisation else NEW_ORGANISATION
    currency = world.currency(values["currency"]) if values["currency"] else world.fund.currency_id
    holding = investments.open_holding(
        world.fund,
        organisation or _register(world, values, body),
        kind=kind,
        technology=values["technology"] or "",
        currency=currency,
        by=world.by,
        at=world.at,
    )
    return Found(holding, [said(made, name=values["company"])])


def round_of(world: World, found: Found, values: Values) -> Round:
    """The round that a row names, recorded where it is not known. Raises UnknownRound, SeveralRounds, SourceMissing."""
    organisation = found.holding.organisation
    rounds = Round.objects.filter(organisation=organisation, name__iexact=values["round"])
    if values["round_held_on"]:
        rounds = rounds.filter(held_on=values["round_held_on"])
    known = list(rounds.order_by("held_on", "pk")[:2])
    if len(known) > 1:
        raise SeveralRounds(field="round")
    if known:
        return known[0]
    if values["round_held_on"] is None:
        raise UnknownRound(values["round"])
    recorded = _record_round(world, organisation, values)
    found.made.append(said(NEW_ROUND, name=recorded.name))
    return recorded


def basis_of(values: Values) -> str:
    """How sure a published figure is; a row that is marked as illustrative need not say it again. Raises HowSure."""
    basis = values["basis"] or (Basis.ILLUSTRATIVE.value if values["illustrative"] else "")
    if not basis:
        raise HowSure(field="basis")
    if basis != Basis.ILLUSTRATIVE and not values["source"]:
        raise SourceMissing(field="source")
    return str(basis)


def _holdings(world: World) -> QuerySet[Holding]:
    return Holding.objects.filter(fund=world.fund).select_related("organisation", "fund__book").order_by("pk")


def _organisation(world: World, values: Values, body: str) -> Organisation | None:
    found = organisation_queries.kept().filter(name__iexact=values["company"], kind=body)
    if values["nation"]:
        found = found.filter(nation=world.nation(values["nation"], field="nation"))
    known = list(found.order_by("pk")[:2])
    if len(known) > 1:
        raise SeveralOfThatName(field="company")
    return known[0] if known else None


def _register(world: World, values: Values, body: str) -> Organisation:
    nation = world.nation(values["nation"], field="nation").code if values["nation"] else None
    return organisations.register(
        name=values["company"],
        kind=body,
        nation=nation,
        by=world.by,
        at=world.at,
        illustrative=bool(values["illustrative"]),
        chain=world.fund.public_id,
    )


def _check_as_recorded(world: World, holding: Holding, values: Values) -> None:
    """What a row says of a holding that stands must be what is recorded: no service changes it."""
    stated = {
        "currency": world.currency(values["currency"]) if values["currency"] else None,
        "technology": values["technology"],
        "nation": world.nation(values["nation"], field="nation").code if values["nation"] else None,
    }
    recorded = {
        "currency": holding.currency_id,
        "technology": holding.technology,
        "nation": holding.organisation.nation_id,
    }
    for column, value in stated.items():
        if value is not None and value != recorded[column]:
            raise NotAsRecorded(column, plain(recorded[column]))


def _record_round(world: World, organisation: Organisation, values: Values) -> Round:
    if (values["round_total"] is None) != (values["round_currency"] is None):
        raise TotalAndCurrency(field="round_total" if values["round_total"] is None else "round_currency")
    if values["round_total"] is not None:
        check_amount(values["round_total"], field="round_total")
    currency = world.currency(values["round_currency"], field="round_currency") if values["round_currency"] else None
    return investments.record_round(
        organisation,
        name=values["round"],
        held_on=values["round_held_on"],
        precision="day",
        total=values["round_total"],
        currency=currency,
        role="",
        co_investors="",
        basis=basis_of(values),
        source=values["source"] or "",
        note="",
        fund=world.fund,
        by=world.by,
        at=world.at,
    )
