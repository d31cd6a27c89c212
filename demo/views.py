"""Pages of the demo alone: the accounts with the digits of their second factors, and the mails."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from core.notifications import queries as notifications
from core.people import queries as people_queries
from demo import partners, people


class Doors(View):
    """Every account of the demo and the six digits that open it now."""

    def get(self, request: HttpRequest) -> HttpResponse:
        accounts = [
            {"account": account, "role": people_queries.role_name(account.role), "code": people.current_code(account)}
            for account in people.ACCOUNTS
        ]
        context = {"accounts": accounts, "password": people.PASSWORD, "partners": partners.everybody()}
        return render(request, "demo/doors.html", context)


class Credentials(View):
    """The name and secret of a partner system of the demo, as lines that a shell reads."""

    def get(self, request: HttpRequest, word: str) -> HttpResponse:
        found = next((one for one in partners.everybody() if one.word == word), None)
        if found is None:
            raise Http404
        lines = f"CLIENT_ID={found.client_id}\nCLIENT_SECRET={found.secret}\n"
        return HttpResponse(lines, content_type="text/plain; charset=utf-8")


class Mailbox(View):
    """The mails that the demo wrote, newest first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "demo/mailbox.html", {"mails": notifications.newest(100)})


class Mail(View):
    """One mail."""

    def get(self, request: HttpRequest, public_id: str) -> HttpResponse:
        return render(request, "demo/mail.html", {"mail": notifications.get(public_id)})
