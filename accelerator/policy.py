"""Who may open the pages of this package, and where they stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from accelerator.challenges.models import Programme
from core.people import navigation, roles, scopes
from core.people.navigation import Item
from core.people.policy import ANYONE, READ, Row, admin_rows, of
from core.web.bilingual import Words


def _programmes() -> list[scopes.Choice]:
    names = Programme.objects.order_by("-cohort_year", "pk").values_list("public_id", "name_en", "name_fr")
    return [(public_id, str(Words(en, fr))) for public_id, en, fr in names]


scopes.register(roles.Scope.PROGRAMME, _("One programme"), _programmes)

ROWS = [
    Row("programmes:list", ANYONE, READ),
    Row("programmes:network", ANYONE, READ),
    Row("programmes:network-xlsx", ANYONE, READ),
    Row("programmes:detail", ANYONE, READ),
    Row("programmes:members-xlsx", ANYONE, READ),
    Row("programmes:figures-xlsx", ANYONE, READ),
    *admin_rows("accelerator_programme", of(roles.STAFF)),
    *admin_rows("accelerator_challenge", of(roles.STAFF)),
    *admin_rows("accelerator_programmefigure", of(roles.STAFF)),
    *admin_rows("accelerator_cohortmember", of(roles.STAFF)),
    *admin_rows("accelerator_networkfigure", of(roles.STAFF)),
]

navigation.add(
    Item("accelerator", _("Programmes"), "programmes:list", order=10, also=("programmes:detail",)),
    Item("accelerator", _("Network"), "programmes:network", order=20),
)
