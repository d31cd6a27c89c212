"""Every route with an address to ask: what an argument stands for is looked up in the world."""

import re
from collections.abc import Callable

from django.apps import apps
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.urls import NoReverseMatch, reverse

from accelerator.applications.models import Application, OtherText
from accelerator.challenges.models import Call, Programme
from accelerator.cohorts.models import Advancement, Offer, Participation
from accelerator.grants.models import PaymentLine
from accelerator.milestones.models import Evidence, Milestone
from accelerator.panels.models import Selection, SelectionLine
from accelerator.reviews.models import Assignment
from core.clients.models import Client
from core.decisions.models import Proposal
from core.ethics import queries as ethics
from core.ethics.models import Condition, Override, Review
from core.organisations.models import OneCompany
from core.people import policy
from core.people.models import Invitation, RoleGrant, User
from core.webhooks.models import Delivery, Endpoint
from portfolio.capital_calls.models import CallNotice, CapitalCall
from portfolio.funds.models import Commitment, Fund
from portfolio.investments.models import Holding
from portfolio.valuations.models import ValuationRun
from tests.sweeps.ways import path_to
from tests.sweeps.world import World

ADMIN_OBJECT = re.compile(r"admin:(?P<app>[a-z]+)_(?P<model>[a-z]+)_(change|delete|history)")


def _colleague(world: World) -> dict[str, str]:
    return {"public_id": world.actor("reviewer").user.public_id}


def _grant(world: World) -> dict[str, str]:
    return {"public_id": world.actor("reviewer").user.grants.order_by("pk").first().public_id}


def _invitation(world: World) -> dict[str, str]:
    return {"public_id": world.invitation.public_id}


def _job(world: World) -> dict[str, str]:
    return {"public_id": world.job.public_id}


WEBHOOK_PAGES = ("change", "rotate", "pause", "resume", "disable", "test", "replay_all")


def _endpoint(world: World) -> dict[str, str]:
    return {"public_id": Endpoint.objects.filter(scope_ref=world.fund.public_id).order_by("pk").first().public_id}


def _message(world: World) -> dict[str, str]:
    """The one that was given up."""
    row = Delivery.objects.filter(endpoint__scope_ref=world.fund.public_id, state="dead").order_by("pk").first()
    return {"public_id": row.endpoint.public_id, "message": row.public_id}


REVIEW_PAGES = ("review", "answers", "ask", "assess", "second", "return", "extend", "renew", "close")
CONDITION_PAGES = ("condition", "evidence", "accept", "send_back", "waive", "move")


def _override(_world: World) -> dict[str, str]:
    return {"public_id": Override.objects.order_by("pk").first().public_id}


def _review(world: World) -> dict[str, str]:
    return {"public_id": Review.objects.filter(scope=world.fund.public_id).order_by("pk").first().public_id}


DECISION_PAGES = ("decision", *(f"decision_{step}" for step in ("text", "circulate", "extend", "withdraw", "letter")))
EVIDENCE_PAGES = ("decision_pdf", "decision_data")


def _silence(world: World, state: str = "silent") -> dict[str, str]:
    """A proposal about the fund in a state, where there is one; else under silence."""
    found = Proposal.objects.filter(scope=world.fund.public_id).order_by("pk")
    return {"public_id": (found.filter(state=state).first() or found.filter(state="silent").first()).public_id}


def _adopted(_world: World) -> dict[str, object]:
    """What was adopted about a programme, with its evidence."""
    return {"public_id": Proposal.objects.filter(state="adopted").order_by("pk").first().public_id, "order": 1}


def _condition(world: World) -> dict[str, str]:
    found = Condition.objects.filter(review__scope=world.fund.public_id)
    return {"public_id": found.order_by("pk").first().public_id}


def _direct(world: World) -> dict[str, str]:
    return {"public_id": Holding.objects.filter(fund=world.fund, kind="direct").order_by("pk").first().public_id}


def _stake(world: World) -> dict[str, str]:
    return {"public_id": Holding.objects.filter(fund=world.fund, kind="fund").order_by("pk").first().public_id}


def _call(world: World) -> dict[str, str]:
    """The call that waits for approval."""
    return {"public_id": CapitalCall.objects.get(fund=world.fund, state="submitted").public_id}


def _commitment(world: World) -> dict[str, str]:
    return {"public_id": Commitment.objects.get(fund=world.fund, nation_id=world.ally).public_id}


def _notice(world: World) -> dict[str, str]:
    """The Ally's latest notice."""
    notices = CallNotice.objects.filter(call__fund=world.fund, commitment__nation=world.ally).order_by("-call__number")
    return {"public_id": notices.first().public_id}


def _import(world: World) -> dict[str, str]:
    return {"public_id": world.upload.public_id}


def _valuation(world: World, **wanted: object) -> dict[str, str]:
    """The latest run, where there are some of those wanted."""
    runs = ValuationRun.objects.filter(fund=world.fund).order_by("-quarter_end", "-version")
    return {"public_id": (runs.filter(**wanted).first() or runs.first()).public_id}


def _mark(world: World) -> dict[str, str]:
    """The edition in force of the oldest holding's mark in the latest run."""
    run = ValuationRun.objects.filter(fund=world.fund).order_by("-quarter_end", "-version").first()
    return {"public_id": run.marks.order_by("holding", "-edition").first().public_id}


def _fee(world: World) -> dict[str, str]:
    return {"public_id": world.fund.book.entries.filter(kind="management-fees").order_by("number").first().public_id}


VALUATION_PAGES = ("valuation", "valuation-xlsx", "approve-valuation")
MARK_PAGES = ("valuation-mark", "change-mark", "recompute-mark")


def _programme(_world: World) -> dict[str, str]:
    return {"slug": Programme.objects.order_by("pk").first().slug}


CALL_PAGES = (
    "call",
    "preview-call",
    "edit-call",
    "call-sections",
    "call-criteria",
    "submit-call",
    "hand-back-call",
    "publish-call",
)


def _programme_call(_world: World) -> dict[str, object]:
    """The call that waits for its second person."""
    return {"public_id": Call.objects.filter(state="submitted").order_by("pk").first().public_id}


def _published_call(_world: World) -> dict[str, object]:
    return {"public_id": Call.objects.filter(state="published").order_by("pk").first().public_id}


ORGANISATION_PAGES = ("detail", "edit", "invite", "leave")
COLLEAGUE_PAGES = ("rights", "remove")
INVITATION_STEPS = ("again", "withdraw")


def _own(world: World) -> str:
    """The start-up of the demo's owner."""
    return world.actor("startup-owner").user.grants.filter(role="startup-owner").order_by("pk").first().scope_ref


def _startup(world: World) -> dict[str, object]:
    return {"public_id": _own(world)}


def _of_startup(world: World) -> dict[str, object]:
    """A colleague there."""
    held = RoleGrant.objects.filter(scope_ref=_own(world), role="startup-member", revoked_at=None).order_by("pk")
    return {"public_id": _own(world), "person": held.first().person.public_id}


def _invited_there(world: World) -> dict[str, object]:
    found = Invitation.objects.filter(scope_ref=_own(world)).order_by("pk").first()
    return {"public_id": _own(world), "invitation": found.public_id}


APPLICATION_PAGES = ("application", "check", "withdraw", "take-up")


def _application(world: World, **wanted: object) -> Application:
    """A draft of the start-up's, or the application that is wanted."""
    own = world.actor("startup-owner").user.scope_refs("startup-owner", "organisation")
    return (
        Application.objects.filter(organisation__public_id__in=own, **(wanted or {"state": "draft"}))
        .order_by("pk")
        .first()
    )


def _draft(world: World) -> dict[str, object]:
    return {"public_id": _application(world).public_id}


def _asked_review(world: World) -> Review:
    """A review that waits for the start-up's answers."""
    found = ethics.asked_of(world.actor("startup-owner").user).filter(state="open").first()
    return found or Review.objects.order_by("pk").first()


def _own_condition(world: World) -> Condition:
    found = ethics.conditions_of_startups(world.actor("startup-owner").user).first()
    return found or Condition.objects.order_by("pk").first()


def _text(world: World) -> dict[str, object]:
    """Two texts to compare, of the draft's."""
    draft = _application(world)
    other = OtherText.objects.filter(answer__application=draft).order_by("pk").first()
    return {"public_id": draft.public_id, "text": other.public_id}


def _sent(world: World) -> dict[str, object]:
    row = _application(world, state="submitted")
    return {"public_id": row.public_id, "submission": row.submissions.order_by("pk").first().public_id}


def _asked(world: World) -> dict[str, object]:
    row = _application(world, state="submitted")
    return {"public_id": row.public_id, "clarification": row.clarifications.order_by("pk").first().public_id}


DESK_PAGES = (
    "application",
    "ask-application",
    "screen",
    "reopen-screening",
    "own-conflict",
    "assign-reviewer",
    "write-feedback",
)
CLOSED_CALL_PAGES = ("assign-reviewers", "ranking", "propose-selection")
SELECTION_PAGES = ("selection", "approve-selection", "send-back-selection", "release-selection")
REVIEWER_PAGES = ("review", "save", "declare")


def _given_to(world: World) -> Assignment:
    """What the reviewer of the world has to review, in a call that has closed."""
    return Assignment.objects.filter(reviewer=world.actor("reviewer").user).order_by("pk").first()


def _at_the_desk(world: World) -> dict[str, object]:
    return {"public_id": _given_to(world).application.public_id}


def _assigned(world: World) -> dict[str, object]:
    made = _given_to(world)
    return {"public_id": made.application.public_id, "assignment": made.public_id}


def _closed_call(world: World) -> dict[str, object]:
    return {"public_id": _given_to(world).application.call.public_id}


def _selection(_world: World) -> dict[str, object]:
    """One that waits for another programme manager."""
    return {"public_id": Selection.objects.filter(state="proposed").order_by("pk").first().public_id}


def _decided(_world: World) -> dict[str, object]:
    return {
        "public_id": SelectionLine.objects.filter(selection__state="released")
        .order_by("pk")
        .first()
        .application.public_id
    }


COHORT_PAGES = ("cohort", "cohort-xlsx", "make-offer", "budget")
PARTICIPATION_PAGES = ("participation", "propose-advancement", "leave", "graduate", "milestones", "payments")
ADVANCEMENT_PAGES = ("approve-advancement", "refuse-advancement")
OFFER_STATES = {"offer": "made", "release-offer": "made", "take-back-offer": "made"}
MILESTONE_STATES = {
    "milestone": "accepted",
    "accept-evidence": "submitted",
    "send-evidence-back": "submitted",
    "propose-payment": "accepted",
}
LINE_STATES = {"approve-payment": "proposed", "refuse-payment": "proposed", "record-payment": "approved"}
OF_COHORTS = (
    *COHORT_PAGES,
    *PARTICIPATION_PAGES,
    *ADVANCEMENT_PAGES,
    *OFFER_STATES,
    *MILESTONE_STATES,
    *LINE_STATES,
    "plan",
)
OWN_PAGES = ("participation", "milestones", "payments")
OWN_OFFER_PAGES = ("offer", "accept-offer", "decline-offer")
OWN_STATES = {
    "milestone": "accepted",
    "give-evidence": "planned",
    "evidence-files": "planned",
    "attach-evidence": "planned",
}
OWN_CONSENT_PAGES = ("give-consent", "withdraw-consent")
OF_STARTUPS = (*OWN_PAGES, *OWN_OFFER_PAGES, *OWN_STATES, *OWN_CONSENT_PAGES)


def _joined() -> Participation:
    """The first of the programme that the sweeps fill with a thing of every kind."""
    return Participation.objects.filter(programme=Programme.objects.order_by("pk").first()).order_by("pk").first()


def _participation(_world: World) -> dict[str, object]:
    """The one with payments; its start-up is that of the world's owner."""
    return {"public_id": _joined().public_id}


def _cohort(_world: World) -> dict[str, object]:
    return {"public_id": _joined().programme.public_id}


def _first(model: type[Model], **wanted: object) -> Callable[[World], dict[str, object]]:
    return lambda _world: {"public_id": model._default_manager.filter(**wanted).order_by("pk").first().public_id}


def _advancement(world: World) -> dict[str, object]:
    return {**_participation(world), "advancement": Advancement.objects.order_by("pk").first().public_id}


def _unplanned(_world: World) -> dict[str, object]:
    """A phase for which no evidence was given."""
    of_the_sweeps = Participation.objects.filter(programme=Programme.objects.order_by("pk").first()).exclude(
        pk__in=Evidence.objects.values("milestone__phase__participation")
    )
    return {"public_id": of_the_sweeps.order_by("-pk").first().public_id, "phase": "phase-1"}


def takes_an_id(route: str) -> bool:
    try:
        reverse(route, kwargs={"public_id": "x"})
    except NoReverseMatch:
        return False
    return True


CLIENT_PAGES = ("client", "client_approve", "client_refuse", "client_revoke", "client_secret")
OF_THE_INTERFACE = sorted(
    route for route in policy.table().routes if route.split(":")[0].endswith("_api") and takes_an_id(route)
)
"""Addresses of the interface about one thing: no person gets there, whatever it is."""


def _client(_world: World) -> dict[str, object]:
    return {"public_id": Client.objects.order_by("pk").first().public_id}


OBJECTS: dict[str, Callable[[World], dict[str, object]]] = {
    "account_confirm_email": lambda _world: {"key": "forged"},
    "account_reset_password_from_key": lambda _world: {"uidb36": "1", "key": "forged"},
    "mfa_edit_webauthn": lambda _world: {"pk": 1},
    "mfa_remove_webauthn": lambda _world: {"pk": 1},
    "admin:app_list": lambda _world: {"app_label": "core"},
    "admin:view_on_site": lambda _world: {
        "content_type_id": ContentType.objects.get_for_model(User).pk,
        "object_id": 1,
    },
    "admin:django.views.generic.base.RedirectView": lambda _world: {},
    **{f"organisations:{page}": _startup for page in ORGANISATION_PAGES},
    **{f"organisations:{page}": _of_startup for page in COLLEAGUE_PAGES},
    **{f"organisations:{step}": _invited_there for step in INVITATION_STEPS},
    "core:join": lambda world: {"token": world.invitation_token},
    "core:invitation": lambda world: {"token": world.invitation_token},
    "manage:person": _colleague,
    "manage:grant": _colleague,
    "manage:same_person": _colleague,
    "manage:disable": _colleague,
    "manage:enable": _colleague,
    "manage:end_sessions": _colleague,
    "manage:revoke": _grant,
    "manage:webhook": _endpoint,
    **{f"manage:webhook_{page}": _endpoint for page in WEBHOOK_PAGES},
    "manage:webhook_message": _message,
    "manage:webhook_replay": _message,
    "manage:invitation_again": _invitation,
    "manage:invitation_withdraw": _invitation,
    "documents:download": lambda world: {"public_id": world.document.public_id},
    **{f"manage:{page}": _client for page in CLIENT_PAGES},
    "manage:client_ask": lambda _world: {"domain": "fund"},
    **{route: lambda _world: {"public_id": "x"} for route in OF_THE_INTERFACE},
    "demo:credentials": lambda _world: {"word": "treasury"},
    "manage:companies_agree": _first(OneCompany, says="one"),
    "manage:companies_part": _first(OneCompany, says="one"),
    "manage:job": _job,
    "manage:job_progress": _job,
    "manage:job_retry": _job,
    "manage:job_discard": _job,
    **{f"manage:{page}": _silence for page in DECISION_PAGES},
    "manage:decision_circulate": lambda world: _silence(world, "draft"),
    **{f"manage:{page}": _adopted for page in EVIDENCE_PAGES},
    "core:decision": _silence,
    "core:decision_break": _silence,
    "manage:ethics_gate_approve": _override,
    **{f"manage:ethics_{page}": _review for page in REVIEW_PAGES},
    **{f"manage:ethics_{page}": _condition for page in CONDITION_PAGES},
    "portfolio:commitment": _commitment,
    "portfolio:commitment-xlsx": _commitment,
    "portfolio:call": _call,
    "portfolio:call-xlsx": _call,
    "ally:notice": _notice,
    "portfolio:apply-suspense": _commitment,
    "portfolio:edit-call": _call,
    "portfolio:submit-call": _call,
    "portfolio:approve-call": _call,
    "portfolio:issue-call": _call,
    "portfolio:cancel-call": _call,
    "portfolio:figure": lambda _world: {"name": "paid_in"},
    "portfolio:figure-xlsx": lambda _world: {"name": "paid_in"},
    "portfolio:holding": _direct,
    "portfolio:holding-xlsx": _direct,
    "portfolio:holding-marks": _direct,
    "portfolio:holding-marks-xlsx": _direct,
    **{f"portfolio:{page}": _valuation for page in VALUATION_PAGES},
    "portfolio:submit-valuation": lambda world: _valuation(world, state="in_review"),
    "portfolio:reopen-valuation": lambda world: _valuation(world, state="locked", later=None),
    **{f"portfolio:{page}": _mark for page in MARK_PAGES},
    "portfolio:record-round": _direct,
    "portfolio:buy": _direct,
    "portfolio:sell": _direct,
    "portfolio:write-off": _direct,
    "portfolio:commit-to-stake": _stake,
    "portfolio:pay-stake": _stake,
    "portfolio:receive-from-stake": _stake,
    "portfolio:entry": lambda world: {"public_id": world.fund.book.entries.order_by("number").first().public_id},
    "portfolio:take-back": _fee,
    "portfolio:import": _import,
    "portfolio:import-progress": _import,
    "portfolio:import-xlsx": _import,
    "portfolio:import-check": _import,
    "portfolio:import-discard": _import,
    "portfolio:import-apply": _import,
    "portfolio:import-template": lambda _world: {"kind": "history"},
    **{f"accelerator:{page}": _programme_call for page in CALL_PAGES},
    "accelerator:call-questions": lambda world: {**_programme_call(world), "order": 1},
    "accelerator:challenges": lambda _world: {"public_id": Programme.objects.order_by("pk").first().public_id},
    **{f"portal:{page}": _draft for page in APPLICATION_PAGES},
    "portal:section": lambda world: {**_draft(world), "order": 1},
    "portal:save": lambda world: {**_draft(world), "order": 1},
    "portal:files": lambda world: {**_draft(world), "order": 2, "question": 2},
    "portal:attach": lambda world: {**_draft(world), "order": 2, "question": 2},
    "portal:compare": _text,
    "organisations:ethics-answers": lambda world: {"public_id": _asked_review(world).public_id},
    "organisations:ethics-condition": lambda world: {"public_id": _own_condition(world).public_id},
    "portal:receipt": _sent,
    "portal:receipt-pdf": _sent,
    "portal:clarification": _asked,
    "portal:begin": _published_call,
    **{f"accelerator:{page}": _at_the_desk for page in DESK_PAGES},
    "accelerator:end-assignment": _assigned,
    "accelerator:clear-doubt": _assigned,
    **{f"accelerator:{page}": _closed_call for page in CLOSED_CALL_PAGES},
    **{f"accelerator:{page}": _selection for page in SELECTION_PAGES},
    **{f"review:{page}": lambda world: {"public_id": _given_to(world).public_id} for page in REVIEWER_PAGES},
    "portal:feedback": _decided,
    **{f"accelerator:{page}": _cohort for page in COHORT_PAGES},
    **{f"accelerator:{page}": _participation for page in PARTICIPATION_PAGES},
    **{f"accelerator:{page}": _advancement for page in ADVANCEMENT_PAGES},
    **{f"accelerator:{page}": _first(Offer, state=state) for page, state in OFFER_STATES.items()},
    **{f"accelerator:{page}": _first(Milestone, state=state) for page, state in MILESTONE_STATES.items()},
    **{f"accelerator:{page}": _first(PaymentLine, state=state) for page, state in LINE_STATES.items()},
    "accelerator:plan": _unplanned,
    **{f"portal:{page}": _participation for page in OWN_PAGES},
    **{f"portal:{page}": _first(Offer, state="released") for page in OWN_OFFER_PAGES},
    **{f"portal:{page}": _first(Milestone, state=state) for page, state in OWN_STATES.items()},
    **{f"portal:{page}": _startup for page in OWN_CONSENT_PAGES},
    "programmes:call": _published_call,
    "programmes:call-calendar": _published_call,
    "programmes:detail": _programme,
    "programmes:members-xlsx": _programme,
    "programmes:figures-xlsx": _programme,
    "demo:mail": lambda world: {"public_id": world.mail.public_id},
}
"""What the arguments of a route stand for. A route with arguments and no entry fails the sweep, with its name."""

ADDRESSES = {"admin:django.views.generic.base.RedirectView": "/admin/core/user/1/"}
"""Routes that have no name of their own."""


def every() -> list[str]:
    return sorted(policy.table().routes)


def path(route: str, world: World) -> str:
    """The address of a route about things of the world. Raises LookupError for a route that nobody described."""
    if route in ADDRESSES:
        return ADDRESSES[route]
    if described := OBJECTS.get(route):
        return reverse(route, kwargs=described(world))
    if match := ADMIN_OBJECT.fullmatch(route):
        return reverse(route, args=[_one_of(match["app"], match["model"], world)])
    try:
        return reverse(route)
    except NoReverseMatch:
        raise LookupError(f"{route} has arguments: say in tests/sweeps/routes.py what they stand for") from None


def _one_of(app: str, model: str, world: World) -> object:
    """The key of the first row; of those that belong to a fund, of the world's."""
    kept = apps.get_model(app, model)
    assert kept in admin.site._registry, f"{app}.{model} has rows in the policy table and no admin"
    of_fund = {way: world.fund} if (way := path_to(kept, Fund)) else {"pk": world.fund.pk} if kept is Fund else {}
    first = kept._default_manager.filter(**of_fund).order_by("pk").first()
    if first is None:
        raise LookupError(f"the demo's world holds no {app}.{model}: play one, or make one in tests/sweeps/world.py")
    return first.pk
