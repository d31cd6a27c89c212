"""Organisations, and what they consent to."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from core import append_only
from core.identity import PublicIdField


class Organisation(models.Model):
    """
    A body that the fund or the accelerator deals with. A company known to both is one row.

    A start-up that registered itself is a row of its own, whatever names are known: to it no refusal tells of another's. Two
    people may state later that it is one company with a row that is kept (``OneCompany``).
    """

    class Kind(models.TextChoices):
        COMPANY = "company", _("Company")
        STATE_INVESTOR = "state-investor", _("Holder of an Ally's commitment")
        FUND_MANAGER = "fund-manager", _("Fund manager")
        TEST_CENTRE = "test-centre", _("Test centre")
        ACCELERATOR_SITE = "accelerator-site", _("Accelerator site")

    public_id = PublicIdField(prefix="org")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=Kind.choices)
    nation = models.ForeignKey("core.Nation", on_delete=models.PROTECT, null=True, blank=True)
    """Nation of the head office; empty where no source confirms it."""
    founded_on = models.DateField(null=True, blank=True)
    """Empty where nobody said it."""
    registration_number = models.CharField(max_length=40, blank=True, default="")
    """In the register of companies of its nation."""
    website = models.CharField(max_length=200, blank=True, default="")
    is_self_registered = models.BooleanField(default=False)
    registered_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    """The person who registered her own start-up, or the partner system that brought it in; empty for what the fund and the accelerator keep."""
    is_illustrative = models.BooleanField(default=False)
    """True for an invented organisation."""
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name", "kind", "nation"],
                condition=Q(is_self_registered=False),
                name="organisation_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                "registered_by",
                Lower("name"),
                "nation",
                condition=Q(is_self_registered=True),
                name="organisation_registered_once_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(is_self_registered=False, registered_by__isnull=True)
                | Q(is_self_registered=True, registered_by__isnull=False, kind="company", nation__isnull=False),
                name="organisation_registers_itself_by_somebody",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="organisation_has_a_name"),
        ]
        triggers = [append_only.kept("public_id", "kind")]

    def __str__(self) -> str:
        return self.name


class Consent(models.Model):
    """A consent that was given, or withdrawn: each is a row of its own, and the last one of its kind counts."""

    class What(models.TextChoices):
        ACCELERATOR_TIMELINE = "accelerator-timeline", _("Accelerator timeline to the fund’s people")

    public_id = PublicIdField(prefix="consent")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="consents")
    what = models.CharField(max_length=30, choices=What.choices)
    edition = models.PositiveIntegerField()
    is_given = models.BooleanField()
    """False where this edition withdraws what the one before gave."""
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "what", "edition"], name="consent_edition_once"),
            models.CheckConstraint(condition=Q(edition__gte=1), name="consent_edition_from_one"),
        ]
        triggers = [
            *append_only.triggers(),
            pgtrigger.Trigger(
                name="given_and_withdrawn_in_turn",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF NEW.is_given = COALESCE((SELECT c.is_given FROM core_consent c WHERE "
                    "c.organisation_id = NEW.organisation_id AND c.what = NEW.what ORDER BY c.edition DESC LIMIT 1), false) "
                    "THEN RAISE EXCEPTION 'a consent is given, then withdrawn, in turn' "
                    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class OneCompany(models.Model):
    """
    A statement that a start-up which registered itself and a company that is kept are one, or are two after all.

    Each is a row of its own and the last one about the start-up counts. That they are one holds once a second person agrees.
    """

    class Says(models.TextChoices):
        ONE = "one", _("One company")
        TWO = "two", _("Two companies")

    public_id = PublicIdField(prefix="onec")
    registered = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="stated_to_be")
    kept = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="stated_of")
    edition = models.PositiveIntegerField()
    says = models.CharField(max_length=3, choices=Says.choices)
    reason = models.CharField(max_length=500)
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registered", "edition"], name="one_company_edition_once"),
            models.CheckConstraint(condition=Q(edition__gte=1), name="one_company_edition_from_one"),
            models.CheckConstraint(condition=~Q(reason=""), name="one_company_for_a_reason"),
        ]
        triggers = [
            *append_only.triggers(),
            pgtrigger.Trigger(
                name="one_and_two_in_turn",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("last", "core_onecompany%ROWTYPE")],
                func=(
                    "SELECT * INTO last FROM core_onecompany o WHERE o.registered_id = NEW.registered_id "
                    "ORDER BY o.edition DESC LIMIT 1; "
                    "IF NEW.says = COALESCE(last.says, 'two') OR (NEW.says = 'two' AND NEW.kept_id <> last.kept_id) "
                    "THEN RAISE EXCEPTION 'a start-up is stated to be one with a company, then to be two, in turn' "
                    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="one_registered_and_one_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM core_organisation a, core_organisation b WHERE a.id = NEW.registered_id "
                    "AND a.is_self_registered AND b.id = NEW.kept_id AND NOT b.is_self_registered AND b.kind = 'company') "
                    "THEN RAISE EXCEPTION 'one of the two registered itself, the other is a company that is kept' "
                    "USING ERRCODE = 'restrict_violation'; END IF; "
                    "IF NEW.says = 'one' AND EXISTS (SELECT 1 FROM core_onecompany o WHERE o.kept_id = NEW.kept_id "
                    "AND o.says = 'one' AND NOT EXISTS (SELECT 1 FROM core_onecompany later WHERE "
                    "later.registered_id = o.registered_id AND later.edition > o.edition)) "
                    "THEN RAISE EXCEPTION 'this company is one with another start-up already' "
                    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class OneCompanyAgreed(models.Model):
    """That a second person agrees that the two are one: from then on they are."""

    statement = models.OneToOneField(OneCompany, on_delete=models.PROTECT, related_name="agreed")
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        triggers = [
            *append_only.triggers(),
            pgtrigger.Trigger(
                name="by_another_while_it_counts",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM core_onecompany o WHERE o.id = NEW.statement_id AND o.says = 'one' "
                    "AND o.by_id <> NEW.by_id AND NOT EXISTS (SELECT 1 FROM core_onecompany later WHERE "
                    "later.registered_id = o.registered_id AND later.edition > o.edition)) "
                    "THEN RAISE EXCEPTION 'another person agrees to the statement that counts' "
                    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.statement_id)
