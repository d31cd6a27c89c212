"""Pages of the demo alone: the accounts with the digits of their second factors, and the mails."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from core.notifications import queries as notifications
from core.people import queries as people_queries
from demo import people


class Doors(View):
    """Every account of the demo and the six digits that open it now."""

    def get(self, request: HttpRequest) -> HttpResponse:
        accounts = [
            {"account": account, "role": people_queries.role_name(account.role), "code": people.current_code(account)}
            for account in people.ACCOUNTS
        ]
        return render(request, "demo/doors.html", {"accounts": accounts, "password": people.PASSWORD})


class Mailbox(View):
    """The mails that the demo wrote, newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "demo/mailbox.html", {"mails": notifications.newest(100)})


class Mail(View):
    """One mail."""

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        return render(request, "demo/mail.html", {"mail": notifications.get(public_id)})
