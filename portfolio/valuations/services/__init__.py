"""Opening a quarter's run, preparing its marks, changing, submitting, approving and reopening; looking for drift."""

from portfolio.valuations.services.approving import (
    approve_run,
    reopen_run,
    submit_run,
)
from portfolio.valuations.services.marks import (
    change_mark,
)
from portfolio.valuations.services.opening import (
    PREPARE,
    NotOpened,
    hindrance,
    job_key,
    open_due_runs,
    open_run,
)
from portfolio.valuations.services.policies import (
    record_policy,
)
from portfolio.valuations.services.preparing import (
    prepare,
    prepare_at_once,
)
from portfolio.valuations.services.recomputing import (
    TELL_DRIFT,
    announce_drift,
    check_all,
    computed,
    recompute,
    tell_drift,
)
from portfolio.valuations.services.refusals import (
    AdjustedTooFar,
    AmountMissing,
    ChangedSince,
    DatedOutside,
    EditedMeanwhile,
    LaterVersion,
    MarksFailed,
    MarksMissing,
    NoRound,
    NotAQuarterEnd,
    NotBelowCost,
    OddRate,
    PolicyIncomplete,
    PolicyMissing,
    ReasonMissing,
    RelevanceMissing,
    SourceMissing,
    WrongTechnique,
)
from portfolio.valuations.services.reporting import report_nav

__all__ = (
    "PREPARE",
    "TELL_DRIFT",
    "AdjustedTooFar",
    "AmountMissing",
    "ChangedSince",
    "DatedOutside",
    "EditedMeanwhile",
    "LaterVersion",
    "MarksFailed",
    "MarksMissing",
    "NoRound",
    "NotAQuarterEnd",
    "NotBelowCost",
    "NotOpened",
    "OddRate",
    "PolicyIncomplete",
    "PolicyMissing",
    "ReasonMissing",
    "RelevanceMissing",
    "SourceMissing",
    "WrongTechnique",
    "announce_drift",
    "approve_run",
    "change_mark",
    "check_all",
    "computed",
    "hindrance",
    "job_key",
    "open_due_runs",
    "open_run",
    "prepare",
    "prepare_at_once",
    "recompute",
    "record_policy",
    "reopen_run",
    "report_nav",
    "submit_run",
    "tell_drift",
)
