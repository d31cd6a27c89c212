"""Who may open the pages of core."""

from core.people import roles
from core.people.policy import ANYONE, READ, WRITE, Row, admin_rows, of

ROWS = [
    Row("core:home", ANYONE, READ),
    Row("core:language", ANYONE, WRITE),
    Row("core:theme", ANYONE, WRITE),
    *admin_rows("core_user", of(roles.ADMINISTRATOR, roles.AUDITOR)),
    *admin_rows("core_rolegrant", of(roles.ADMINISTRATOR, roles.AUDITOR)),
    *admin_rows("core_invitation", of(roles.ADMINISTRATOR, roles.AUDITOR)),
    *admin_rows("core_auditevent", of(roles.AUDITOR)),
    *admin_rows("core_nation", of(roles.STAFF)),
    *admin_rows("core_membershipperiod", of(roles.STAFF)),
    *admin_rows("core_expenditureedition", of(roles.STAFF)),
    *admin_rows("core_defenceexpenditure", of(roles.STAFF)),
    *admin_rows("core_guideline", of(roles.STAFF)),
    *admin_rows("core_currency", of(roles.STAFF)),
    *admin_rows("core_exchangerate", of(roles.STAFF)),
    *admin_rows("core_organisation", of(roles.STAFF)),
]
