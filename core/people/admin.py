"""People, grants and invitations in the web admin, to read; changes are made on the work pages."""

from django.contrib import admin

from core.people import queries
from core.people.models import Invitation, RoleGrant, User
from core.web.admin import ReadOnlyAdmin


@admin.register(User)
class PersonAdmin(ReadOnlyAdmin):
    list_display = ("name", "email", "language", "is_active", "is_illustrative", "last_login")
    list_filter = ("is_active", "language", "grants__role")
    search_fields = ("name", "email", "public_id")
    ordering = ("name", "pk")
    exclude = ("password", "session_epoch")
    in_words = {"grants__role": queries.role_name}


@admin.register(RoleGrant)
class RoleGrantAdmin(ReadOnlyAdmin):
    list_display = ("person", "role", "scope_kind", "scope_ref", "starts_on", "ends_before", "revoked_at")
    list_select_related = ("person",)
    list_filter = ("role", "scope_kind")
    search_fields = ("person__name", "person__email", "scope_ref")
    ordering = ("-granted_at", "-pk")
    in_words = {"role": queries.role_name, "scope_kind": queries.scope_name}


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ("email", "name", "role", "invited_at", "expires_at", "accepted_at", "withdrawn_at")
    list_filter = ("role",)
    search_fields = ("email", "name")
    ordering = ("-invited_at", "-pk")
    exclude = ("token_digest",)
    in_words = {"role": queries.role_name, "scope_kind": queries.scope_name}
