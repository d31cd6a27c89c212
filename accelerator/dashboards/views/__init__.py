"""The public pages of programmes and the network, and the cohorts for the programme's people."""

from accelerator.dashboards.views.cohorts import Cohort, Cohorts, CohortSheet
from accelerator.dashboards.views.programmes import (
    FiguresSheet,
    MembersSheet,
    Network,
    NetworkSheet,
    Programme,
    Programmes,
)

__all__ = (
    "Cohort",
    "CohortSheet",
    "Cohorts",
    "FiguresSheet",
    "MembersSheet",
    "Network",
    "NetworkSheet",
    "Programme",
    "Programmes",
)
