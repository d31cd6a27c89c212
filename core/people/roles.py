"""Roles and what each may do: code, so that a change of rights is a change that somebody reviews."""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Scope(StrEnum):
    """The kind of thing that a grant is limited to."""

    EVERYWHERE = "everywhere"
    FUND = "fund"
    NATION = "nation"
    PROGRAMME = "programme"
    ORGANISATION = "organisation"


class Permission(StrEnum):
    """What services ask for. ``may()`` answers by role and scope."""

    PEOPLE_INVITE = "people.invite"
    PEOPLE_GRANT = "people.grant"
    PEOPLE_DISABLE = "people.disable"
    AUDIT_READ = "audit.read"
    AUDIT_VERIFY = "audit.verify"
    FUND_READ = "fund.read"
    FUND_ESTABLISH = "fund.establish"
    FUND_DECIDE = "fund.decide"
    COMMITMENT_RECORD = "commitment.record"
    CALL_DRAFT = "call.draft"
    CALL_APPROVE = "call.approve"
    RECEIPT_RECORD = "receipt.record"
    INVESTMENT_RECORD = "investment.record"
    VALUATION_PREPARE = "valuation.prepare"
    VALUATION_APPROVE = "valuation.approve"
    LEDGER_CLOSE = "ledger.close"
    IMPORT_STAGE = "import.stage"
    IMPORT_APPLY = "import.apply"
    RATES_PUBLISH = "rates.publish"
    NATIONS_RECORD = "nations.record"
    ORGANISATION_REGISTER = "organisation.register"
    JOB_READ = "job.read"
    JOB_MANAGE = "job.manage"
    WEBHOOK_MANAGE = "webhook.manage"
    ETHICS_ASSESS = "ethics.assess"
    ETHICS_FOLLOW = "ethics.follow"
    QUESTIONNAIRE_PUBLISH = "questionnaire.publish"
    PROGRAMME_READ = "programme.read"
    PROGRAMME_READ_DRAFTS = "programme.read_drafts"
    PROGRAMME_PUBLISH = "programme.publish"
    ORGANISATION_JOIN = "organisation.join"
    PROGRAMME_DECIDE = "programme.decide"
    ORGANISATION_RUN = "organisation.run"
    APPLICATION_WRITE = "application.write"
    APPLICATION_SUBMIT = "application.submit"
    APPLICATION_REVIEW = "application.review"
    COHORT_READ = "cohort.read"
    COHORT_RUN = "cohort.run"
    CLIENT_RUN_FUND = "client.run_fund"
    CLIENT_RUN_ACCELERATOR = "client.run_accelerator"


@dataclass(frozen=True, slots=True)
class Role:
    """``needs_second_factor`` holds from the first sign-in; ``is_staff`` opens the web admin."""

    slug: str
    name: Promise
    description: Promise
    scopes: frozenset[Scope]
    permissions: frozenset[Permission]
    needs_second_factor: bool = True
    is_staff: bool = False
    signs_in: bool = True


def _role(
    slug: str, name: Promise, description: Promise, *, scopes: set[Scope], may: set[Permission], **flags: bool
) -> Role:
    return Role(slug, name, description, frozenset(scopes), frozenset(may), **flags)


P = Permission

FUND_MANAGER = _role(
    "fund-manager",
    _("Fund manager"),
    _("Runs a fund: commitments, capital calls, investments, valuations, reports."),
    scopes={Scope.FUND},
    may={
        P.FUND_READ,
        P.FUND_DECIDE,
        P.COMMITMENT_RECORD,
        P.CALL_DRAFT,
        P.CALL_APPROVE,
        P.RECEIPT_RECORD,
        P.INVESTMENT_RECORD,
        P.VALUATION_PREPARE,
        P.LEDGER_CLOSE,
        P.IMPORT_STAGE,
        P.IMPORT_APPLY,
        P.RATES_PUBLISH,
        P.ORGANISATION_REGISTER,
        P.AUDIT_READ,
        P.WEBHOOK_MANAGE,
        P.NATIONS_RECORD,
        P.JOB_READ,
        P.JOB_MANAGE,
        P.CLIENT_RUN_FUND,
    },
    is_staff=True,
)
FUND_ANALYST = _role(
    "fund-analyst",
    _("Fund analyst"),
    _("Prepares figures of a fund and reads all of it."),
    scopes={Scope.FUND},
    may={P.FUND_READ, P.CALL_DRAFT, P.RECEIPT_RECORD, P.VALUATION_PREPARE, P.IMPORT_STAGE, P.JOB_READ},
    is_staff=True,
)
VALUATION_COMMITTEE = _role(
    "valuation-committee",
    _("Member of the valuation committee"),
    _("Approves valuations prepared by others."),
    scopes={Scope.FUND},
    may={P.FUND_READ, P.VALUATION_APPROVE},
    is_staff=True,
)
ALLY_REPRESENTATIVE = _role(
    "ally-representative",
    _("Ally’s representative"),
    _("Reads the account of one Ally and speaks for it."),
    scopes={Scope.NATION},
    may=set(),
)
PROGRAMME_MANAGER = _role(
    "programme-manager",
    _("Programme manager"),
    _("Runs accelerator programmes: challenges, calls, selection, cohorts."),
    scopes={Scope.PROGRAMME, Scope.EVERYWHERE},
    may={
        P.PROGRAMME_READ,
        P.PROGRAMME_READ_DRAFTS,
        P.PROGRAMME_PUBLISH,
        P.PROGRAMME_DECIDE,
        P.ORGANISATION_REGISTER,
        P.ORGANISATION_JOIN,
        P.AUDIT_READ,
        P.WEBHOOK_MANAGE,
        P.ETHICS_FOLLOW,
        P.COHORT_READ,
        P.COHORT_RUN,
        P.CLIENT_RUN_ACCELERATOR,
    },
    is_staff=True,
)
REVIEWER = _role(
    "reviewer",
    _("Reviewer"),
    _("Reads and scores the applications assigned."),
    scopes={Scope.PROGRAMME},
    may={P.PROGRAMME_READ, P.APPLICATION_REVIEW},
)
ETHICS_OFFICER = _role(
    "ethics-officer",
    _("Ethics officer"),
    _("Reviews responsible use and follows conditions up."),
    scopes={Scope.EVERYWHERE, Scope.FUND, Scope.PROGRAMME},
    may={P.PROGRAMME_READ, P.COHORT_READ, P.ETHICS_ASSESS, P.QUESTIONNAIRE_PUBLISH, P.PROGRAMME_READ_DRAFTS},
    is_staff=True,
)
STARTUP_OWNER = _role(
    "startup-owner",
    _("Start-up owner"),
    _("Acts for a start-up: applies, signs, reports, invites colleagues."),
    scopes={Scope.ORGANISATION},
    may={P.ORGANISATION_RUN, P.APPLICATION_WRITE, P.APPLICATION_SUBMIT},
)
STARTUP_MEMBER = _role(
    "startup-member",
    _("Start-up member"),
    _("Works on a start-up’s applications and reports."),
    scopes={Scope.ORGANISATION},
    may={P.APPLICATION_WRITE},
    needs_second_factor=False,
)
PARTNER_SYSTEM = _role(
    "partner-system",
    _("Partner system"),
    _("A machine that uses the interface within its scopes."),
    scopes={Scope.ORGANISATION, Scope.NATION, Scope.FUND, Scope.PROGRAMME},
    may=set(),
    needs_second_factor=False,
    signs_in=False,
)
AUDITOR = _role(
    "auditor",
    _("Auditor"),
    _("Reads everything that is kept, verifies the audit chains, changes nothing."),
    scopes={Scope.EVERYWHERE},
    may={
        P.FUND_READ,
        P.PROGRAMME_READ,
        P.COHORT_READ,
        P.AUDIT_READ,
        P.AUDIT_VERIFY,
        P.JOB_READ,
        P.PROGRAMME_READ_DRAFTS,
    },
    is_staff=True,
)
ADMINISTRATOR = _role(
    "administrator",
    _("Administrator"),
    _("Invites people, grants and revokes roles, keeps reference data. Sees no business figures."),
    scopes={Scope.EVERYWHERE},
    may={
        P.PEOPLE_INVITE,
        P.PEOPLE_GRANT,
        P.PEOPLE_DISABLE,
        P.RATES_PUBLISH,
        P.NATIONS_RECORD,
        P.FUND_ESTABLISH,
        P.ORGANISATION_JOIN,
        P.JOB_READ,
        P.JOB_MANAGE,
    },
    is_staff=True,
)

ROLES: dict[str, Role] = {
    role.slug: role
    for role in (
        FUND_MANAGER,
        FUND_ANALYST,
        VALUATION_COMMITTEE,
        ALLY_REPRESENTATIVE,
        PROGRAMME_MANAGER,
        REVIEWER,
        ETHICS_OFFICER,
        STARTUP_OWNER,
        STARTUP_MEMBER,
        PARTNER_SYSTEM,
        AUDITOR,
        ADMINISTRATOR,
    )
}
STARTUP_RIGHTS = (STARTUP_OWNER.slug, STARTUP_MEMBER.slug)
"""What a start-up's owner may give to colleagues over it."""
STAFF = frozenset(slug for slug, role in ROLES.items() if role.is_staff)


def choices() -> list[tuple[str, Promise]]:
    return [(role.slug, role.name) for role in ROLES.values()]
