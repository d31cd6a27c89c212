"""Pages of the secretariat: what is decided, each proposal, and the steps that are taken with it."""

from core.decisions.views.drafting import Draft, Text
from core.decisions.views.reading import Decision, Decisions, EvidenceData, EvidencePdf
from core.decisions.views.steps import Circulate, Extend, Letter, Withdraw

__all__ = (
    "Circulate",
    "Decision",
    "Decisions",
    "Draft",
    "EvidenceData",
    "EvidencePdf",
    "Extend",
    "Letter",
    "Text",
    "Withdraw",
)
