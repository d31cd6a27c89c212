"""How statements about one company read."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.organisations.models import OneCompany


def of_statement(statement: OneCompany, *, counts: bool) -> tuple[str, Promise]:
    """The tone and the word of a statement. ``counts`` says that none was made after it."""
    if statement.says == OneCompany.Says.TWO:
        return "plain", _("Two companies")
    if not counts:
        return "plain", _("Taken back")
    return ("ok", _("One company")) if hasattr(statement, "agreed") else ("warn", _("Waits for another person"))
