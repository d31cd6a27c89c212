"""Who may open the pages of core."""

from django.utils.translation import gettext_lazy as _

from core.api import scopes as api_scopes
from core.api.scopes import ANY, Domain
from core.decisions import queries as decisions
from core.nations.models import Nation
from core.organisations.models import Organisation
from core.people import navigation, roles, scopes
from core.people.navigation import Item
from core.people.policy import ANYONE, NO_PERSON, READ, READ_WRITE, SIGNED_IN, WRITE, Row, admin_rows, of

ADMINISTRATOR = of(roles.ADMINISTRATOR)
PEOPLE_READERS = of(roles.ADMINISTRATOR, roles.AUDITOR)
TRAIL_READERS = of(roles.AUDITOR, roles.FUND_MANAGER, roles.PROGRAMME_MANAGER)
JOINERS = of(roles.ADMINISTRATOR, roles.PROGRAMME_MANAGER)
OFFICERS = of(roles.ETHICS_OFFICER)
ETHICS_READERS = of(
    roles.ETHICS_OFFICER,
    roles.FUND_MANAGER,
    roles.FUND_ANALYST,
    roles.VALUATION_COMMITTEE,
    roles.PROGRAMME_MANAGER,
    roles.AUDITOR,
)
GATE_PEOPLE = of(roles.ETHICS_OFFICER, roles.FUND_MANAGER, roles.PROGRAMME_MANAGER)
GATE = "funds and programmes for a side of which the person speaks"
ASKED = "reviews that are put before the person's start-ups, and their conditions"
REVIEWS = "reviews of the person's funds and programmes"
CONDITIONS = "conditions of those reviews, and one's own"
DECISION_READERS = of(
    roles.FUND_MANAGER,
    roles.FUND_ANALYST,
    roles.VALUATION_COMMITTEE,
    roles.PROGRAMME_MANAGER,
    roles.ETHICS_OFFICER,
    roles.AUDITOR,
)
SECRETARIAT = of(roles.FUND_MANAGER, roles.PROGRAMME_MANAGER)
ALLIES = of(roles.ALLY_REPRESENTATIVE)
DECISIONS = "proposals about the person's funds and programmes"
PUT_BEFORE = "proposals that were put before the nations for which the person speaks"
JOB_READERS = of(roles.ADMINISTRATOR, roles.AUDITOR, roles.FUND_MANAGER, roles.FUND_ANALYST)
JOB_KEEPERS = of(roles.ADMINISTRATOR, roles.FUND_MANAGER)
JOBS = "jobs of the person's funds; every job to whoever keeps the product"
WEBHOOK_READERS = of(roles.FUND_MANAGER, roles.PROGRAMME_MANAGER, roles.AUDITOR)
WEBHOOK_KEEPERS = of(roles.FUND_MANAGER, roles.PROGRAMME_MANAGER)
WEBHOOKS = "endpoints that are told of the person's funds and programmes"
STARTUPS = of(roles.STARTUP_OWNER, roles.STARTUP_MEMBER)
OWN = "start-ups that the person acts for; the services ask who is an owner"
CLIENT_RUNNERS = of(roles.FUND_MANAGER, roles.PROGRAMME_MANAGER)
CLIENT_READERS = CLIENT_RUNNERS | of(roles.AUDITOR)
CLIENTS = "clients whose whole reach is the person's; every one to an auditor"
TRAIL = "events of the chains that the person may read"
PERSON = "people whom the person may see"
REACHED = "what the client's reach covers"
READ_ONLY = ("GET", "HEAD")


def _nations() -> list[scopes.Choice]:
    return sorted(((one.code, one.name) for one in Nation.objects.all()), key=lambda choice: choice[1])


def _organisations() -> list[scopes.Choice]:
    return list(Organisation.objects.order_by("name", "pk").values_list("public_id", "name"))


scopes.register(roles.Scope.NATION, _("One Ally"), _nations)
scopes.register(roles.Scope.ORGANISATION, _("One organisation"), _organisations)
navigation.add(
    Item("assurance", _("People and roles"), "manage:people", order=10, also=("manage:person", "manage:invite")),
    Item("assurance", _("Audit trail"), "manage:audit", order=20),
    Item(
        "accelerator",
        _("Responsible use"),
        "organisations:ethics",
        order=4,
        also=("organisations:ethics-answers", "organisations:ethics-condition"),
    ),
    Item(
        "assurance",
        _("Ethics reviews"),
        "manage:ethics",
        order=25,
        also=tuple(
            f"manage:ethics_{page}"
            for page in (
                *(
                    "calendar",
                    "conditions",
                    "open",
                    "review",
                    "answers",
                    "assess",
                    "second",
                    "return",
                    "extend",
                    "renew",
                    "close",
                ),
                *(
                    "gate",
                    "gate_start",
                    "gate_ask",
                    "gate_approve",
                    "condition",
                    "evidence",
                    "accept",
                    "send_back",
                    "waive",
                    "move",
                ),
            )
        ),
    ),
    Item(
        "assurance",
        _("Partner systems"),
        "manage:clients",
        order=28,
        also=(
            "manage:contract",
            "manage:client",
            *(f"manage:client_{page}" for page in ("ask", "approve", "refuse", "revoke", "secret")),
        ),
    ),
    Item(
        "assurance",
        _("Decisions"),
        "manage:decisions",
        order=22,
        also=(
            "manage:decision",
            *(f"manage:decision_{step}" for step in ("draft", "text", "circulate", "extend", "withdraw", "letter")),
        ),
    ),
    Item(
        "fund",
        _("Decisions"),
        "core:decisions",
        order=13,
        also=("core:decision", "core:decision_break"),
        waiting=decisions.count_waiting,
    ),
    Item("assurance", _("Reminders"), "manage:reminders", order=30),
    Item(
        "assurance",
        _("Background work"),
        "manage:jobs",
        order=40,
        also=("manage:job", "manage:job_retry", "manage:job_discard"),
    ),
    Item(
        "assurance",
        _("Webhooks"),
        "manage:webhooks",
        order=45,
        also=(
            "manage:webhook",
            *(
                f"manage:webhook_{page}"
                for page in (
                    *("new", "change", "rotate", "pause", "resume", "disable", "test", "message", "replay"),
                    "replay_all",
                )
            ),
        ),
    ),
    Item(
        "records",
        _("One company"),
        "manage:companies",
        order=55,
        also=("manage:companies_state", "manage:companies_agree", "manage:companies_part"),
    ),
    Item("records", _("Exchange rates"), "manage:rates", order=60, also=("manage:rates_import",)),
)

NATIONS_READ = api_scopes.declare("nations:read", _("Allies"), Domain.BOTH)
RATES_READ = api_scopes.declare("rates:read", _("Exchange rates"), Domain.BOTH)
ORGANISATIONS_READ = api_scopes.declare("organisations:read", _("Organisations within reach"), Domain.BOTH)
ETHICS_READ = api_scopes.declare("ethics:read", _("Ethics states within reach"), Domain.BOTH)
JOBS_READ = api_scopes.declare("jobs:read", _("Long work that the client began"), Domain.BOTH)

EVENTS_READ = api_scopes.declare("events:read", _("What happens within reach, as a feed"), Domain.BOTH)
WEBHOOKS_READ = api_scopes.declare("webhooks:read", _("Own webhook endpoints and their log"), Domain.BOTH)
WEBHOOKS_WRITE = api_scopes.declare("webhooks:write", _("Make, change and test own webhook endpoints"), Domain.BOTH)
OWN_HOOKS = "endpoints of the client's own account"

API_ROWS = [
    Row("core_api:events", NO_PERSON, READ_ONLY, objects=REACHED, scope=EVENTS_READ),
    Row("core_api:event-kinds", NO_PERSON, READ_ONLY, scope=EVENTS_READ),
    Row("core_api:webhook-endpoints", NO_PERSON, READ_ONLY, objects=OWN_HOOKS, scope=WEBHOOKS_READ),
    Row("core_api:webhook-endpoints", NO_PERSON, WRITE, objects=OWN_HOOKS, scope=WEBHOOKS_WRITE),
    Row("core_api:webhook-endpoint", NO_PERSON, READ_ONLY, objects=OWN_HOOKS, hidden=True, scope=WEBHOOKS_READ),
    Row("core_api:webhook-endpoint", NO_PERSON, ("PATCH",), objects=OWN_HOOKS, hidden=True, scope=WEBHOOKS_WRITE),
    Row("core_api:webhook-deliveries", NO_PERSON, READ_ONLY, objects=OWN_HOOKS, hidden=True, scope=WEBHOOKS_READ),
    *(
        Row(f"core_api:webhook-{step}", NO_PERSON, WRITE, objects=OWN_HOOKS, hidden=True, scope=WEBHOOKS_WRITE)
        for step in ("secrets", "test", "replay")
    ),
    Row("core_api:schema", NO_PERSON, READ_ONLY, scope=ANY),
    Row("core_api:self", NO_PERSON, READ_ONLY, objects="the client itself", scope=ANY),
    Row("core_api:self-calls", NO_PERSON, READ_ONLY, objects="the client's own calls", scope=ANY),
    Row("core_api:self-secrets", NO_PERSON, WRITE, objects="the client itself", scope=ANY),
    Row("core_api:nations", NO_PERSON, READ_ONLY, scope=NATIONS_READ),
    Row("core_api:rates", NO_PERSON, READ_ONLY, scope=RATES_READ),
    Row("core_api:organisations", NO_PERSON, READ_ONLY, objects=REACHED, scope=ORGANISATIONS_READ),
    Row("core_api:organisation", NO_PERSON, READ_ONLY, objects=REACHED, hidden=True, scope=ORGANISATIONS_READ),
    Row(
        "core_api:ethics-states",
        NO_PERSON,
        READ_ONLY,
        objects="reviews of funds and programmes reached",
        scope=ETHICS_READ,
    ),
    Row("core_api:jobs", NO_PERSON, READ_ONLY, objects="jobs that the client started", scope=JOBS_READ),
    Row("core_api:job", NO_PERSON, READ_ONLY, objects="jobs that the client started", hidden=True, scope=JOBS_READ),
]

ROWS = [
    *API_ROWS,
    Row("core:home", ANYONE, READ),
    Row("core:language", ANYONE, WRITE),
    Row("core:theme", ANYONE, WRITE),
    Row("core:settings", SIGNED_IN, READ_WRITE, objects="one's own account", before_factor=True),
    Row("core:sign_out_everywhere", SIGNED_IN, WRITE, objects="one's own sessions", before_factor=True),
    Row("core:own_data", SIGNED_IN, WRITE, objects="what is held of oneself"),
    Row("core:close_account", SIGNED_IN, READ_WRITE, objects="one's own account", before_factor=True),
    Row("core:messages", SIGNED_IN, READ_WRITE, objects="one's own messages"),
    Row("core:stay", SIGNED_IN, WRITE, objects="one's own session", before_factor=True),
    Row("documents:download", SIGNED_IN, READ, objects="documents that their kind lets the person read"),
    Row("organisations:list", SIGNED_IN, READ, objects="the person's start-ups"),
    Row("organisations:add", SIGNED_IN, READ_WRITE),
    Row("organisations:ethics", STARTUPS, READ, objects=ASKED),
    Row("organisations:ethics-answers", STARTUPS, READ_WRITE, objects=ASKED, hidden=True),
    Row("organisations:ethics-condition", STARTUPS, READ_WRITE, objects=ASKED, hidden=True),
    Row("organisations:detail", STARTUPS, READ, objects=OWN, hidden=True),
    *(
        Row(f"organisations:{page}", STARTUPS, READ_WRITE, objects=OWN, hidden=True)
        for page in ("edit", "invite", "leave", "rights", "remove")
    ),
    *(Row(f"organisations:{step}", STARTUPS, WRITE, objects=OWN, hidden=True) for step in ("again", "withdraw")),
    Row("core:decisions", ALLIES, READ, objects=PUT_BEFORE),
    Row("core:decision", ALLIES | DECISION_READERS, READ, objects=PUT_BEFORE, hidden=True),
    Row("core:decision_break", ALLIES, READ_WRITE, objects=PUT_BEFORE, hidden=True, keeps=True),
    Row("core:join", SIGNED_IN, WRITE, objects="the invitation behind the link's secret"),
    Row("core:invitation", ANYONE, READ_WRITE, objects="the invitation behind the link's secret"),
    Row("manage:people", PEOPLE_READERS, READ, objects=PERSON),
    Row("manage:person", PEOPLE_READERS, READ, objects=PERSON),
    Row("manage:invite", ADMINISTRATOR, READ_WRITE, fresh=True),
    Row("manage:grant", ADMINISTRATOR, READ_WRITE, objects=PERSON, fresh=True),
    Row("manage:same_person", ADMINISTRATOR, READ_WRITE, objects=PERSON, fresh=True),
    Row("manage:revoke", ADMINISTRATOR, READ_WRITE, objects="grants that the person may see", fresh=True),
    Row("manage:disable", ADMINISTRATOR, WRITE, objects=PERSON),
    Row("manage:enable", ADMINISTRATOR, WRITE, objects=PERSON),
    Row("manage:end_sessions", ADMINISTRATOR, WRITE, objects=PERSON),
    Row("manage:invitation_again", ADMINISTRATOR, WRITE, objects="invitations that the person may see"),
    Row("manage:invitation_withdraw", ADMINISTRATOR, WRITE, objects="invitations that the person may see"),
    Row("manage:audit", TRAIL_READERS, READ, objects=TRAIL),
    Row("manage:audit_xlsx", TRAIL_READERS, READ, objects=TRAIL),
    Row("manage:audit_verify", of(roles.AUDITOR), WRITE, objects="every chain"),
    Row("manage:ethics", ETHICS_READERS, READ, objects=REVIEWS),
    Row("manage:ethics_xlsx", ETHICS_READERS, READ, objects=REVIEWS),
    Row("manage:ethics_calendar", ETHICS_READERS, READ, objects=REVIEWS),
    Row("manage:ethics_gate", GATE_PEOPLE | of(roles.AUDITOR), READ, objects=GATE),
    Row("manage:ethics_gate_start", OFFICERS, READ_WRITE, objects=GATE, fresh=True),
    Row("manage:ethics_gate_ask", GATE_PEOPLE, READ_WRITE, objects=GATE),
    Row("manage:ethics_gate_approve", GATE_PEOPLE, READ_WRITE, objects=GATE, hidden=True, fresh=True),
    Row("manage:ethics_conditions", ETHICS_READERS, READ, objects=CONDITIONS),
    Row(
        "manage:ethics_open",
        OFFICERS,
        READ_WRITE,
        objects="holdings and cohort members that the person may have reviewed",
    ),
    Row("manage:ethics_review", ETHICS_READERS, READ, objects=REVIEWS, hidden=True),
    *(
        Row(f"manage:ethics_{step}", OFFICERS, READ_WRITE, objects=REVIEWS)
        for step in ("answers", "ask", "assess", "return", "extend", "renew", "close")
    ),
    Row("manage:ethics_second", OFFICERS, READ_WRITE, objects=REVIEWS, fresh=True),
    Row("manage:ethics_condition", ETHICS_READERS | STARTUPS, READ, objects=CONDITIONS, hidden=True),
    Row("manage:ethics_evidence", ETHICS_READERS, READ_WRITE, objects=CONDITIONS),
    *(
        Row(f"manage:ethics_{step}", OFFICERS, READ_WRITE, objects=CONDITIONS)
        for step in ("accept", "send_back", "waive", "move")
    ),
    Row("manage:companies", JOINERS | of(roles.AUDITOR), READ),
    Row("manage:companies_state", JOINERS, READ_WRITE, objects="the service asks for whom the person acts"),
    Row("manage:companies_agree", JOINERS, READ_WRITE, objects="the service asks for whom the person acts", fresh=True),
    Row("manage:companies_part", JOINERS, READ_WRITE, objects="the service asks for whom the person acts"),
    Row("manage:decisions", DECISION_READERS, READ, objects=DECISIONS),
    Row("manage:decision", DECISION_READERS, READ, objects=DECISIONS, hidden=True),
    *(
        Row(f"manage:decision_{form}", DECISION_READERS, READ, objects=DECISIONS, hidden=True)
        for form in ("pdf", "data")
    ),
    Row("manage:decision_draft", SECRETARIAT, READ_WRITE, objects=DECISIONS),
    *(
        Row(f"manage:decision_{step}", SECRETARIAT, READ_WRITE, objects=DECISIONS)
        for step in ("text", "extend", "withdraw", "letter")
    ),
    Row("manage:decision_circulate", SECRETARIAT, READ_WRITE, objects=DECISIONS, fresh=True),
    Row("manage:jobs", JOB_READERS, READ, objects=JOBS),
    Row("manage:job", JOB_READERS, READ, objects=JOBS, hidden=True),
    Row("manage:job_progress", JOB_READERS, READ, objects=JOBS, hidden=True),
    Row("manage:job_retry", JOB_KEEPERS, READ_WRITE, objects=JOBS),
    Row("manage:job_discard", JOB_KEEPERS, READ_WRITE, objects=JOBS),
    Row("manage:clients", CLIENT_READERS, READ, objects=CLIENTS),
    Row("manage:contract", CLIENT_READERS, READ),
    Row("manage:contract_document", CLIENT_READERS, READ),
    Row("manage:client_ask", CLIENT_RUNNERS, READ_WRITE, objects="what the person runs herself", hidden=True),
    Row("manage:client", CLIENT_READERS, READ, objects=CLIENTS, hidden=True),
    Row("manage:client_approve", CLIENT_RUNNERS, READ_WRITE, objects=CLIENTS, fresh=True),
    Row("manage:client_refuse", CLIENT_RUNNERS, READ_WRITE, objects=CLIENTS),
    Row("manage:client_revoke", CLIENT_RUNNERS, READ_WRITE, objects=CLIENTS),
    Row("manage:client_secret", CLIENT_RUNNERS, READ_WRITE, objects=CLIENTS, fresh=True),
    Row("manage:webhooks", WEBHOOK_READERS, READ, objects=WEBHOOKS),
    Row("manage:webhook_new", WEBHOOK_KEEPERS, READ_WRITE, objects=WEBHOOKS, fresh=True),
    Row("manage:webhook", WEBHOOK_READERS, READ, objects=WEBHOOKS, hidden=True),
    Row("manage:webhook_message", WEBHOOK_READERS, READ, objects=WEBHOOKS, hidden=True),
    Row("manage:webhook_rotate", WEBHOOK_KEEPERS, READ_WRITE, objects=WEBHOOKS, fresh=True),
    *(
        Row(f"manage:webhook_{step}", WEBHOOK_KEEPERS, READ_WRITE, objects=WEBHOOKS)
        for step in ("change", "pause", "resume", "disable", "test", "replay", "replay_all")
    ),
    Row("manage:reminders", of(roles.STAFF), READ, objects="one's own and those of one's funds and programmes"),
    Row("manage:rates", of(roles.STAFF), READ),
    Row("manage:rates_import", of(roles.FUND_MANAGER, roles.ADMINISTRATOR), READ_WRITE),
    *admin_rows("core_user", of(roles.ADMINISTRATOR, roles.AUDITOR)),
    *admin_rows("core_rolegrant", of(roles.ADMINISTRATOR, roles.AUDITOR)),
    *admin_rows("core_invitation", of(roles.ADMINISTRATOR, roles.AUDITOR)),
    *(row for model in ("principle", "review", "condition") for row in admin_rows(f"core_{model}", ETHICS_READERS)),
    *admin_rows("core_job", JOB_READERS),
    *admin_rows("core_document", of(roles.ADMINISTRATOR, roles.AUDITOR)),
    *admin_rows("core_auditevent", of(roles.AUDITOR)),
    *admin_rows("core_nation", of(roles.STAFF)),
    *admin_rows("core_membershipperiod", of(roles.STAFF)),
    *admin_rows("core_expenditureedition", of(roles.STAFF)),
    *admin_rows("core_defenceexpenditure", of(roles.STAFF)),
    *admin_rows("core_guideline", of(roles.STAFF)),
    *admin_rows("core_currency", of(roles.STAFF)),
    *admin_rows("core_exchangerate", of(roles.STAFF)),
    *admin_rows("core_organisation", of(roles.STAFF)),
    *admin_rows("core_consent", of(roles.ADMINISTRATOR, roles.AUDITOR)),
]
