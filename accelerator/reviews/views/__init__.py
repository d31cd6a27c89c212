"""The desk of the programme's people, and what a reviewer sees."""

from accelerator.reviews.views.assigning import Assign, ClearDoubt, EndAssignment, Reviewers
from accelerator.reviews.views.desk import (
    Application,
    Applications,
    ApplicationsSheet,
    Ask,
    Conflict,
    ReopenScreening,
    Screen,
)
from accelerator.reviews.views.reviewing import Declare, Home, Review, Save

__all__ = (
    "Application",
    "Applications",
    "ApplicationsSheet",
    "Ask",
    "Assign",
    "ClearDoubt",
    "Conflict",
    "Declare",
    "EndAssignment",
    "Home",
    "ReopenScreening",
    "Review",
    "Reviewers",
    "Save",
    "Screen",
)
