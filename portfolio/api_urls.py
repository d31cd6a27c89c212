"""Addresses of the interface that belong to the fund."""

from django.urls import path

from portfolio.capital_calls import api as calls
from portfolio.funds import api as funds
from portfolio.investments import api as investments
from portfolio.performance import api as performance
from portfolio.valuations import api as valuations

app_name = "portfolio_api"
urlpatterns = [
    path("funds", funds.Funds.as_view(), name="funds"),
    path("funds/<str:public_id>", funds.OneFund.as_view(), name="fund"),
    path("funds/<str:public_id>/pool", performance.Pool.as_view(), name="pool"),
    path("funds/<str:public_id>/net-asset-values", performance.Navs.as_view(), name="net-asset-values"),
    path("commitments", funds.Commitments.as_view(), name="commitments"),
    path("commitments/<str:public_id>", funds.OneCommitment.as_view(), name="commitment"),
    path("capital-calls", calls.Calls.as_view(), name="calls"),
    path("capital-calls/<str:public_id>", calls.OneCall.as_view(), name="call"),
    path("notices", calls.Notices.as_view(), name="notices"),
    path("notices/<str:public_id>", calls.OneNotice.as_view(), name="notice"),
    path("receipt-notices", calls.ReceiptNotices.as_view(), name="receipt-notices"),
    path("holdings", investments.Holdings.as_view(), name="holdings"),
    path("holdings/<str:public_id>", investments.One.as_view(), name="holding"),
    path("reported-navs", valuations.ReportedNavs.as_view(), name="reported-navs"),
]
