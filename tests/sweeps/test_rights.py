"""Nobody meets what belongs to others; and whichever protection is taken away, the sweeps notice."""

import random
from itertools import groupby

import pytest
from django.http import HttpResponse

from core.web import errors
from tests import sampling
from tests.factories import nations
from tests.sweeps import agreement, checks, contents, elsewhere, mutants
from tests.sweeps.canaries import Canaries
from tests.sweeps.mutants import Heard, Mutant
from tests.sweeps.world import NOW

ENTRIES = agreement.agreed()
AGREED = {route: list(entries) for route, entries in groupby(ENTRIES, key=lambda entry: entry.route)}
WHO_ASKS = (
    "fund-manager",
    "fund-manager elsewhere",
    "ally-representative elsewhere",
    "programme-manager",
    "programme-manager elsewhere",
    "ethics-officer elsewhere",
    "administrator, fresh",
)
"""Without FULL one of each side asks; with it, everybody."""
SEED, ROWS_TRIED = 20261123, 100
"""Without FULL, as many mutants of rows are tried as this, always the same ones."""
OF_A_FUND = ("portfolio:", "ally:", "admin:portfolio_", "manage:audit")
"""Routes that tell of a fund: directories of nations and organisations tell everybody of what is new."""
OF_THE_DIRECTORY = ("portfolio:open-holding",)
"""Routes of a fund that offer the directory of organisations."""
SURVIVORS_AT_MOST = 0.05

SIGNS_IN_ITSELF = "the page asks visitors to sign in by itself, with the same answer"
ASKS_ANEW_ITSELF = "the page asks for the second factor anew by itself, with the same answer"
ASKS_WHOSE_ITSELF = "the page asks for the person's own start-ups by itself, with the same answer"
ASKS_WHAT_IS_GIVEN_ITSELF = "the page asks for what is given to the person, or run by her, with the same answer"
SURVIVORS = {
    "account_change_password: open to anyone": SIGNS_IN_ITSELF,
    "account_email: open to anyone": SIGNS_IN_ITSELF,
    "core:close_account: open to anyone": SIGNS_IN_ITSELF,
    "account_reauthenticate: open to anyone": SIGNS_IN_ITSELF,
    "account_set_password: open to anyone": SIGNS_IN_ITSELF,
    "mfa_activate_totp: open to anyone": SIGNS_IN_ITSELF,
    "mfa_add_webauthn: open to anyone": SIGNS_IN_ITSELF,
    "mfa_deactivate_totp: open to anyone": SIGNS_IN_ITSELF,
    "mfa_download_recovery_codes: open to anyone": SIGNS_IN_ITSELF,
    "mfa_edit_webauthn: open to anyone": SIGNS_IN_ITSELF,
    "mfa_generate_recovery_codes: open to anyone": SIGNS_IN_ITSELF,
    "mfa_index: open to anyone": SIGNS_IN_ITSELF,
    "mfa_list_webauthn: open to anyone": SIGNS_IN_ITSELF,
    "mfa_reauthenticate: open to anyone": SIGNS_IN_ITSELF,
    "mfa_reauthenticate_webauthn: open to anyone": SIGNS_IN_ITSELF,
    "mfa_remove_webauthn: open to anyone": SIGNS_IN_ITSELF,
    "mfa_view_recovery_codes: open to anyone": SIGNS_IN_ITSELF,
    **{f"{route}: fresh turned": ASKS_ANEW_ITSELF for route in checks.ASKING_ANEW},
    "manage:audit_verify: open to whoever is signed in": "the service asks for the right again, with the same answer",
    **{
        f"organisations:{page}: open to whoever is signed in": ASKS_WHOSE_ITSELF
        for page in ("detail", "edit", "invite", "leave", "rights", "remove", "again", "withdraw")
    },
    **{
        f"portal:{page}: open to whoever is signed in": ASKS_WHOSE_ITSELF
        for page in ("attach", "attach-evidence", "save", "take-up")
    },
    "review:save: open to whoever is signed in": ASKS_WHAT_IS_GIVEN_ITSELF,
    "accelerator:release-selection: open to whoever is signed in": ASKS_WHAT_IS_GIVEN_ITSELF,
}
"""Mutants that no answer tells from the product, each with the reason."""


@pytest.fixture(scope="module")
def canaries(world):
    return Canaries(world)


@pytest.fixture(scope="module")
def heard(world, canaries):
    actors = [actor for actor in world.actors if sampling.FULL or actor.name in WHO_ASKS]
    return Heard(world, ENTRIES, actors, canaries)


@pytest.fixture
def _plain_refusals(monkeypatch):
    monkeypatch.setattr(errors, "render", lambda _request, _template, _context, status: HttpResponse(status=status))


def test_no_answer_holds_what_belongs_to_another_fund_nation_or_person(heard):
    assert heard.faults == []


def test_what_is_new_elsewhere_changes_no_answer_here(heard, world):
    partner = nations.ally("QB", system=world.system)
    fund, _closing, commitment = elsewhere.established("Cedar Fund", partner, "61048293.75", system=world.system)
    elsewhere.furnish(fund, commitment, word="Cedar", system=world.system, at=NOW)

    of_a_fund = [one for one in heard.answers if one.route.startswith(OF_A_FUND) and "auditor" not in one.actor.roles]
    asked = [one for one in of_a_fund if one.route not in OF_THE_DIRECTORY]
    part = [one for one in asked if sampling.FULL or sampling.turn(f"{one.route} {one.actor}", 2)]
    changed = [str(one) for one in part if contents.words(one.ask()) != heard.answers[one]]

    assert changed == []


def test_a_row_taken_away_or_loosened_is_noticed(world, _plain_refusals):
    every = mutants.of_rows(world, AGREED)
    tried = every if sampling.FULL else random.Random(SEED).sample(every, ROWS_TRIED)

    assert alive(tried) == {mutant.name for mutant in tried} & SURVIVORS.keys()
    assert len(SURVIVORS) <= SURVIVORS_AT_MOST * len(every)


def test_a_filter_that_lets_everything_through_is_noticed(world, heard, canaries):
    every = mutants.of_filters(world, heard, canaries)

    assert alive(every) == set()


def alive(tried: list[Mutant]) -> set[str]:
    return {mutant.name for mutant in tried if not mutant.killed_by()}
