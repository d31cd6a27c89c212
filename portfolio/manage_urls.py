"""Addresses."""

from django.urls import path

from portfolio.capital_calls import views as calls
from portfolio.dashboards import home
from portfolio.dashboards import views as dashboards
from portfolio.fees import views as fees
from portfolio.funds import views as funds
from portfolio.history import views as history
from portfolio.investments import views as investments
from portfolio.ledger import views as ledger
from portfolio.valuations import views as valuations

app_name = "portfolio"

urlpatterns = [
    path("", home.Home.as_view(), name="home"),
    path("pool", dashboards.Pool.as_view(), name="pool"),
    path("pool.xlsx", dashboards.PoolWorkbook.as_view(), name="pool-xlsx"),
    path("pool/burden-sharing", dashboards.BurdenSharing.as_view(), name="burden-sharing"),
    path("pool/burden-sharing.xlsx", dashboards.BurdenSharingWorkbook.as_view(), name="burden-sharing-xlsx"),
    path("pool/figures/<slug:name>", dashboards.Figure.as_view(), name="figure"),
    path("pool/figures/<slug:name>.xlsx", dashboards.FigureWorkbook.as_view(), name="figure-xlsx"),
    path("pool/over-time", dashboards.OverTime.as_view(), name="pool-over-time"),
    path("pool/returns", dashboards.Returns.as_view(), name="pool-returns"),
    path("commitments", funds.Commitments.as_view(), name="commitments"),
    path("commitments.xlsx", funds.CommitmentsWorkbook.as_view(), name="commitments-xlsx"),
    path("commitments/<str:public_id>", funds.Commitment.as_view(), name="commitment"),
    path("commitments/<str:public_id>/export.xlsx", funds.CommitmentWorkbook.as_view(), name="commitment-xlsx"),
    path("calls", calls.Calls.as_view(), name="calls"),
    path("calls.xlsx", calls.CallsWorkbook.as_view(), name="calls-xlsx"),
    path("calls/new", calls.Draft.as_view(), name="draft-call"),
    path("calls/<str:public_id>", calls.Call.as_view(), name="call"),
    path("calls/<str:public_id>/export.xlsx", calls.CallWorkbook.as_view(), name="call-xlsx"),
    path("calls/<str:public_id>/edit", calls.Edit.as_view(), name="edit-call"),
    path("calls/<str:public_id>/submit", calls.Submit.as_view(), name="submit-call"),
    path("calls/<str:public_id>/approve", calls.Approve.as_view(), name="approve-call"),
    path("calls/<str:public_id>/issue", calls.Issue.as_view(), name="issue-call"),
    path("calls/<str:public_id>/cancel", calls.Cancel.as_view(), name="cancel-call"),
    path("holdings", investments.Holdings.as_view(), name="holdings"),
    path("holdings.xlsx", investments.HoldingsWorkbook.as_view(), name="holdings-xlsx"),
    path("holdings/new", investments.Open.as_view(), name="open-holding"),
    path("holdings/<str:public_id>", investments.Holding.as_view(), name="holding"),
    path("holdings/<str:public_id>/export.xlsx", investments.HoldingWorkbook.as_view(), name="holding-xlsx"),
    path("holdings/<str:public_id>/rounds/record", investments.RecordRound.as_view(), name="record-round"),
    path("holdings/<str:public_id>/buy", investments.Buy.as_view(), name="buy"),
    path("holdings/<str:public_id>/sell", investments.Sell.as_view(), name="sell"),
    path("holdings/<str:public_id>/write-off", investments.WriteOff.as_view(), name="write-off"),
    path("holdings/<str:public_id>/commit", investments.CommitToStake.as_view(), name="commit-to-stake"),
    path("holdings/<str:public_id>/pay", investments.PayStake.as_view(), name="pay-stake"),
    path("holdings/<str:public_id>/receive", investments.ReceiveFromStake.as_view(), name="receive-from-stake"),
    path("holdings/<str:public_id>/marks", valuations.HoldingMarks.as_view(), name="holding-marks"),
    path("holdings/<str:public_id>/marks.xlsx", valuations.HoldingMarksWorkbook.as_view(), name="holding-marks-xlsx"),
    path("valuations", valuations.Desk.as_view(), name="valuations"),
    path("valuations.xlsx", valuations.DeskWorkbook.as_view(), name="valuations-xlsx"),
    path("valuations/open", valuations.Open.as_view(), name="open-valuation"),
    path("valuations/policy", valuations.Policy.as_view(), name="valuation-policy"),
    path("valuations/marks/<str:public_id>", valuations.Mark.as_view(), name="valuation-mark"),
    path("valuations/marks/<str:public_id>/change", valuations.Change.as_view(), name="change-mark"),
    path("valuations/marks/<str:public_id>/recompute", valuations.Recompute.as_view(), name="recompute-mark"),
    path("valuations/<str:public_id>", valuations.Run.as_view(), name="valuation"),
    path("valuations/<str:public_id>/export.xlsx", valuations.RunWorkbook.as_view(), name="valuation-xlsx"),
    path("valuations/<str:public_id>/submit", valuations.Submit.as_view(), name="submit-valuation"),
    path("valuations/<str:public_id>/approve", valuations.Approve.as_view(), name="approve-valuation"),
    path("valuations/<str:public_id>/reopen", valuations.Reopen.as_view(), name="reopen-valuation"),
    path("receipts", calls.Receipts.as_view(), name="receipts"),
    path("receipts.xlsx", calls.ReceiptsWorkbook.as_view(), name="receipts-xlsx"),
    path("receipts/record", calls.RecordReceipt.as_view(), name="record-receipt"),
    path("receipts/suspense/<str:public_id>", calls.ApplySuspense.as_view(), name="apply-suspense"),
    path("ledger", ledger.TrialBalance.as_view(), name="ledger"),
    path("ledger.xlsx", ledger.TrialBalanceWorkbook.as_view(), name="ledger-xlsx"),
    path("ledger/fees/pay", fees.Pay.as_view(), name="pay-fee"),
    path("ledger/check", ledger.Check.as_view(), name="ledger-check"),
    path("ledger/release", ledger.Release.as_view(), name="ledger-release"),
    path("ledger/close", ledger.Close.as_view(), name="ledger-close"),
    path("ledger/periods.xlsx", ledger.PeriodsWorkbook.as_view(), name="periods-xlsx"),
    path("ledger/entries", ledger.Entries.as_view(), name="entries"),
    path("ledger/entries.xlsx", ledger.EntriesWorkbook.as_view(), name="entries-xlsx"),
    path("ledger/entries/<str:public_id>", ledger.Entry.as_view(), name="entry"),
    path("ledger/entries/<str:public_id>/take-back", ledger.TakeBack.as_view(), name="take-back"),
    path("imports", history.Imports.as_view(), name="imports"),
    path("imports.xlsx", history.ImportsWorkbook.as_view(), name="imports-xlsx"),
    path("imports/upload", history.Upload.as_view(), name="import-upload"),
    path("imports/templates/<str:kind>.xlsx", history.Template.as_view(), name="import-template"),
    path("imports/<str:public_id>", history.Import.as_view(), name="import"),
    path("imports/<str:public_id>/progress", history.Progress.as_view(), name="import-progress"),
    path("imports/<str:public_id>/check", history.Check.as_view(), name="import-check"),
    path("imports/<str:public_id>/apply", history.Apply.as_view(), name="import-apply"),
    path("imports/<str:public_id>/discard", history.Discard.as_view(), name="import-discard"),
    path("imports/<str:public_id>/results.xlsx", history.ResultsWorkbook.as_view(), name="import-xlsx"),
]
