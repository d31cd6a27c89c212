"""Who may open the pages of this package, and where they stand in the navigation."""

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accelerator.applications import sharing as applications
from accelerator.challenges import queries as challenges
from accelerator.challenges.models import Programme
from accelerator.cohorts import sharing as cohorts
from accelerator.reviews import queries as reviews
from core import clock
from core.api import scopes as api_scopes
from core.api.callers import Caller
from core.api.scopes import Domain
from core.organisations import sharing
from core.organisations.models import Organisation
from core.people import navigation, roles, scopes
from core.people.navigation import Item
from core.people.policy import ANYONE, NO_PERSON, READ, READ_WRITE, SIGNED_IN, WRITE, Row, admin_rows, of
from core.web.bilingual import Words


def _programmes() -> list[scopes.Choice]:
    names = Programme.objects.order_by("-cohort_year", "pk").values_list("public_id", "name_en", "name_fr")
    return [(public_id, str(Words(en, fr))) for public_id, en, fr in names]


scopes.register(roles.Scope.PROGRAMME, _("One programme"), _programmes)


def _applicants(caller: Caller) -> QuerySet[Organisation]:
    return applications.organisations(caller, at=clock.now())


sharing.register(cohorts.organisations)
sharing.register(_applicants)


def _scope(code: str, label: Promise) -> str:
    return api_scopes.declare(code, label, Domain.ACCELERATOR)


PROGRAMMES_READ = _scope("programmes:read", _("Programmes within reach"))
CHALLENGES_READ = _scope("challenges:read", _("Challenges and published calls within reach"))
COHORTS_READ = _scope("cohorts:read", _("Cohorts within reach, and participations of own nations"))
FUNDING_READ = _scope("funding:read", _("Payments to start-ups of own nations"))
APPLICATIONS_READ = _scope("applications:read", _("Applications of own nations, once their call has closed"))
APPLICATIONS_WRITE = _scope("applications:write", _("Bring applications in for start-ups of own nations"))
DOCUMENTS_READ = _scope("documents:read", _("Files that the client itself brought"))
EVIDENCE_READ = _scope(
    "evidence:read", _("Milestones of own nations’ start-ups, and evidence that the client handed in")
)
EVIDENCE_WRITE = _scope("evidence:write", _("Hand in evidence for milestones of own nations’ start-ups"))
DOCUMENTS_WRITE = _scope("documents:write", _("Add files to applications that the client brought in"))

LOOK = ("GET", "HEAD")
REACHED = "programmes that the client reaches"
OF_NATIONS = "start-ups of the client's nations in programmes that it reaches"
SENT_OR_OWN = "applications of its nations in programmes that it reaches: its own, and sent ones of closed calls"
BROUGHT = "what the client itself brought in"
API_ROWS = [
    Row("accelerator_api:programmes", NO_PERSON, LOOK, objects=REACHED, scope=PROGRAMMES_READ),
    Row("accelerator_api:programme", NO_PERSON, LOOK, objects=REACHED, hidden=True, scope=PROGRAMMES_READ),
    Row("accelerator_api:challenges", NO_PERSON, LOOK, objects=REACHED, scope=CHALLENGES_READ),
    Row("accelerator_api:calls", NO_PERSON, LOOK, objects=REACHED, scope=CHALLENGES_READ),
    Row("accelerator_api:call", NO_PERSON, LOOK, objects=REACHED, hidden=True, scope=CHALLENGES_READ),
    Row("accelerator_api:members", NO_PERSON, LOOK, objects=REACHED, scope=COHORTS_READ),
    Row("accelerator_api:participations", NO_PERSON, LOOK, objects=OF_NATIONS, scope=COHORTS_READ),
    Row("accelerator_api:participation", NO_PERSON, LOOK, objects=OF_NATIONS, hidden=True, scope=COHORTS_READ),
    Row("accelerator_api:milestones", NO_PERSON, LOOK, objects=OF_NATIONS, scope=EVIDENCE_READ),
    Row("accelerator_api:milestone", NO_PERSON, LOOK, objects=OF_NATIONS, hidden=True, scope=EVIDENCE_READ),
    Row("accelerator_api:evidence-files", NO_PERSON, LOOK, objects=BROUGHT, scope=EVIDENCE_READ),
    Row("accelerator_api:evidence-files", NO_PERSON, WRITE, objects=OF_NATIONS, scope=EVIDENCE_WRITE),
    Row("accelerator_api:evidence-file", NO_PERSON, LOOK, objects=BROUGHT, hidden=True, scope=EVIDENCE_READ),
    Row("accelerator_api:payments", NO_PERSON, LOOK, objects=OF_NATIONS, scope=FUNDING_READ),
    Row("accelerator_api:payment", NO_PERSON, LOOK, objects=OF_NATIONS, hidden=True, scope=FUNDING_READ),
    Row("accelerator_api:applications", NO_PERSON, LOOK, objects=SENT_OR_OWN, scope=APPLICATIONS_READ),
    Row("accelerator_api:applications", NO_PERSON, WRITE, objects=OF_NATIONS, scope=APPLICATIONS_WRITE),
    Row("accelerator_api:bulk", NO_PERSON, WRITE, objects=OF_NATIONS, scope=APPLICATIONS_WRITE),
    Row("accelerator_api:batch", NO_PERSON, LOOK, objects=BROUGHT, hidden=True, scope=APPLICATIONS_WRITE),
    Row("accelerator_api:application", NO_PERSON, LOOK, objects=SENT_OR_OWN, hidden=True, scope=APPLICATIONS_READ),
    Row("accelerator_api:application", NO_PERSON, ("PATCH",), objects=BROUGHT, hidden=True, scope=APPLICATIONS_WRITE),
    Row("accelerator_api:documents", NO_PERSON, LOOK, objects=BROUGHT, scope=DOCUMENTS_READ),
    Row("accelerator_api:documents", NO_PERSON, WRITE, objects=BROUGHT, scope=DOCUMENTS_WRITE),
    Row("accelerator_api:document", NO_PERSON, LOOK, objects=BROUGHT, hidden=True, scope=DOCUMENTS_READ),
    Row("accelerator_api:content", NO_PERSON, LOOK, objects=BROUGHT, hidden=True, scope=DOCUMENTS_READ),
]

READERS = of(
    *(role for role in roles.ROLES.values() if roles.Permission.PROGRAMME_READ in role.permissions and role.is_staff)
)
MANAGERS = of(roles.PROGRAMME_MANAGER)
STARTUPS = of(*(role for role in roles.ROLES.values() if roles.Permission.APPLICATION_WRITE in role.permissions))
REVIEWERS = of(*(role for role in roles.ROLES.values() if roles.Permission.APPLICATION_REVIEW in role.permissions))
AT_THE_DESK = "applications of closed calls of the programmes that the person runs, without conflicts of hers"
OF_CLOSED_CALLS = "closed calls of the programmes that the person runs"
SELECTIONS = "selections of the programmes that the person runs, none about a conflict of hers"
ASSIGNED = "what is assigned to the person, without conflicts of hers"
COHORT_READERS = of(*(role for role in roles.ROLES.values() if roles.Permission.COHORT_READ in role.permissions))
OWNERS = of(*(role for role in roles.ROLES.values() if roles.Permission.APPLICATION_SUBMIT in role.permissions))
OWN_COHORTS = "cohorts of the programmes that the person reads"
OWN_PARTICIPATIONS = "offers to the person's start-ups, and their participations"
OWN_APPLICATIONS = "applications of the person's start-ups"
OWN_PROGRAMMES = "calls of the programmes that the person reads"

ROWS = [
    *API_ROWS,
    Row(
        "accelerator:add-programme",
        MANAGERS,
        READ_WRITE,
        objects="the service asks whether the person runs all of them",
    ),
    Row("accelerator:challenges", MANAGERS, READ_WRITE, objects="programmes that the person runs"),
    Row("accelerator:calls", READERS, READ, objects=OWN_PROGRAMMES),
    Row("accelerator:calls-xlsx", READERS, READ, objects=OWN_PROGRAMMES),
    Row("accelerator:call", READERS, READ, objects=OWN_PROGRAMMES),
    Row("accelerator:preview-call", READERS, READ, objects=OWN_PROGRAMMES),
    Row("accelerator:draft-call", MANAGERS, READ_WRITE, objects="programmes that the person runs"),
    Row("accelerator:edit-call", MANAGERS, READ_WRITE, objects=OWN_PROGRAMMES),
    Row("accelerator:call-sections", MANAGERS, READ_WRITE, objects=OWN_PROGRAMMES),
    Row("accelerator:call-questions", MANAGERS, READ_WRITE, objects=OWN_PROGRAMMES),
    Row("accelerator:call-criteria", MANAGERS, READ_WRITE, objects=OWN_PROGRAMMES),
    Row("accelerator:submit-call", MANAGERS, WRITE, objects=OWN_PROGRAMMES),
    Row("accelerator:hand-back-call", MANAGERS, READ_WRITE, objects=OWN_PROGRAMMES),
    Row("accelerator:publish-call", MANAGERS, READ_WRITE, objects=OWN_PROGRAMMES, fresh=True),
    Row("accelerator:applications", MANAGERS, READ, objects=AT_THE_DESK),
    Row("accelerator:applications-xlsx", MANAGERS, READ, objects=AT_THE_DESK),
    Row("accelerator:application", MANAGERS, READ, objects=AT_THE_DESK, hidden=True),
    *(
        Row(f"accelerator:{page}", MANAGERS, READ_WRITE, objects=AT_THE_DESK, hidden=True)
        for page in (
            "ask-application",
            "screen",
            "reopen-screening",
            "own-conflict",
            "assign-reviewer",
            "end-assignment",
            "clear-doubt",
        )
    ),
    Row("accelerator:assign-reviewers", MANAGERS, READ_WRITE, objects=OF_CLOSED_CALLS, hidden=True),
    Row("accelerator:write-feedback", MANAGERS, READ_WRITE, objects=AT_THE_DESK, hidden=True),
    Row("accelerator:ranking", MANAGERS, READ, objects=OF_CLOSED_CALLS, hidden=True),
    Row("accelerator:propose-selection", MANAGERS, READ_WRITE, objects=OF_CLOSED_CALLS, hidden=True),
    Row("accelerator:selection", MANAGERS, READ, objects=SELECTIONS, hidden=True),
    Row("accelerator:approve-selection", MANAGERS, READ_WRITE, objects=SELECTIONS, hidden=True, fresh=True),
    Row("accelerator:send-back-selection", MANAGERS, READ_WRITE, objects=SELECTIONS, hidden=True),
    Row("accelerator:release-selection", MANAGERS, WRITE, objects=SELECTIONS, hidden=True),
    Row("portal:feedback", STARTUPS, READ, objects="decided applications of the person's start-ups", hidden=True),
    Row("review:home", REVIEWERS, READ, objects=ASSIGNED),
    Row("review:review", REVIEWERS, READ_WRITE, objects=ASSIGNED, hidden=True, keeps=True),
    Row("review:save", REVIEWERS, WRITE, objects=ASSIGNED, hidden=True),
    Row("review:declare", REVIEWERS, READ_WRITE, objects=ASSIGNED, hidden=True),
    Row("programmes:calls", ANYONE, READ),
    Row("programmes:call", ANYONE, READ),
    Row("programmes:call-calendar", ANYONE, READ),
    Row("programmes:list", ANYONE, READ),
    Row("programmes:network", ANYONE, READ),
    Row("programmes:network-xlsx", ANYONE, READ),
    Row("programmes:detail", ANYONE, READ),
    Row("programmes:members-xlsx", ANYONE, READ),
    Row("programmes:figures-xlsx", ANYONE, READ),
    Row("portal:home", STARTUPS, READ, objects=OWN_APPLICATIONS),
    Row("portal:begin", SIGNED_IN, READ_WRITE, objects="the person's start-ups; the service asks which"),
    Row("portal:application", STARTUPS, READ, objects=OWN_APPLICATIONS, hidden=True),
    Row("portal:section", STARTUPS, READ_WRITE, objects=OWN_APPLICATIONS, hidden=True, keeps=True),
    Row("portal:save", STARTUPS, WRITE, objects=OWN_APPLICATIONS, hidden=True),
    Row("portal:files", STARTUPS, READ, objects=OWN_APPLICATIONS, hidden=True),
    Row("portal:attach", STARTUPS, WRITE, objects=OWN_APPLICATIONS, hidden=True),
    Row("portal:compare", STARTUPS, READ_WRITE, objects=OWN_APPLICATIONS, hidden=True),
    Row("portal:check", STARTUPS, READ_WRITE, objects=OWN_APPLICATIONS, hidden=True),
    Row("portal:receipt", STARTUPS, READ, objects=OWN_APPLICATIONS, hidden=True),
    Row("portal:receipt-pdf", STARTUPS, READ, objects=OWN_APPLICATIONS, hidden=True),
    Row("portal:withdraw", STARTUPS, READ_WRITE, objects=OWN_APPLICATIONS, hidden=True),
    Row("portal:take-up", STARTUPS, WRITE, objects=OWN_APPLICATIONS, hidden=True),
    Row("portal:clarification", STARTUPS, READ_WRITE, objects=OWN_APPLICATIONS, hidden=True, keeps=True),
    Row("accelerator:cohorts", COHORT_READERS, READ, objects=OWN_COHORTS),
    Row("accelerator:cohort", COHORT_READERS, READ, objects=OWN_COHORTS),
    Row("accelerator:cohort-xlsx", COHORT_READERS, READ, objects=OWN_COHORTS),
    Row("accelerator:make-offer", MANAGERS, READ_WRITE, objects=OWN_COHORTS),
    Row("accelerator:offer", COHORT_READERS, READ, objects=OWN_COHORTS),
    Row("accelerator:release-offer", MANAGERS, READ_WRITE, objects=OWN_COHORTS, fresh=True),
    Row("accelerator:take-back-offer", MANAGERS, READ_WRITE, objects=OWN_COHORTS),
    Row("accelerator:participation", COHORT_READERS, READ, objects=OWN_COHORTS),
    Row("accelerator:propose-advancement", MANAGERS, READ_WRITE, objects=OWN_COHORTS),
    Row("accelerator:approve-advancement", MANAGERS, READ_WRITE, objects=OWN_COHORTS, fresh=True),
    Row("accelerator:refuse-advancement", MANAGERS, READ_WRITE, objects=OWN_COHORTS),
    Row("accelerator:leave", MANAGERS, READ_WRITE, objects=OWN_COHORTS),
    Row("accelerator:graduate", MANAGERS, READ_WRITE, objects=OWN_COHORTS),
    Row("accelerator:milestones", COHORT_READERS, READ, objects=OWN_COHORTS),
    Row("accelerator:plan", MANAGERS, READ_WRITE, objects=OWN_COHORTS),
    Row("accelerator:milestone", COHORT_READERS, READ, objects=OWN_COHORTS),
    Row("accelerator:accept-evidence", MANAGERS, READ_WRITE, objects=OWN_COHORTS, fresh=True),
    Row("accelerator:send-evidence-back", MANAGERS, READ_WRITE, objects=OWN_COHORTS),
    Row("accelerator:payments", COHORT_READERS, READ, objects=OWN_COHORTS),
    Row("accelerator:budget", MANAGERS, READ_WRITE, objects=OWN_COHORTS, fresh=True),
    Row("accelerator:propose-payment", MANAGERS, READ_WRITE, objects=OWN_COHORTS),
    Row("accelerator:approve-payment", MANAGERS, READ_WRITE, objects=OWN_COHORTS, fresh=True),
    Row("accelerator:refuse-payment", MANAGERS, READ_WRITE, objects=OWN_COHORTS),
    Row("accelerator:record-payment", MANAGERS, READ_WRITE, objects=OWN_COHORTS, fresh=True),
    Row("portal:participations", STARTUPS, READ, objects=OWN_PARTICIPATIONS),
    Row("portal:offer", STARTUPS, READ, objects=OWN_PARTICIPATIONS, hidden=True),
    Row("portal:accept-offer", OWNERS, READ_WRITE, objects=OWN_PARTICIPATIONS, hidden=True, fresh=True),
    Row("portal:decline-offer", OWNERS, READ_WRITE, objects=OWN_PARTICIPATIONS, hidden=True),
    Row("portal:participation", STARTUPS, READ, objects=OWN_PARTICIPATIONS, hidden=True),
    Row("portal:milestones", STARTUPS, READ, objects=OWN_PARTICIPATIONS, hidden=True),
    Row("portal:milestone", STARTUPS, READ, objects=OWN_PARTICIPATIONS, hidden=True),
    Row("portal:give-evidence", STARTUPS, READ_WRITE, objects=OWN_PARTICIPATIONS, hidden=True, keeps=True),
    Row("portal:evidence-files", STARTUPS, READ, objects=OWN_PARTICIPATIONS, hidden=True),
    Row("portal:attach-evidence", STARTUPS, WRITE, objects=OWN_PARTICIPATIONS, hidden=True),
    Row("portal:payments", STARTUPS, READ, objects=OWN_PARTICIPATIONS, hidden=True),
    Row("portal:consents", STARTUPS, READ, objects="the person's start-ups"),
    Row("portal:give-consent", OWNERS, READ_WRITE, objects="the person's start-ups", hidden=True),
    Row("portal:withdraw-consent", OWNERS, READ_WRITE, objects="the person's start-ups", hidden=True),
    *admin_rows("accelerator_milestone", COHORT_READERS),
    *admin_rows("accelerator_evidence", COHORT_READERS),
    *admin_rows("accelerator_judgement", COHORT_READERS),
    *admin_rows("accelerator_budget", COHORT_READERS),
    *admin_rows("accelerator_paymentline", COHORT_READERS),
    *admin_rows("accelerator_offer", COHORT_READERS),
    *admin_rows("accelerator_participation", COHORT_READERS),
    *admin_rows("accelerator_participationstep", COHORT_READERS),
    *admin_rows("accelerator_advancement", COHORT_READERS),
    *admin_rows("accelerator_call", READERS),
    *admin_rows("accelerator_programme", of(roles.STAFF)),
    *admin_rows("accelerator_challenge", of(roles.STAFF)),
    *admin_rows("accelerator_programmefigure", of(roles.STAFF)),
    *admin_rows("accelerator_cohortmember", of(roles.STAFF)),
    *admin_rows("accelerator_networkfigure", of(roles.STAFF)),
]

PORTAL = ("application", "section", "compare", "check", "receipt", "withdraw", "clarification", "feedback")
DESK = (
    "application",
    "ask-application",
    "screen",
    "reopen-screening",
    "own-conflict",
    "assign-reviewer",
    "assign-reviewers",
    "write-feedback",
    "ranking",
    "propose-selection",
    "selection",
    "approve-selection",
    "send-back-selection",
)
COHORT = ("cohort", "offer", "participation", "make-offer", "milestones", "milestone", "payments", "budget")
OWN_COHORT = (
    "participation",
    "offer",
    "accept-offer",
    "decline-offer",
    "milestones",
    "milestone",
    "give-evidence",
    "payments",
)

navigation.add(
    Item(
        "accelerator", _("Your applications"), "portal:home", order=1, also=tuple(f"portal:{page}" for page in PORTAL)
    ),
    Item(
        "accelerator",
        _("Calls for applications"),
        "accelerator:calls",
        order=5,
        also=("accelerator:call", "accelerator:draft-call", "accelerator:edit-call", "accelerator:publish-call"),
        waiting=challenges.count_waiting,
    ),
    Item(
        "accelerator",
        _("Applications"),
        "accelerator:applications",
        order=6,
        also=tuple(f"accelerator:{page}" for page in DESK),
    ),
    Item(
        "accelerator",
        _("Your reviews"),
        "review:home",
        order=2,
        also=("review:review", "review:declare"),
        waiting=reviews.waiting,
    ),
    Item(
        "accelerator",
        _("Your programmes"),
        "portal:participations",
        order=2,
        also=tuple(f"portal:{page}" for page in OWN_COHORT),
    ),
    Item(
        "accelerator",
        _("What the fund may read"),
        "portal:consents",
        order=3,
        also=("portal:give-consent", "portal:withdraw-consent"),
    ),
    Item(
        "accelerator",
        _("Cohorts"),
        "accelerator:cohorts",
        order=7,
        also=tuple(f"accelerator:{page}" for page in COHORT),
    ),
    Item("accelerator", _("Open calls"), "programmes:calls", order=8, also=("programmes:call",)),
    Item("accelerator", _("Programmes"), "programmes:list", order=10, also=("programmes:detail",)),
    Item("accelerator", _("Network"), "programmes:network", order=20),
)
