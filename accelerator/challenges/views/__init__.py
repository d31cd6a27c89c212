"""What the programme's people see and do: programmes, challenges, calls for applications."""

from accelerator.challenges.views.calls import (
    Call,
    Calls,
    CallsWorkbook,
    Criteria,
    Draft,
    Edit,
    HandBack,
    Preview,
    Publish,
    Questions,
    Sections,
    Submit,
)
from accelerator.challenges.views.programmes import AddProgramme, Challenges

__all__ = (
    "AddProgramme",
    "Call",
    "Calls",
    "CallsWorkbook",
    "Challenges",
    "Criteria",
    "Draft",
    "Edit",
    "HandBack",
    "Preview",
    "Publish",
    "Questions",
    "Sections",
    "Submit",
)
