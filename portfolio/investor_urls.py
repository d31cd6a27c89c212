"""Addresses."""

from django.urls import path

from portfolio.capital_calls import investor as calls
from portfolio.dashboards import investor

app_name = "ally"

urlpatterns = [
    path("", investor.Account.as_view(), name="account"),
    path("notices/<str:public_id>", calls.Notice.as_view(), name="notice"),
    path("figures.xlsx", investor.AccountWorkbook.as_view(), name="account-xlsx"),
]
