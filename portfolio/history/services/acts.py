"""What all sheets share: the world that acts are played in, an act, and the refusals that no service below knows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid
from core.imports import cells
from core.imports.lifecycle import Result
from core.imports.models import ImportRow
from core.imports.sheets import Sheet, Values, read_row
from core.money.models import Currency
from core.nations.models import Nation
from core.people.models import User
from core.web import numerals
from portfolio.funds.models import Fund
from portfolio.ledger import services as ledger

Change = tuple[str, str, str]
Words = dict[str, str]
"""A sentence by the code of its language."""


class UnknownNation(Invalid):
    code = "unknown_nation"

    def __init__(self, text: str, field: str) -> None:
        super().__init__(
            str(_("No nation is known as “%(text)s”. Write its name or its code.")) % {"text": text}, field=field
        )


class NotCommitted(Conflict):
    code = "not_committed"

    def __init__(self, nation: Nation) -> None:
        sentence = _("%(ally)s has no commitment to the fund on that day. Bring in its commitment first.")
        super().__init__(str(sentence) % {"ally": nation.name}, field="ally")


class UnknownCurrency(Invalid):
    code = "unknown_currency"

    def __init__(self, text: str, field: str) -> None:
        sentence = _("“%(text)s” is no currency that is recorded. Write its code of three letters.")
        super().__init__(str(sentence) % {"text": text}, field=field)


class TwiceInTheFile(Conflict):
    code = "twice_in_the_file"

    def __init__(self, number: int, field: str) -> None:
        super().__init__(
            str(_("Row %(number)s says the same already. Take one of them out.")) % {"number": number}, field=field
        )


class RecordedOtherwise(Conflict):
    """Something of the same key is there with other contents, and it is written once."""

    code = "recorded_otherwise"
    sentence = _(
        "It is recorded with other contents, and what is recorded is not rewritten. Correct the file, or put right in the "
        "books what stands there."
    )


TAKEN_BACK = _(
    "It was taken back on %(day)s and counts as nothing: %(reason)s. Write what was right under another reference."
)


class TakenBack(NamedTuple):
    """When something was known to be wrong, and why."""

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    """What an act came to. ``message`` is what is worth knowing of it, by language, with a code for it."""

    result: Result
    changes: Sequence[Change] = ()
    is_in_the_way: bool = False
    code: str = ""
    message: Words = field(default_factory=dict)


NEW = Done(Result.NEW)
SAME = Done(Result.SAME)


@dataclass(slots=True)
class World:
    """Where acts are played. ``drafter`` is who uploaded the file, ``by`` who applies it, or the system in a dry run."""

    fund: Fund
    cause: str
    """Public id of the import, for the entries that no other thing causes."""
    by: User
    drafter: User
    on: date
    at: datetime
    nations: dict[str, Nation]
    currencies: frozenset[str]
    claimed: dict[tuple[object, ...], ImportRow] = field(default_factory=dict)

    def nation(self, text: str, *, field: str = "ally") -> Nation:
        """By code or by name in either language. Raises UnknownNation."""
        found = self.nations.get(text.casefold())
        if found is None:
            raise UnknownNation(cells.shortened(text), field)
        return found

    def currency(self, text: str, *, field: str = "currency") -> str:
        """A recorded currency by its code. Raises UnknownCurrency."""
        if text.upper() not in self.currencies:
            raise UnknownCurrency(cells.shortened(text), field)
        return text.upper()

    def claim(self, row: ImportRow, *key: object, field: str) -> None:
        """Take a key for a row: another row of the file may not have it. Raises TwiceInTheFile."""
        holder = self.claimed.setdefault(key, row)
        if holder.pk != row.pk:
            raise TwiceInTheFile(holder.number, field)


def world_of(fund: Fund, *, cause: str, by: User, drafter: User, on: date, at: datetime) -> World:
    names = {
        name.casefold(): nation
        for nation in Nation.objects.order_by("pk")
        for name in (nation.name_fr, nation.name_en, nation.code)
    }
    currencies = frozenset(Currency.objects.values_list("code", flat=True))
    return World(fund, cause, by, drafter, on, at, names, currencies)


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do, from one row or from the rows of one call. ``perform`` raises what forbids it.

    ``renamed`` says which column a service means by a field of its own.
    """

    rows: Sequence[ImportRow]
    perform: Callable[[World], Done]
    renamed: Mapping[str, str] = field(default_factory=dict)


def one_a_row(
    sheet: Sheet,
    rows: Sequence[ImportRow],
    perform: Callable[[World, ImportRow, Values], Done],
    *,
    day: str,
    today: date,
    renamed: Mapping[str, str],
) -> list[Act]:
    """An act a row, in the order of their days, then of the file. A row that cannot be read says so when it is played."""

    def act(row: ImportRow) -> Act:
        def read_and_perform(world: World) -> Done:
            return perform(world, row, read_row(sheet, row.values, today=today))

        return Act([row], read_and_perform, renamed)

    return [act(row) for row in sorted(rows, key=lambda row: (row.values.get(day, ""), row.pk))]


def said(sentence: str | Promise, **words: object) -> Words:
    """A sentence in every language, with amounts and days as each writes them."""
    found = {}
    for code in cells.in_every_language(sentence):
        with translation.override(code):
            shown = {key: _shown(one) for key, one in words.items()}
            found[code] = str(sentence) % shown if words else str(sentence)
    return found


def _shown(value: object) -> object:
    if isinstance(value, Decimal):
        return numerals.plain(value, 2)
    return numerals.day(value) if isinstance(value, date) else value


def together(*sentences: Words) -> Words:
    """Several sentences as one message."""
    codes = {code for words in sentences for code in words}
    return {code: " ".join(words[code] for words in sentences if code in words) for code in codes}


def differences(stated: Mapping[str, Any], recorded: Mapping[str, Any]) -> list[Change]:
    """What the file says otherwise than what is recorded: column, recorded, in the file. An empty cell says nothing."""
    return [
        (name, plain(recorded.get(name)), plain(value))
        for name, value in stated.items()
        if value is not None and value != recorded.get(name)
    ]


def otherwise(changes: Sequence[Change]) -> Done:
    """The key is taken by something with other contents that is not rewritten."""
    return Done(Result.DIFFERS, changes, True, RecordedOtherwise.code, said(RecordedOtherwise.sentence))


def as_recorded(changes: Sequence[Change], taken_back: TakenBack | None) -> Done:
    """The key is taken: by the same contents, by others, or by what was taken back since, which is said of both."""
    if taken_back is None:
        return otherwise(changes) if changes else SAME
    result = Result.DIFFERS if changes else Result.SAME
    message = said(TAKEN_BACK, day=taken_back.at, reason=taken_back.reason)
    return Done(result, changes, bool(changes), "taken_back", message)


def check_amount(amount: Decimal, *, field: str) -> None:
    """Above zero, in whole cents, no larger than the books take. Raises UnfitAmount."""
    if not amount.is_finite() or not 0 < amount <= ledger.LARGEST or amount != amount.quantize(ledger.CENT):
        raise ledger.UnfitAmount(field=field)


def plain(value: Any) -> str:
    """A value as text that no language changes."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)
