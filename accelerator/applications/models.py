"""Applications: what a start-up writes, what it sent, and what it was asked after."""

import pgtrigger
from django.db import models
from django.db.models import F, Q

from accelerator.applications.lifecycle import STEPS, State
from core import append_only
from core.identity import PublicIdField


class Application(models.Model):
    """An application of one organisation to one challenge of a call. Its form is the one that the call published."""

    public_id = PublicIdField(prefix="app")
    call = models.ForeignKey("accelerator.Call", on_delete=models.PROTECT, related_name="applications")
    challenge = models.ForeignKey("accelerator.Challenge", on_delete=models.PROTECT, null=True, blank=True)
    """The challenge answered; empty where the programme has published none."""
    organisation = models.ForeignKey("core.Organisation", on_delete=models.PROTECT, related_name="+")
    form_digest = models.CharField(max_length=64)
    """The version of the form: the digest of the call as it was published."""
    state = models.CharField(max_length=10, choices=[(one.value, one.value) for one in State], default=State.DRAFT)
    begun_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    saved_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    saved_at = models.DateTimeField(null=True, blank=True)
    """When an answer was last kept."""
    withdrawn_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    is_illustrative = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call", "organisation", "challenge"], name="application_once_a_challenge", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_by__isnull=False, withdrawn_at__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_by__isnull=True, withdrawn_at__isnull=True)),
                name="application_says_who_withdrew_it",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="steps_of_an_application",
                field="state",
                transitions=[(a.value, b.value) for a, targets in STEPS.items() for b in sorted(targets)],
            ),
            pgtrigger.Protect(name="application_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="application_stays_with_its_call",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=(
                    pgtrigger.Q(old__call__df=pgtrigger.F("new__call"))
                    | pgtrigger.Q(old__organisation__df=pgtrigger.F("new__organisation"))
                    | pgtrigger.Q(old__challenge__df=pgtrigger.F("new__challenge"))
                    | pgtrigger.Q(old__form_digest__df=pgtrigger.F("new__form_digest"))
                ),
                func=(
                    "RAISE EXCEPTION 'an application stays with its call, challenge and organisation' "
                    "USING ERRCODE = 'restrict_violation';"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Answer(models.Model):
    """The answer to one question as it stands. ``edition`` counts its changes, so that a colleague's is noticed."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey("accelerator.CallQuestion", on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    edition = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "question"], name="answer_once_a_question"),
            models.CheckConstraint(condition=Q(edition__gte=1), name="answer_edition_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.question_id}"


class Attachment(models.Model):
    """A file that answers a question. What was sent with a submission is kept, also when it is taken out of the draft."""

    public_id = PublicIdField(prefix="file")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="attachments")
    question = models.ForeignKey("accelerator.CallQuestion", on_delete=models.PROTECT, related_name="+")
    document = models.OneToOneField("core.Document", on_delete=models.PROTECT, related_name="+")
    is_sent = models.BooleanField(default=False)
    """Whether some submission holds it."""
    removed_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_by__isnull=True, removed_at__isnull=True)
                | Q(removed_by__isnull=False, removed_at__isnull=False),
                name="attachment_removed_at_and_by_together",
            ),
        ]
        indexes = [
            models.Index(fields=["application"], name="attachment_in_the_draft", condition=Q(removed_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.public_id


class OtherText(models.Model):
    """A text that somebody else's replaced while both were writing: kept until one of them chose."""

    public_id = PublicIdField(prefix="other")
    answer = models.ForeignKey(Answer, on_delete=models.PROTECT, related_name="others")
    text = models.TextField()
    written_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    replaced_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField()
    settled_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_by__isnull=True, settled_at__isnull=True)
                | Q(settled_by__isnull=False, settled_at__isnull=False),
                name="other_text_settled_at_and_by_together",
            ),
        ]
        indexes = [
            models.Index(fields=["answer"], name="other_text_open", condition=Q(settled_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.public_id


class Submission(models.Model):
    """What was sent, as a whole, with its receipt. The last one of an application counts. Written once."""

    public_id = PublicIdField(prefix="sub")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="submissions")
    order = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=12, unique=True)
    """Of the receipt, drawn at random: it tells nobody how many applied."""
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    """When the request arrived: by it the deadline is judged."""
    submitted_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "order"], name="submission_order_once"),
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="submission_has_a_digest"),
            models.CheckConstraint(condition=Q(order__gte=1), name="submission_order_from_one"),
        ]
        triggers = [
            *append_only.triggers(),
            pgtrigger.Trigger(
                name="in_time",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=(
                    "IF NOT EXISTS (SELECT 1 FROM accelerator_application a JOIN accelerator_call c ON c.id = a.call_id "
                    "WHERE a.id = NEW.application_id AND c.state = 'published' AND NEW.received_at >= c.opens_at "
                    "AND NEW.received_at < c.closes_at) THEN "
                    "RAISE EXCEPTION 'a submission arrives while its call is open' USING ERRCODE = 'restrict_violation'; "
                    "END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Intake(models.Model):
    """That a partner system brought an application in, under the name by which it knows it. Written once."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="intake")
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    """The service account of the client."""
    external_id = models.CharField(max_length=100)
    digest = models.CharField(max_length=64)
    """Of what was sent under that name: sent again, it is the same application."""
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["by", "external_id"], name="intake_once_a_name"),
            models.CheckConstraint(
                condition=~Q(external_id="") & Q(digest__regex="^[0-9a-f]{64}$"), name="intake_has_a_name_and_a_digest"
            ),
        ]
        triggers = append_only.triggers()

    def __str__(self) -> str:
        return self.external_id


class Batch(models.Model):
    """Many applications that a partner system brings at once: a job works through them, and each has its result."""

    public_id = PublicIdField(prefix="batch")
    by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    items = models.JSONField(default=list)
    """What was sent and fits its shape, in order; emptied once all of it is done."""
    results = models.JSONField(default=list)
    total = models.PositiveSmallIntegerField()
    is_dry_run = models.BooleanField()
    language = models.CharField(max_length=2)
    """In which the results are worded."""
    arrived_at = models.DateTimeField()
    """By it the deadline of each call is judged."""
    job = models.OneToOneField("core.Job", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(total__gte=1), name="batch_holds_something")]
        triggers = [pgtrigger.Protect(name="batch_is_kept", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.public_id


class Clarification(models.Model):
    """A question of the programme's about a submitted application, and its answer. Each part is written once."""

    public_id = PublicIdField(prefix="clar")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="clarifications")
    question = models.TextField(max_length=2000)
    asked_by = models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    """The first moment at which an answer is late."""
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey("core.User", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(question=""), name="clarification_asks_something"),
            models.CheckConstraint(condition=Q(due_at__gt=F("asked_at")), name="clarification_due_after_it_is_asked"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="clarification_answered_at_and_by_together",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="clarification_is_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="answered_once",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    "IF OLD.answer <> '' OR OLD.question <> NEW.question OR OLD.due_at <> NEW.due_at "
                    "OR OLD.asked_by_id <> NEW.asked_by_id OR OLD.application_id <> NEW.application_id THEN "
                    "RAISE EXCEPTION 'a clarification is asked once and answered once' "
                    "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class ApplicationLine(models.Model):
    """
    An application as partner systems read it: a view of the database (``accelerator_applicationline``) that joins what one
    line of a list tells, so that a page of a list is one plain question. Nothing is kept here.
    """

    application = models.OneToOneField(
        Application, on_delete=models.DO_NOTHING, primary_key=True, db_column="id", related_name="+"
    )
    public_id = models.CharField(max_length=40)
    brought_by = models.ForeignKey("core.User", on_delete=models.DO_NOTHING, null=True, related_name="+")
    """The account of the client that brought it in; empty for what a start-up began in the portal."""
    external_id = models.CharField(max_length=100, null=True)
    programme = models.CharField(max_length=40)
    call = models.CharField(max_length=40)
    closes_at = models.DateTimeField(null=True)
    challenge = models.CharField(max_length=20, null=True)
    organisation = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    nation = models.CharField(max_length=2)
    state = models.CharField(max_length=10)
    number = models.CharField(max_length=12, null=True)
    """Of the submission that counts, as are ``digest`` and ``submitted_at``; empty while none does."""
    digest = models.CharField(max_length=64, null=True)
    submitted_at = models.DateTimeField(null=True)
    is_illustrative = models.BooleanField()

    class Meta:
        managed = False
        db_table = "accelerator_applicationline"

    def __str__(self) -> str:
        return self.public_id
