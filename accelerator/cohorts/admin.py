"""Members of cohorts, offers and participations in the web admin, to read."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accelerator.cohorts import words
from accelerator.cohorts.listing import OfProgrammes
from accelerator.cohorts.models import Advancement, CohortMember, Offer, Participation, ParticipationStep
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


@admin.register(Offer)
class OfferAdmin(OfProgrammes, ReadOnlyAdmin):
    list_display = ("organisation", "programme", "state", "amount", "currency", "expires_at", "is_illustrative")
    list_select_related = ("organisation", "programme", "currency")
    list_filter = ("state", "agreement", "is_illustrative")
    search_fields = ("organisation__name", "public_id")
    exclude = ("application",)  # whoever reads offers may not read applications
    ordering = ("-made_at", "-pk")
    in_words = {"state": words.of(words.OFFERS), "technology": technologies.name}


@admin.register(Participation)
class ParticipationAdmin(OfProgrammes, ReadOnlyAdmin):
    list_display = ("organisation", "programme", "state", "began_on", "is_illustrative")
    list_select_related = ("organisation", "programme")
    list_filter = ("state", "is_illustrative")
    search_fields = ("organisation__name", "public_id")
    ordering = ("-began_on", "-pk")
    in_words = {"state": words.of(words.STANDINGS)}


@admin.register(ParticipationStep)
class ParticipationStepAdmin(OfProgrammes, ReadOnlyAdmin):
    of_programme = "participation__programme"
    list_display = ("public_id", "participation", "kind", "amount", "effective_on", "by")
    list_select_related = ("participation", "by")
    list_filter = ("kind",)
    search_fields = ("participation__organisation__name", "public_id")
    ordering = ("-effective_on", "-pk")
    in_words = {"kind": words.of(words.STEPS)}


@admin.register(Advancement)
class AdvancementAdmin(OfProgrammes, ReadOnlyAdmin):
    of_programme = "participation__programme"
    list_display = ("public_id", "participation", "state", "amount", "proposed_by", "decided_by")
    list_select_related = ("participation", "proposed_by", "decided_by")
    list_filter = ("state",)
    search_fields = ("participation__organisation__name", "public_id")
    ordering = ("-proposed_at", "-pk")
    in_words = {"state": words.of(words.ADVANCEMENTS)}
