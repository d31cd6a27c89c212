"""Who states that two organisations are one company, and who agrees."""

from django.utils.translation import gettext_lazy as _

from core.errors import Conflict, DomainError, NotPermitted
from core.organisations.models import OneCompany, Organisation
from core.people import rules as people_rules
from core.people.models import User
from core.people.roles import Permission


class ActsForIt(NotPermitted):
    code = "acts_for_it"
    sentence = _("You act for this start-up, so two others state whose it is.")


class OwnStatement(NotPermitted):
    code = "own_statement"
    sentence = _("You stated this yourself, so another person has to agree.")


class CountsNoMore(Conflict):
    code = "one_company_counts_no_more"
    sentence = _("This statement was agreed to or taken back already. Reload the page to see how it stands.")


def refusal_to_state(person: User, registered: Organisation) -> DomainError | None:
    """Why the person may say nothing of whose a start-up is; None where she may."""
    if not people_rules.may(person, Permission.ORGANISATION_JOIN):
        return NotPermitted()
    return ActsForIt() if people_rules.may(person, Permission.APPLICATION_WRITE, registered.public_id) else None


def refusal_to_agree(person: User, statement: OneCompany, *, counts: bool) -> DomainError | None:
    """Why the person may not agree that the two are one; None where she may."""
    if refused := refusal_to_state(person, statement.registered):
        return refused
    if not counts or statement.says != OneCompany.Says.ONE or hasattr(statement, "agreed"):
        return CountsNoMore()
    return OwnStatement() if people_rules.is_same_human(person, statement.by) else None


def refusal_to_part(person: User, statement: OneCompany, *, counts: bool) -> DomainError | None:
    """Why the person may not state that the two are two after all, for which one is enough; None where she may."""
    if refused := refusal_to_state(person, statement.registered):
        return refused
    return None if counts and statement.says == OneCompany.Says.ONE else CountsNoMore()
