"""An amount of money (pure)."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

ZERO = Decimal(0)
CODE_LENGTH = 3


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were added or compared."""


@dataclass(frozen=True, slots=True)
class Money:
    """``amount`` units of the currency with ISO 4217 code ``currency``. Exact: it is never rounded on its way."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"money is Decimal, not {type(self.amount).__name__}")
        if not self.amount.is_finite():
            raise ValueError("an amount of money is finite")
        if not (len(self.currency) == CODE_LENGTH and self.currency.isascii() and self.currency.isupper()):
            raise ValueError(f"{self.currency!r} is no currency code")

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other).amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other).amount

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other).amount

    def __bool__(self) -> bool:
        return self.amount != ZERO

    def rounded(self, minor_digits: int = 2) -> "Money":
        """Half to even, to the minor unit: once, where an amount is posted or shown."""
        return Money(round_half_even(self.amount, minor_digits), self.currency)

    def as_json(self, minor_digits: int = 2) -> dict[str, str]:
        """``{"amount": "1234.56", "currency": "EUR"}``."""
        return {"amount": f"{round_half_even(self.amount, minor_digits):f}", "currency": self.currency}

    def _same(self, other: "Money") -> "Money":
        if self.currency != other.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} do not add up")
        return other


def round_half_even(amount: Decimal, digits: int) -> Decimal:
    """``amount`` to ``digits`` decimal places; a half goes to the even neighbour."""
    return amount.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_EVEN)


def to_the_cent(exact: Fraction) -> Decimal:
    """An exact amount to two decimal places; a half goes to the even neighbour."""
    return Decimal(round(exact * 100)).scaleb(-2)


def total(amounts: list[Money], currency: str) -> Money:
    """The sum of amounts of one currency; zero of it where there are none."""
    result = Money(ZERO, currency)
    for amount in amounts:
        result += amount
    return result
