"""Addresses of the interface that belong to the fund."""

app_name = "portfolio_api"
urlpatterns: list[object] = []
