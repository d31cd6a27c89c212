"""Addresses."""

from django.urls import path

from portfolio.dashboards import views as dashboards
from portfolio.funds import views as funds

app_name = "portfolio"

urlpatterns = [
    path("pool", dashboards.Pool.as_view(), name="pool"),
    path("pool.xlsx", dashboards.PoolWorkbook.as_view(), name="pool-xlsx"),
    path("commitments", funds.Commitments.as_view(), name="commitments"),
    path("commitments/<str:public_id>", funds.Commitment.as_view(), name="commitment"),
]
