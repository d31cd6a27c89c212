"""Members of cohorts in the web admin, to read."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accelerator.cohorts.models import CohortMember
from core.organisations import technologies
from core.web.admin import ReadOnlyAdmin


@admin.register(CohortMember)
class CohortMemberAdmin(ReadOnlyAdmin):
    list_display = ("organisation", "nation", "programme", "challenge", "technology", "highest_phase", "basis")
    list_select_related = ("organisation__nation", "programme", "challenge")
    list_filter = ("programme", "challenge", "technology", "highest_phase", "basis", "organisation__nation")
    search_fields = ("organisation__name", "public_id", "source")
    ordering = ("organisation__name", "pk")
    in_words = {"technology": technologies.name}

    @admin.display(description=_("nation"), ordering="organisation__nation__name_en")
    def nation(self, member: CohortMember) -> str:
        return str(member.organisation.nation or "")
