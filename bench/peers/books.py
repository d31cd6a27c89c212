"""Books by django-hordak: its own tables in a database of its own, with its triggers."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import unquote, urlsplit

CURRENCY = "EUR"
AMOUNT = Decimal("12.34")
Balances = dict[str, str]


def prepare(database: str, accounts: int) -> Callable[[], int]:
    """The tables, and an account for cash beside so many for income."""

    def work() -> int:
        _set_up(database)
        from hordak.models import Account  # noqa: PLC0415 -- Django is set up by then

        Account.objects.create(name="cash", code="1", type="AS", currencies=[CURRENCY])
        for number in range(accounts):
            Account.objects.create(name=f"income {number}", code=str(number + 2), type="IN", currencies=[CURRENCY])
        return accounts

    return work


def transfers(entries: int) -> Callable[[], int]:
    """One entry after the other by the public method."""
    from moneyed import Money  # noqa: PLC0415 -- Django is set up by then

    cash, incomes = _accounts()

    def work() -> int:
        for number in range(entries):
            incomes[number % len(incomes)].transfer_to(cash, Money(AMOUNT, CURRENCY))
        return entries

    return work


def in_bulk(entries: int) -> Callable[[], int]:
    """All entries in two statements: transactions, then their legs."""
    from django.db import transaction  # noqa: PLC0415 -- Django is set up by then
    from hordak.models import Leg, Transaction  # noqa: PLC0415 -- Django is set up by then
    from moneyed import Money  # noqa: PLC0415 -- Django is set up by then

    cash, incomes = _accounts()
    money = Money(AMOUNT, CURRENCY)

    def work() -> int:
        with transaction.atomic():
            made = Transaction.objects.bulk_create([Transaction(description="bench") for _ in range(entries)])
            Leg.objects.bulk_create(
                leg
                for number, one in enumerate(made)
                for leg in (
                    Leg(transaction=one, account=incomes[number % len(incomes)], credit=money),
                    Leg(transaction=one, account=cash, debit=money),
                )
            )
        return entries

    return work


def begin_again(entries: int) -> Callable[[], int]:
    """So many entries and no others."""
    from hordak.models import Leg, Transaction  # noqa: PLC0415 -- Django is set up by then

    def work() -> int:
        Leg.objects.all().delete()
        Transaction.objects.all().delete()
        return in_bulk(entries)()

    return work


def analyze() -> Callable[[], None]:
    """What the planner of a database in use knows by itself."""
    from django.db import connection  # noqa: PLC0415 -- Django is set up by then

    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    return work


def balances_one_by_one() -> Callable[[], Balances]:
    cash, incomes = _accounts()
    return lambda: {one.name: _plain(one.get_balance()) for one in [cash, *incomes]}


def balances_by_function() -> Callable[[], Balances]:
    from hordak.models import Account  # noqa: PLC0415 -- Django is set up by then

    return lambda: {one.name: _plain(one.balance) for one in Account.objects.with_balances()}


def balances_at_once() -> Callable[[], Balances]:
    from hordak.models import Account  # noqa: PLC0415 -- Django is set up by then

    return lambda: {
        one.name: str(Decimal(one.balance).quantize(Decimal("0.01"))) for one in Account.objects.with_balances_orm()
    }


@cache
def _accounts() -> tuple[Any, list[Any]]:
    from hordak.models import Account  # noqa: PLC0415 -- Django is set up by then

    cash, *incomes = Account.objects.order_by("pk")
    return cash, incomes


def _plain(balance: Any) -> str:
    """The one currency's amount, which hordak gives as a money of several."""
    return str(balance[CURRENCY].amount.quantize(Decimal("0.01")))


def _set_up(database: str) -> None:
    import django  # noqa: PLC0415 -- in this process alone
    from django.conf import settings  # noqa: PLC0415 -- in this process alone
    from django.core.management import call_command  # noqa: PLC0415 -- in this process alone

    parts = urlsplit(database)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if pair)
    settings.configure(
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "mptt", "djmoney", "hordak"],
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": parts.path.lstrip("/"),
                "USER": unquote(parts.username or ""),
                "PASSWORD": unquote(parts.password or ""),
                "HOST": unquote(query.get("host", parts.hostname or "")),
                "PORT": str(query.get("port", parts.port or "")),
            }
        },
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        SECRET_KEY="bench",  # noqa: S106 -- serves nobody
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
