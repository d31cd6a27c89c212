"""Who may open the pages of this package, and where they stand in the navigation."""

from django.utils.translation import gettext_lazy as _

from core.people import navigation, roles
from core.people.navigation import Item
from core.people.policy import ANYONE, READ, Row, admin_rows, of

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
