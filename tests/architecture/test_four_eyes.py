"""Where two people are asked for, one function tells them apart: nothing else compares who acts with who acted."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ACTORS = {"by", "person", "reader", "user", "office", "officer"}
OF_THE_ACCOUNT = {
    "accelerator/applications/rules.py: is_brought_by": "a partner system acts by its own account alone",
    "accelerator/reviews/rules.py: refusal_to_review": "gives a right, and asks for nobody else",
    "accelerator/cohorts/services/offers.py: accept": "the same request by the same account",
    "accelerator/cohorts/services/participations.py: approve_advancement": "the same request by the same account",
    "accelerator/grants/services.py: approve": "the same account may ask again, another of hers may not",
    "accelerator/grants/services.py: pay": "the same request by the same account",
    "accelerator/grants/services.py: propose": "the same request by the same account",
    "core/clients/services.py: make_secret": "a client makes a secret of its own, by its own account",
    "core/people/services/accounts.py: sign_out_everywhere": "sessions are an account's",
    "core/people/services/accounts.py: change_settings": "settings are an account's",
    "core/people/services/humans.py: _checked": "the accounts that a statement is about",
    "core/people/queries.py: way_to_accept": "an invitation is for the account of its address",
    "core/people/services/closing.py: close": "an account is closed by whoever holds it",
    "core/people/services/members.py: _of": "rights are an account's",
    "core/people/services/members.py: leaves_others_without_owner": "rights are an account's",
    "core/people/queries.py: lines": "asks which accounts have a second factor",
    "core/people/queries.py: sessions_of": "sessions are an account's",
    "core/notifications/services/messages.py: mark_read": "messages are an account's",
    "core/notifications/queries.py: _may_know": "reminders are an account's",
    "core/decisions/queries.py: count_waiting": "a text waits to be read by an account",
    "core/ethics/rules.py: may_answer_condition": "gives a right, and asks for nobody else",
    "core/webhooks/rules.py: is_the_system": "gives a right, and asks for nobody else",
    "portfolio/capital_calls/listing.py: waits_for": "a draft waits for the account that began it",
    "portfolio/capital_calls/services/drafting.py: _same_draft": "the same request by the same account",
    "portfolio/valuations/services/approving.py: approve_run": "the same account may ask again, another of hers may not",
}
"""Comparisons of accounts that are meant, each with its reason."""


def compared(source):
    """Functions in which an actor's account is compared, or left out of a query, by itself."""
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef) and any(map(_is_by_account, ast.walk(function))):
            yield function.name


def _is_by_account(node):
    if isinstance(node, ast.Compare):
        return any(map(_is_account, [*_parts(node.left), *(part for one in node.comparators for part in _parts(one))]))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "exclude":
        return any(isinstance(one.value, ast.Name) and one.value.id in ACTORS for one in node.keywords)
    return False


def _parts(node):
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return node.elts
    return node.args if isinstance(node, ast.Call) and ast.unparse(node.func) == "str" else [node]


def _is_account(node):
    """A key of who acts or of who acted, such as ``by.pk``, ``request.user.id`` and ``row.answered_by_id``."""
    if not isinstance(node, ast.Attribute):
        return False
    of = node.value.id if isinstance(node.value, ast.Name) else getattr(node.value, "attr", "")
    return (node.attr in {"pk", "id"} and of in ACTORS) or node.attr.endswith("_by_id")


def test_nothing_but_the_one_function_tells_people_apart():
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for package in ("core", "portfolio", "accelerator")
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
        for name in compared(path.read_text(encoding="utf-8"))
    }

    assert found == set(OF_THE_ACCOUNT)


def test_every_way_to_compare_accounts_is_seen():
    for line in ("row.answered_by_id == by.pk", "x if request.user.pk != owner else y", "person.id in (a, b)",
                 "str(by.pk) == key", "rows.exclude(answered_by=person)"):  # fmt: skip
        assert list(compared(f"def accept(by):\n    return {line}")) == ["accept"], line
    assert list(compared("def accept(by):\n    return rules.is_same_human(by, row.answered_by)")) == []
