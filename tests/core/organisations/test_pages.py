"""The pages of a start-up: registered, described, its people with their rights, invitations; in both languages."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.notifications.models import OutboundMail
from core.organisations.models import Organisation
from core.people import services
from core.people.models import Invitation, RoleGrant
from tests.core.organisations.conftest import found
from tests.core.people import sessions
from tests.factories import people

FORM = {
    "name": "Deep Ear",
    "nation": "EE",
    "founded_on": "2024-02-03",
    "registration_number": "7",
    "website": "https://ear.example",
}


def browser(person, language="en"):
    person.language = language
    person.save(update_fields=["language"])
    return people.signed_in(Client(HTTP_ACCEPT_LANGUAGE=language), person)


def words(answer):
    return html.unescape(answer.content.decode())


def at(page, startup, **more):
    return reverse(f"organisations:{page}", kwargs={"public_id": startup.public_id, **more})


@pytest.mark.parametrize(
    ("language", "heading", "said"),
    [
        ("en", "Register your start-up", "Your start-up is registered, and you are its owner."),
        ("fr", "Enregistrer votre jeune entreprise", "Votre start-up est enregistrée, et vous en êtes responsable."),
    ],
)
def test_a_start_up_is_registered_and_shown(ada, language, heading, said):
    client = browser(ada, language)

    form = client.get(reverse("organisations:add"))
    answer = client.post(reverse("organisations:add"), FORM, follow=True)

    made = Organisation.objects.get(name="Deep Ear")
    assert heading in words(form)
    assert answer.redirect_chain == [(at("detail", made), 302)]
    assert said in words(answer)
    assert made.website in words(answer)


@pytest.mark.parametrize("target", ["/settings?x=1", "https://evil.example/", "//evil.example"])
def test_registering_leads_on_within_the_product_alone(ada, target):
    client = browser(ada)
    page = client.get(reverse("organisations:add", query={"next": target}))

    answer = client.post(reverse("organisations:add"), FORM | {"next": target})

    made = Organisation.objects.get()
    assert answer.headers["Location"] == (target if target.startswith("/s") else at("detail", made))
    assert (f'name="next" value="{target}"' in words(page)) == target.startswith("/s")


def test_what_is_refused_keeps_what_was_typed(ada, startup):
    answer = browser(ada).post(reverse("organisations:add"), FORM)

    assert "You registered it already" in words(answer)
    assert 'id="id_name_error"' in words(answer)
    assert 'value="https://ear.example"' in words(answer)
    assert Organisation.objects.count() == 1


@pytest.mark.parametrize(("language", "rights"), [("en", "Start-up owner"), ("fr", "Responsable d’une start-up")])
def test_the_page_lists_people_with_their_rights(ada, bea, cy, startup, language, rights):
    page = words(browser(cy, language).get(at("detail", startup)))

    assert all(one.name in page and one.email in page for one in (ada, bea, cy))
    assert rights in page
    assert at("invite", startup) not in page


def test_an_owner_changes_the_details(ada, startup):
    client = browser(ada)
    page = client.get(at("edit", startup))

    answer = client.post(at("edit", startup), FORM | {"name": "Deeper Ear", "nation": "FR"})

    startup.refresh_from_db()
    assert 'value="Deep Ear"' in words(page)
    assert answer.headers["Location"] == at("detail", startup)
    assert (startup.name, startup.nation_id, startup.registration_number) == ("Deeper Ear", "FR", "7")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_an_owner_invites_sends_again_and_withdraws(ada, startup, language):
    client = browser(ada, language)
    form = {"email": "dan@example.org", "role": "startup-member", "language": "fr"}

    client.get(at("invite", startup))
    client.post(at("invite", startup), form)
    twice = client.post(at("invite", startup), form)
    invitation = Invitation.objects.get()
    listed = words(client.get(at("detail", startup)))
    soon = client.post(at("again", startup, invitation=invitation.public_id))
    client.post(at("withdraw", startup, invitation=invitation.public_id))

    invitation.refresh_from_db()
    assert 'id="id_email_error"' in words(twice)
    assert "dan@example.org" in listed
    assert soon.status_code == 409
    assert invitation.withdrawn_at == clock.now()
    assert OutboundMail.objects.get().language == "fr"


def test_an_owner_changes_rights_and_removes(ada, cy, startup):
    client = browser(ada)
    rights, remove = (at(page, startup, person=cy.public_id) for page in ("rights", "remove"))

    shown = [client.get(page).status_code for page in (rights, remove)]
    client.post(rights, {"role": "startup-owner"})
    held = list(RoleGrant.objects.filter(person=cy, revoked_at=None).values_list("role", flat=True))
    client.post(remove)

    assert shown == [200, 200]
    assert held == ["startup-owner"]
    assert not RoleGrant.objects.filter(person=cy, revoked_at=None).exists()
    assert browser(cy).get(at("detail", startup)).status_code == 404


def test_the_last_owner_hears_why_she_stays(ada, cy, startup):
    answer = browser(ada).post(at("leave", startup))
    left = browser(cy).post(at("leave", startup))

    assert answer.status_code == 409
    assert "This is the last owner" in words(answer)
    assert left.headers["Location"] == reverse("core:home")
    assert RoleGrant.objects.filter(person=ada, revoked_at=None).exists()


def pages(startup, person, invitation):
    told = {"rights": {"person": person}, "remove": {"person": person}}
    steps = {"again": {"invitation": invitation}, "withdraw": {"invitation": invitation}}
    names = ("edit", "invite", "rights", "remove", "again", "withdraw")
    return {name: at(name, startup, **(told | steps).get(name, {})) for name in names}


def test_a_member_hears_that_an_owner_does_it_and_nothing_changes(ada, bea, cy, startup):
    invitation = _invited(ada, startup)
    before = _state()

    client = browser(cy)
    answers = {name: client.post(path, FORM | {"role": "startup-owner", "email": "x@example.org", "language": "en"})
               for name, path in pages(startup, bea.public_id, invitation.public_id).items()}  # fmt: skip

    assert {answer.status_code for answer in answers.values()} == {403}
    assert all("Only an owner" in words(answer) for answer in answers.values())
    assert _state() == before


@pytest.mark.parametrize("who", ["stranger", "outsider", "manager"])
def test_to_everybody_else_nothing_is_there_and_nothing_changes(ada, bea, startup, stranger, system, who):
    invitation = _invited(ada, startup)
    makers = {
        "stranger": lambda: stranger,
        "outsider": lambda: people.person(system=system),
        "manager": lambda: people.person(role="programme-manager", system=system),
    }
    client = browser(makers[who]())
    before = _state()

    paths = pages(startup, bea.public_id, invitation.public_id)
    answers = [client.post(path, FORM) for path in paths.values()]
    answers += [client.get(at(name, startup)) for name in ("detail", "edit", "invite", "leave")]

    assert {answer.status_code for answer in answers} == {404}
    assert _state() == before


def test_ids_of_another_start_up_open_nothing_under_ones_own(ada, startup, stranger):
    other = Organisation.objects.get(name="Other Ear")
    invitation = _invited(stranger, other)
    client = browser(ada)
    before = _state()

    answers = [
        client.post(path, {"role": "startup-member"})
        for name, path in pages(startup, stranger.public_id, invitation.public_id).items()
        if name not in {"edit", "invite"}
    ]

    assert {answer.status_code for answer in answers} == {404}
    assert _state() == before


def test_whoever_has_an_account_joins_by_the_link_after_signing_in(ada, startup, system):
    dan = people.person(email="dan@example.org", password=sessions.PASSWORD, system=system)
    link = _link(ada, startup)
    client = Client()

    asked = words(client.get(link))
    sessions.give_password(client, dan.email, next=link)
    offered = words(client.get(link))
    answer = client.post(f"{link}/join", follow=True)

    assert f'href="{reverse("account_login")}?next={link}"' in asked
    assert f'action="{link}/join"' in offered
    assert answer.redirect_chain == [(at("detail", startup), 302)]
    assert "You have joined" in words(answer)


def test_another_account_hears_whose_the_invitation_is(ada, startup, stranger, system):
    people.person(email="dan@example.org", system=system)
    link, client = _link(ada, startup), browser(stranger)

    page, answer = words(client.get(link)), client.post(f"{link}/join")

    assert "The invitation is for the account of dan@example.org" in page
    assert answer.status_code == 409
    assert "sent to another address" in words(answer)


@pytest.mark.parametrize("role", ["startup-owner", "startup-member"])
def test_whoever_has_no_account_makes_one_and_a_new_owner_sets_up_a_second_factor(ada, startup, role):
    client = Client()
    form = {"name": "Dan", "password": sessions.PASSWORD, "again": sessions.PASSWORD}

    answer = client.post(_link(ada, startup, role=role), form)

    assert answer.headers["Location"] == reverse("mfa_activate_totp" if role == "startup-owner" else "core:home")
    assert RoleGrant.objects.get(person__email="dan@example.org").role == role


def test_from_signing_up_to_the_page_that_was_wanted(allies, system):
    """Sign up, verify, register, set up the second factor, and be where one was going."""
    wanted = reverse("portal:home")
    client = Client()
    client.post(
        reverse("account_signup"),
        {"name": "Eve", "email": "eve@example.org", "password1": sessions.PASSWORD, "password2": sessions.PASSWORD},
    )
    link = re.search(r"/account/confirm-email/\S+", OutboundMail.objects.get().body).group()
    home = client.post(link, follow=True)
    assert reverse("organisations:add") in words(home)

    sent_away = client.post(reverse("organisations:add", query={"next": wanted}), FORM, follow=True)
    assert sent_away.redirect_chain == [(wanted, 302), (reverse("mfa_activate_totp"), 302)]
    secret = client.session["mfa.totp.secret"]
    codes = client.post(reverse("mfa_activate_totp"), {"code": sessions.code(secret)}, follow=True)

    assert f'href="{wanted}">Go on' in words(codes)
    assert client.get(wanted).status_code == 200


def test_visitors_and_people_without_a_role_are_shown_the_way(ada):
    visitor, signed_in = words(Client().get("/")), words(browser(ada).get("/"))

    assert reverse("programmes:calls") in visitor
    assert reverse("organisations:add") in signed_in


def test_the_account_menu_and_the_applications_lead_to_the_start_up(ada, startup):
    client = browser(ada)

    assert at("detail", startup) in words(client.get(reverse("portal:home")))
    assert at("detail", startup) in words(client.get(reverse("organisations:list")))
    assert f'href="{reverse("organisations:list")}"' in words(client.get(reverse("core:settings")))


def _invited(by, startup, **changes):
    return _invite(by, startup, **changes)[0]


def _link(by, startup, **changes):
    return reverse("core:invitation", args=[_invite(by, startup, **changes)[1]])


def _invite(by, startup, role="startup-member"):
    return services.invite(
        email="dan@example.org", name="", language="en", role=role, scope_kind="organisation",
        scope_ref=startup.public_id, starts_on=clock.today(), ends_before=None, by=by, at=clock.now(),
    )  # fmt: skip


def _state():
    return (
        list(Organisation.objects.order_by("pk").values()),
        list(RoleGrant.objects.order_by("pk").values()),
        list(Invitation.objects.order_by("pk").values()),
    )


def test_two_start_ups_of_one_person_are_told_apart(ada, startup):
    second = found(ada, name="Second Ear")

    page = words(browser(ada).get(reverse("organisations:list")))

    assert all(at("detail", one) in page for one in (startup, second))
