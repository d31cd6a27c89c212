"""Tells the ledger how fees and expenses are taken back."""

from django.utils.translation import gettext_lazy as _

from core.people.roles import Permission
from portfolio.fees import services
from portfolio.ledger import correcting
from portfolio.ledger.correcting import Way


def register() -> None:
    follows = _("The fund’s cash and net asset value rise by it, and fees fall by it.")
    correcting.register(services.LINES, Way(services.take_back_fee, Permission.INVESTMENT_RECORD, follows))
