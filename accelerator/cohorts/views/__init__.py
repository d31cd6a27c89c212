"""What the programme's people see and do: offers, and participations with their phases."""

from accelerator.cohorts.views.offers import MakeOffer, Offer, ReleaseOffer, TakeBackOffer
from accelerator.cohorts.views.participations import (
    ApproveAdvancement,
    Graduate,
    Leave,
    Participation,
    ProposeAdvancement,
    RefuseAdvancement,
)

__all__ = (
    "ApproveAdvancement",
    "Graduate",
    "Leave",
    "MakeOffer",
    "Offer",
    "Participation",
    "ProposeAdvancement",
    "RefuseAdvancement",
    "ReleaseOffer",
    "TakeBackOffer",
)
