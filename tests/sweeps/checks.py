"""The generated questions of the policy sweep, and what is wrong with an answer."""

from collections.abc import Iterator

from django.urls import reverse

from tests import sampling
from tests.sweeps import asking, routes
from tests.sweeps.agreement import Entry
from tests.sweeps.routes import (
    APPLICATION_PAGES,
    CALL_PAGES,
    CLIENT_PAGES,
    CLOSED_CALL_PAGES,
    COLLEAGUE_PAGES,
    CONDITION_PAGES,
    DECISION_PAGES,
    DESK_PAGES,
    EVIDENCE_PAGES,
    INVITATION_STEPS,
    OF_COHORTS,
    OF_STARTUPS,
    ORGANISATION_PAGES,
    REVIEW_PAGES,
    SELECTION_PAGES,
    WEBHOOK_PAGES,
)
from tests.sweeps.world import Actor, World

NOT_THERE = {
    "core:join": "the invitation was sent to nobody in the world",
    "organisations:leave": "the last owner hears that she stays",
    **{
        f"organisations:{page}": "a member of a start-up hears that an owner does it"
        for page in ("edit", "invite", *COLLEAGUE_PAGES, *INVITATION_STEPS)
    },
    "documents:download": "a file is for those whom its kind lets read it",
    "accelerator:add-programme": "whoever runs one programme alone adds no other",
    "accelerator:draft-call": "whoever runs no programme that is kept drafts for none",
    "portal:withdraw": "a member of a start-up hears that an owner withdraws",
    "portal:take-up": "a member of a start-up hears that an owner takes up again",
    "manage:ethics_evidence": "whoever neither owns the condition nor is an officer is refused",
    "account_confirm_email": "the key is forged",
    "account_reauthenticate": "whoever has a second factor proves that one",
    "mfa_edit_webauthn": "nobody in the world has a passkey",
    "mfa_remove_webauthn": "nobody in the world has a passkey",
    "mfa_deactivate_totp": "no authenticator to remove",
    "mfa_reauthenticate": "no second factor to prove",
    "mfa_reauthenticate_webauthn": "no second factor to prove",
    "mfa_download_recovery_codes": "the world's new people have no recovery codes",
    "mfa_view_recovery_codes": "the world's new people have no recovery codes",
}
"""Routes of one's own account at which whoever is let in may hear that there is nothing to act on, and why."""

ABOUT_ONE_THING = (
    "commitment",
    "commitment-xlsx",
    "holding",
    "holding-xlsx",
    "record-round",
    "buy",
    "sell",
    "write-off",
    "commit-to-stake",
    "pay-stake",
    "receive-from-stake",
    "entry",
    "take-back",
    "call",
    "call-xlsx",
    "edit-call",
    "submit-call",
    "approve-call",
    "issue-call",
    "cancel-call",
    "apply-suspense",
    "import",
    "import-progress",
    "import-xlsx",
    "import-check",
    "import-discard",
    "holding-marks",
    "holding-marks-xlsx",
    "valuation",
    "valuation-xlsx",
    "submit-valuation",
    "valuation-mark",
    "change-mark",
    "recompute-mark",
)
OF_APPLICATIONS = (
    *APPLICATION_PAGES,
    "section",
    "save",
    "files",
    "attach",
    "compare",
    "receipt",
    "receipt-pdf",
    "clarification",
)
OF_THE_DESK = (*DESK_PAGES, *CLOSED_CALL_PAGES, *SELECTION_PAGES, "end-assignment", "clear-doubt")
OF_PROGRAMMES = {"programme-manager", "programme-manager elsewhere", "ethics-officer", "ethics-officer elsewhere"}
"""Who may read decisions about programmes, and none about a fund."""
OF_FUNDS = {"fund-manager", "fund-manager, fresh", "fund-manager elsewhere", "fund-analyst", "valuation-committee"}
JOB_PAGES = ("job", "job_progress", "job_retry", "job_discard")
OF_THE_FUND = {"fund-manager elsewhere", "programme-manager", "programme-manager elsewhere"}
ELSEWHERE = {
    **{f"manage:{page}": OF_THE_FUND for page in CLIENT_PAGES},
    "manage:ethics_gate_approve": OF_THE_FUND | {"ethics-officer elsewhere"},
    "manage:client_ask": {"programme-manager", "programme-manager elsewhere"},
    **{f"portfolio:{page}": {"fund-manager elsewhere"} for page in ABOUT_ONE_THING},
    **{f"manage:{page}": {"fund-manager elsewhere"} for page in JOB_PAGES},
    **{
        f"manage:webhook{page}": {"fund-manager elsewhere", "programme-manager", "programme-manager elsewhere"}
        for page in ("", "_message", "_replay", *(f"_{page}" for page in WEBHOOK_PAGES))
    },
    **{f"manage:ethics_{page}": {"ethics-officer elsewhere"} for page in (*REVIEW_PAGES, *CONDITION_PAGES)},
    **{f"manage:{page}": {"fund-manager elsewhere"} | OF_PROGRAMMES for page in DECISION_PAGES},
    **{
        f"manage:{page}": OF_FUNDS | {"programme-manager elsewhere", "ethics-officer elsewhere"}
        for page in EVIDENCE_PAGES
    },
    "core:decision": {"ally-representative elsewhere"},
    "core:decision_break": {"ally-representative elsewhere"},
    **{
        f"manage:ethics_{page}": {
            "fund-manager elsewhere",
            "ethics-officer elsewhere",
            "programme-manager",
            "programme-manager elsewhere",
        }
        for page in ("review", "condition", "evidence")
    },
    **{
        f"accelerator:{page}": {"programme-manager elsewhere", "ethics-officer elsewhere"}
        for page in (*CALL_PAGES, "call-questions")
    },
    "accelerator:challenges": {"programme-manager elsewhere"},
    **{f"accelerator:{page}": {"programme-manager elsewhere"} for page in OF_THE_DESK},
    "portal:feedback": {"startup-owner elsewhere"},
    **{f"portal:{page}": {"startup-owner elsewhere"} for page in OF_APPLICATIONS},
    **{f"organisations:{page}": {"startup-owner elsewhere"} for page in ("ethics-answers", "ethics-condition")},
    **{f"accelerator:{page}": {"programme-manager elsewhere", "ethics-officer elsewhere"} for page in OF_COHORTS},
    **{f"portal:{page}": {"startup-owner elsewhere"} for page in OF_STARTUPS},
    **{
        f"organisations:{page}": {"startup-owner elsewhere"}
        for page in (*ORGANISATION_PAGES, *COLLEAGUE_PAGES, *INVITATION_STEPS)
    },
    "ally:notice": {"ally-representative elsewhere"},
}
"""Routes about one thing of the demo's world, and actors with the right role over another: to them it is absent."""

DOORS = ("account_login", "mfa_activate_totp", "mfa_reauthenticate")
"""Where the policy table sends those whom it does not let in: a redirect there is no way in."""
TO_SIGN_IN = {
    "admin:login": "the web admin has no form of its own",
    "account_confirm_login_code": "nobody is half way through signing in",
    "mfa_authenticate": "nobody is half way through signing in",
    "mfa_login_webauthn": "nobody is half way through signing in",
    "core:sign_out_everywhere": "whoever signed out everywhere may sign in anew",
}
"""Routes that lead on to the page of signing in by themselves, and why."""
ASKING_ANEW = {
    "core:close_account",
    "account_reauthenticate",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_edit_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
}
"""Routes of one's own account that let everybody in and then ask for the second factor anew by themselves."""

ASKED = ("GET", "POST")
"""Methods by which pages and forms are asked; by the others, without FULL, one actor asks each route."""
UNUSED = ("PUT", "PATCH", "DELETE")
"""Methods that nothing answers to: without FULL each route is asked by one of them, another at each."""


def faults(world: World, entries: list[Entry], *, everyone: bool = sampling.FULL) -> Iterator[str]:
    """
    What goes wrong when one route is asked by every method. Methods that let somebody in are asked first.

    Without ``everyone`` those of one expected answer are asked for by one of them, another one at each route; by two where a
    page is for some and not for others.
    """
    route = entries[0].route
    path = routes.path(route, world)
    for actor, method, expected in cases(world, entries, everyone=everyone):
        if fault := _fault(expected, route, path, actor, method):
            yield f"{method} {route} as {actor}: {fault}"


def cases(world: World, entries: list[Entry], *, everyone: bool = sampling.FULL) -> Iterator[tuple[Actor, str, str]]:
    """Who asks one route by which method, and how it answers."""
    by_method = {method: entry for entry in entries for method in entry.methods}
    route = entries[0].route
    for method in _methods(route, by_method, everyone=everyone):
        entry = by_method.get(method)
        turn = sampling.turn(f"{method} {route}", len(world.actors))
        told = [(actor, _expected(entry, actor)) for actor in (*world.actors[turn:], *world.actors[:turn])]
        for actor, expected in told if everyone else _some(told, method):
            yield actor, method, expected


def _expected(entry: Entry | None, actor: Actor) -> str:
    return entry.expects(actor) if entry else "method"


def _methods(route: str, by_method: dict[str, Entry], *, everyone: bool) -> list[str]:
    used_first = sorted(asking.METHODS, key=lambda one: one not in by_method)
    unused = [method for method in used_first if method in UNUSED and method not in by_method]
    left_out = set() if everyone or not unused else {*unused} - {unused[sampling.turn(route, len(unused))]}
    return [method for method in used_first if method not in left_out]


def _some(told: list[tuple[Actor, str]], method: str) -> list[tuple[Actor, str]]:
    if method not in ASKED:
        return told[:1]
    by_answer: dict[str, list[Actor]] = {}
    for actor, expected in told:
        by_answer.setdefault(expected, []).append(actor)
    let_in = 2 if "forbidden" in by_answer or "absent" in by_answer else 1
    return [
        (actor, expected)
        for expected, actors in by_answer.items()
        for actor in actors[: let_in if expected == "in" else 1]
    ]


def _fault(expected: str, route: str, path: str, actor: Actor, method: str) -> str:
    response = asking.ask(path, actor, method)
    status, target = response.status_code, asking.location(response)
    if status >= 500:
        return f"{status}\n{response.failure}"
    fits = {
        "no token": status == 401 and response.headers.get("WWW-Authenticate", "").startswith("Bearer"),
        "sign in": status == 302 and target.startswith(reverse("account_login")),
        "set up": status == 302 and target == reverse("mfa_activate_totp"),
        "prove": status == 302 and target.startswith(reverse("mfa_reauthenticate")),
        "absent": status == 404,
        "forbidden": status == 403,
        "method": status == 405,
        "in": _is_in(route, actor, status, method, target),
    }[expected]
    return "" if fits else f"expected {expected}, got {status} {target}"


def _is_in(route: str, actor: Actor, status: int, method: str, target: str) -> bool:
    if actor.name in ELSEWHERE.get(route, set()) and (method in {"GET", "HEAD", "POST"} or status == 404):
        return status == 404  # some look for the thing before the method: then it is absent to OPTIONS too
    if route in NOT_THERE and status in {403, 404}:
        return True
    own = {door for door, led in (("account_login", TO_SIGN_IN), ("mfa_reauthenticate", ASKING_ANEW)) if route in led}
    doors = {reverse(door) for door in DOORS if door not in own}
    return status not in {403, 404, 405} and target.split("?", maxsplit=1)[0] not in doors
