"""Addresses of the interface that belong to the accelerator."""

app_name = "accelerator_api"
urlpatterns: list[object] = []
