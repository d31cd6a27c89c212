"""Who may read, circulate and break silence, and in which state. The kind of a proposal says by which permissions."""

from datetime import datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.decisions import kinds
from core.decisions.lifecycle import State
from core.decisions.models import Proposal, ProposalText
from core.errors import Conflict, DomainError, NotPermitted
from core.people import rules
from core.people.models import User
from core.people.roles import ALLY_REPRESENTATIVE, Scope


class Act(StrEnum):
    """What the secretariat does with a proposal. A letter is an Ally's objection that it enters."""

    WRITE = "write"
    CIRCULATE = "circulate"
    EXTEND = "extend"
    WITHDRAW = "withdraw"
    LETTER = "letter"


STATES: dict[Act, frozenset[State]] = {
    Act.WRITE: frozenset({State.DRAFT, State.SILENT, State.BROKEN}),
    Act.CIRCULATE: frozenset({State.DRAFT, State.BROKEN}),
    Act.EXTEND: frozenset({State.SILENT}),
    Act.WITHDRAW: frozenset({State.DRAFT, State.SILENT, State.BROKEN}),
    Act.LETTER: frozenset({State.SILENT, State.BROKEN}),
}
RULES: dict[Act, Promise] = {
    Act.WRITE: _("What is adopted or withdrawn keeps its text. Draft a new proposal to change it."),
    Act.CIRCULATE: _("Only a draft, or a proposal whose silence was broken, is circulated. Reload the page."),
    Act.EXTEND: _("Only a silence that still runs is extended. Reload the page to see how it stands."),
    Act.WITHDRAW: _("What is adopted or withdrawn stays so. Reload the page to see how it stands."),
    Act.LETTER: _("A letter is entered while silence runs. Reload the page to see how it stands."),
}


class WrongState(Conflict):
    """The proposal's state does not allow the step."""

    code = "wrong_state"

    def __init__(self, act: Act) -> None:
        super().__init__(RULES[act])


class SilenceEnded(Conflict):
    code = "silence_ended"
    sentence = _("Silence has ended, so nothing of it can be changed. What became of it is written within minutes.")


class OwnText(NotPermitted):
    code = "own_text"
    sentence = _("You wrote this text, so another person has to circulate it.")


def may_read(person: User, proposal: Proposal) -> bool:
    """Whether the person reads it as a whole, drafts too."""
    kind = kinds.find(proposal.kind)
    return kind is not None and rules.may(person, kind.read, proposal.scope)


def may_circulate(person: User, proposal: Proposal) -> bool:
    """Whether the person acts as the secretariat of its fund or programme."""
    kind = kinds.find(proposal.kind)
    return kind is not None and rules.may(person, kind.circulate, proposal.scope)


def nations_of(person: User) -> frozenset[str]:
    """Codes of the nations for which a person speaks."""
    return person.scope_refs(ALLY_REPRESENTATIVE.slug, Scope.NATION)


def is_own_text(person: User, text: ProposalText) -> bool:
    """Whether the person wrote it, under whichever of her accounts."""
    return rules.is_same_human(person, text.written_by)


def refusal(
    person: User, proposal: Proposal, act: Act, *, at: datetime, text: ProposalText | None = None
) -> DomainError | None:
    """Why the person may not take the step at a moment; None where she may. ``text`` is the last one, to circulate it."""
    if not may_circulate(person, proposal):
        return NotPermitted()
    if proposal.state not in STATES[act]:
        return WrongState(act)
    if act is not Act.LETTER and proposal.expires_at is not None and at >= proposal.expires_at:
        return SilenceEnded()
    if act is Act.CIRCULATE and text is not None and is_own_text(person, text):
        return OwnText()
    return None
