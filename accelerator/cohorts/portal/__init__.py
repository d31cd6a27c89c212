"""What start-ups see and do: what they are offered, and their participations."""

from accelerator.cohorts.portal.consents import Consents, GiveConsent, WithdrawConsent
from accelerator.cohorts.portal.offers import AcceptOffer, DeclineOffer, Offer
from accelerator.cohorts.portal.participations import Participation, Participations

__all__ = (
    "AcceptOffer",
    "Consents",
    "DeclineOffer",
    "GiveConsent",
    "Offer",
    "Participation",
    "Participations",
    "WithdrawConsent",
)
