"""What the programme's people see and do: the plan of a participation, and the evidence of a milestone."""

from accelerator.milestones.views.evidence import Accept, Milestone, SendBack
from accelerator.milestones.views.plans import Milestones, Plan

__all__ = ("Accept", "Milestone", "Milestones", "Plan", "SendBack")
