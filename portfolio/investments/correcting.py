"""Tells the ledger how transactions are taken back."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from core.people.models import User
from core.people.roles import Permission
from portfolio.investments import services
from portfolio.investments.models import Transaction
from portfolio.ledger import correcting
from portfolio.ledger.correcting import Way
from portfolio.ledger.models import Entry


def register() -> None:
    follows = _(
        "The transaction counts as nothing from that day on: in the holding, its returns and the pool’s figures."
    )
    correcting.register(Transaction.Kind.values, Way(_take_back, Permission.INVESTMENT_RECORD, follows))


def _take_back(entry: Entry, *, because: str, by: User, at: datetime) -> Entry:
    row = Transaction.objects.select_related("holding__fund", "entry").get(entry=entry)
    return services.take_back_transaction(row, because=because, by=by, at=at).entry
