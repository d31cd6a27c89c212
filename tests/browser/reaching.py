"""How a route's page is reached: who opens it, at which address, and what has to happen first."""

from collections.abc import Callable
from urllib.parse import urlsplit

from allauth.account.forms import default_token_generator
from allauth.account.internal.userkit import user_id_to_str
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from django.urls import resolve, reverse
from playwright.sync_api import Error, Page

from core import clock
from core.people import policy
from core.people.models import User
from demo import people as demo_people
from portfolio.capital_calls import queries as call_queries
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.models import CapitalCall
from portfolio.valuations import queries as valuation_queries
from portfolio.valuations import services as valuations
from portfolio.valuations.models import ValuationRun
from tests.browser import people
from tests.sweeps import routes
from tests.sweeps.world import NOW

ELSEWHERE = {
    "demo:credentials": "lines that a shell reads",
    "account_confirm_login_code": "nobody signs in by a code that is mailed",
    "admin:jsi18n": "words for the scripts of Django's own admin",
    "admin:login": "there is one door, the product's own",
    "manage:job_progress": "leads everybody but a page's script to the job",
    "portfolio:import-progress": "leads everybody but a page’s script to the import",
    "portal:files": "the list of one question's files, which its page asks for by a script",
    "portal:evidence-files": "the list of prepared files, which the page that gives evidence asks for by a script",
    "mfa_login_webauthn": "what a passkey is asked for, in answer to a script",
}
"""Routes that answer a browser with no page of their own, and why."""

MAY_STAY_EMPTY = {
    "organisations:edit": "what is said of a start-up may be little",
    "organisations:ethics-answers": "every question may wait for its answer",
}
"""Forms in which nothing has to be filled in, and why."""

WHO = {
    "core:decision": people.ALLY,
    "manage:decision_data": people.PROGRAMMES,
    "manage:decision_pdf": people.PROGRAMMES,
    "documents:download": people.PROGRAMMES,
    "account_logout": people.AUDITOR,
    "account_reauthenticate": people.BARE,
    "account_set_password": people.PASSWORDLESS,
    "mfa_activate_totp": people.BARE,
}
"""Who sees the page of a route that everybody may ask for and that answers most people with another."""


def who_opens(route: str) -> str:
    """The name of the actor who opens the route's page."""
    if route in WHO:
        return WHO[route]
    row = policy.table().find(route, "GET")
    if row.roles == policy.ANYONE:
        return people.VISITOR
    if row.roles == policy.SIGNED_IN:
        return people.AUDITOR
    return next(name for name in (*people.PREFERRED, *sorted(row.roles)) if name.split(",")[0] in row.roles)


def reach(visits, route: str, *, query: str = "", **light: str) -> Page | None:
    """The page of a route; None where it answers with a file. Raises LookupError where it leads elsewhere."""
    who = who_opens(route)
    first = BEFORE.get(route)
    if first:
        first(visits)
    try:
        path = path_of(visits.world, route) + (f"?{query}" if query else "")
        page = visits.open(path, who=who, keep_cookies=bool(first), **light)
    except Error as error:
        if "Download is starting" in error.message:
            return None
        raise
    seat = visits.seats[who]
    if seat.status != 200 or resolve(urlsplit(page.url).path).view_name != route:
        raise LookupError(f"{route} asked by {who} leads to {page.url} with {seat.status}: say how in {__name__}")
    return page


def path_of(world, route: str) -> str:
    return PATHS[route](world) if route in PATHS else routes.path(route, world)


def _reset_link(world) -> str:
    person = world.actor(people.AUDITOR).user
    key = default_token_generator.make_token(User.objects.get(pk=person.pk))
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_id_to_str(person), "key": key})


def _confirmation_link(world) -> str:
    address = EmailAddress.objects.filter(user=world.actor(people.AUDITOR).user).get()
    return reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key])


def _of_a_key(route: str) -> Callable[..., str]:
    return lambda world: reverse(
        route, kwargs={"pk": Authenticator.objects.get(user=world.actor(people.AUDITOR).user, type="webauthn").pk}
    )


PATHS: dict[str, Callable[..., str]] = {
    "account_confirm_email": _confirmation_link,
    "account_reset_password_from_key": _reset_link,
    "mfa_edit_webauthn": _of_a_key("mfa_edit_webauthn"),
    "mfa_remove_webauthn": _of_a_key("mfa_remove_webauthn"),
}
"""Addresses that hold what the sweeps only forge."""


def _give_password(visits) -> None:
    page = visits.open(reverse("account_login"))
    page.fill("[name=login]", visits.world.actor(people.AUDITOR).user.email)
    page.fill("[name=password]", people.PASSWORD_OF_ALL)
    page.press("[name=password]", "Enter")


def _sign_the_call(visits) -> None:
    """The call that waits is approved by the second manager, so that it can be issued."""
    call = CapitalCall.objects.get(fund=visits.world.fund, state="submitted")
    second = User.objects.get(email=demo_people.SECOND_MANAGER)
    with clock.standing_at(NOW):
        calls.approve(call, digest=call_queries.digest(call, at=NOW), by=second, at=NOW)


def _back_to_review(visits) -> None:
    """A mark of the valuation that the committee has is changed, so that it can be submitted anew."""
    run = ValuationRun.objects.filter(fund=visits.world.fund, state="submitted").first()
    if run is not None:
        analyst = User.objects.get(email=demo_people.ANALYST)
        mark = valuation_queries.marks_of(run)[0]
        with clock.standing_at(NOW):
            valuations.change_mark(mark, technique="cost", reason="Read again", by=analyst, at=NOW)


def _hand_in(visits) -> None:
    """A valuation in review is submitted, so that it can be approved."""
    run = ValuationRun.objects.filter(fund=visits.world.fund, state="in_review").first()
    if run is not None:
        with clock.standing_at(NOW):
            valuations.submit_run(run, by=User.objects.get(email=demo_people.ANALYST), at=NOW)


BEFORE = {
    "mfa_authenticate": _give_password,
    "portfolio:issue-call": _sign_the_call,
    "portfolio:submit-valuation": _back_to_review,
    "portfolio:approve-valuation": _hand_in,
}
"""What somebody does first; the cookies of it stay."""
