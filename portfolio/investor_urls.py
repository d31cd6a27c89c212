"""Addresses."""

from django.urls import path

from portfolio.dashboards import investor

app_name = "ally"

urlpatterns = [
    path("", investor.Account.as_view(), name="account"),
    path("figures.xlsx", investor.AccountWorkbook.as_view(), name="account-xlsx"),
]
