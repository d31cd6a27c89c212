"""Addresses of the demo."""

from django.urls import path

from demo import views

app_name = "demo"

urlpatterns = [
    path("", views.Doors.as_view(), name="doors"),
    path("<str:word>.env", views.Credentials.as_view(), name="credentials"),
    path("mailbox", views.Mailbox.as_view(), name="mailbox"),
    path("mailbox/<str:public_id>", views.Mail.as_view(), name="mail"),
]
