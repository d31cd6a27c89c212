"""What the services of investments refuse, and the sentence that says why."""

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, Invalid
from core.web import numerals


class BeforeItsRound(Invalid):
    code = "before_its_round"

    def __init__(self, held_on: date) -> None:
        sentence = _("The purchase lies before its round, which was on {day}. Choose that day or a later one.")
        super().__init__(str(sentence).format(day=numerals.day(held_on)), field="effective_on")


class NoFund(Invalid):
    """A company that were held as a fund would be paid past its ethics review."""

    code = "no_fund"
    sentence = _("A company is held directly; only a fund manager's fund can be a stake.")


class MoreThanIsHeld(Conflict):
    code = "more_than_is_held"

    def __init__(self, asked: Decimal, held: Decimal) -> None:
        sentence = _("{asked} cannot be sold or written off: {held} is held.")
        told = {"asked": numerals.as_it_stands(asked), "held": numerals.as_it_stands(held)}
        super().__init__(str(sentence).format(**told), field="quantity")


class TooLittleLater(Conflict):
    """What is recorded for a later day takes more than would be held then: of cost, where there is a currency."""

    code = "too_little_later"

    def __init__(self, day: date, short: Decimal, currency: str = "") -> None:
        shares = _("On {day} {short} shares more would be gone than were bought. Enter fewer, or a later day.")
        cost = _("On {day} {short} {currency} more of cost would be gone than was paid. Enter less, or a later day.")
        amount = numerals.plain(short, 2) if currency else numerals.as_it_stands(short)
        told = {"day": numerals.day(day), "short": amount, "currency": currency}
        super().__init__(str(cost if currency else shares).format(**told), field="effective_on")


class NotEnoughCash(Conflict):
    code = "not_enough_cash"

    def __init__(self, asked: Decimal, cash: Decimal, later: date | None = None) -> None:
        """``later`` is the day on which the cash would be missing, where it is not that of the payment."""
        sentence = _("{asked} is to be paid and the fund holds {cash} in cash. Call capital first.")
        if later is not None:
            sentence = _(
                "{asked} is to be paid and of the cash only {cash} is left on {day}. Enter less, or a later day."
            )
        told = {"asked": numerals.plain(asked, 2), "cash": numerals.plain(cash, 2), "day": numerals.day(later)}
        super().__init__(str(sentence).format(**told), field="amount")
        self.cash = cash


class OverStake(Conflict):
    code = "over_stake"

    def __init__(self, asked: Decimal, left: Decimal) -> None:
        sentence = _("{asked} is asked for and {left} of the stake is unpaid. Raise the commitment first.")
        told = {"asked": numerals.plain(asked, 2), "left": numerals.plain(left, 2)}
        super().__init__(str(sentence).format(**told), field="amount")


class LessThanPaid(Conflict):
    code = "less_than_paid"

    def __init__(self, asked: Decimal, paid: Decimal) -> None:
        sentence = _("{paid} is paid into the stake already, so {asked} cannot be all that is committed. Enter more.")
        told = {"asked": numerals.plain(asked, 2), "paid": numerals.plain(paid, 2)}
        super().__init__(str(sentence).format(**told), field="amount")


class NeedsReason(Invalid):
    code = "needs_reason"
    sentence = _("A write-off needs a reason.")


class WrongKind(Conflict):
    code = "wrong_kind"
    sentence = _("Shares are bought and sold in companies; fund stakes are paid into and paid out of.")


class UnfitQuantity(Invalid):
    code = "unfit_quantity"
    sentence = _("A quantity is above zero, with at most six decimal places.")


class ValuedMeanwhile(Conflict):
    """It is stamped before a valuation was opened that never read it: it waited for the fund meanwhile."""

    code = "valued_meanwhile"
    sentence = _(
        "A valuation of the fund was opened meanwhile, which does not know of this. Nothing is recorded; send it again."
    )


class RoundStands(Conflict):
    code = "round_stands"
    sentence = _("A round of this name and day was already recorded with other contents.")


class HoldingStands(Conflict):
    code = "holding_stands"

    def __init__(self, name: str) -> None:
        sentence = _(
            "The fund has a holding in {name} already, of another kind, technology or currency. Record it there."
        )
        super().__init__(str(sentence).format(name=name), field="organisation")


class RestsOnIt(Conflict):
    """Cost left the holding since, reckoned with what is to be taken back."""

    code = "rests_on_it"

    def __init__(self, kind: str, day: date) -> None:
        sentence = _("What was recorded since rests on it: {kind}, {day}. Take that back first.")
        super().__init__(str(sentence).format(kind=kind, day=numerals.day(day)))


class SpentSince(Conflict):
    code = "spent_since"

    def __init__(self, amount: Decimal, cash: Decimal) -> None:
        sentence = _(
            "It brought {amount}, and the fund holds {cash} in cash. What was paid with it is taken back first."
        )
        super().__init__(str(sentence).format(amount=numerals.plain(amount, 2), cash=numerals.plain(cash, 2)))


class Valued(Conflict):
    """A valuation counts it: what people approved would stand on something that never was."""

    code = "valued"

    def __init__(self, quarter_end: date) -> None:
        sentence = _(
            "The valuation of {day} counts it, so that it is not taken back. Record what puts it right on a day of its own."
        )
        super().__init__(str(sentence).format(day=numerals.day(quarter_end)))
