"""Pages of ethics reviews, gathered for the addresses."""

from core.ethics.views.conditions import Accept, Condition, GiveEvidence, Move, SendBack, Waive
from core.ethics.views.gate import ApproveOverride, AskOverride, Gate, Start
from core.ethics.views.reading import Calendar, Conditions, Review, Reviews, ReviewsWorkbook
from core.ethics.views.reviews import Answers, Ask, Assess, Close, Extend, Open, Renew, Return, Second

__all__ = (
    "Accept",
    "Answers",
    "ApproveOverride",
    "Ask",
    "AskOverride",
    "Assess",
    "Calendar",
    "Close",
    "Condition",
    "Conditions",
    "Extend",
    "Gate",
    "GiveEvidence",
    "Move",
    "Open",
    "Renew",
    "Return",
    "Review",
    "Reviews",
    "ReviewsWorkbook",
    "Second",
    "SendBack",
    "Start",
    "Waive",
)
