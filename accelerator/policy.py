"""Who may open the pages of this package, and where they stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from accelerator.challenges import queries as challenges
from accelerator.challenges.models import Programme
from core.people import navigation, roles, scopes
from core.people.navigation import Item
from core.people.policy import ANYONE, READ, READ_WRITE, SIGNED_IN, WRITE, Row, admin_rows, of
from core.web.bilingual import Words


def _programmes() -> list[scopes.Choice]:
    names = Programme.objects.order_by("-cohort_year", "pk").values_list("public_id", "name_en", "name_fr")
    return [(public_id, str(Words(en, fr))) for public_id, en, fr in names]


scopes.register(roles.Scope.PROGRAMME, _("One programme"), _programmes)

READERS = of(
    *(role for role in roles.ROLES.values() if roles.Permission.PROGRAMME_READ in role.permissions and role.is_staff)
)
MANAGERS = of(roles.PROGRAMME_MANAGER)
STARTUPS = of(*(role for role in roles.ROLES.values() if roles.Permission.APPLICATION_WRITE in role.permissions))
OWN_APPLICATIONS = "applications of the person's start-ups"
OWN_PROGRAMMES = "calls of the programmes that the person reads"

ROWS = [
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
    *admin_rows("accelerator_call", READERS),
    *admin_rows("accelerator_programme", of(roles.STAFF)),
    *admin_rows("accelerator_challenge", of(roles.STAFF)),
    *admin_rows("accelerator_programmefigure", of(roles.STAFF)),
    *admin_rows("accelerator_cohortmember", of(roles.STAFF)),
    *admin_rows("accelerator_networkfigure", of(roles.STAFF)),
]

PORTAL = ("application", "section", "compare", "check", "receipt", "withdraw", "clarification")

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
    Item("accelerator", _("Open calls"), "programmes:calls", order=8, also=("programmes:call",)),
    Item("accelerator", _("Programmes"), "programmes:list", order=10, also=("programmes:detail",)),
    Item("accelerator", _("Network"), "programmes:network", order=20),
)
