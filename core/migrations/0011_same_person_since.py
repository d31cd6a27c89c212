"""Since when an account is a further one: where the trail knows, since the last statement, which judges nothing before it."""

from django.db import migrations, models

SINCE_THE_LAST_STATEMENT = """
UPDATE core_user SET same_person_since = COALESCE(
    (SELECT max(occurred_at) FROM core_auditevent WHERE kind = 'person.same_as'), now())
 WHERE same_person_as_id IS NOT NULL
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0010_same_person_as")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="same_person_since",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunSQL(SINCE_THE_LAST_STATEMENT, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("same_person_as__isnull", True), ("same_person_since__isnull", True))
                | models.Q(("same_person_as__isnull", False), ("same_person_since__isnull", False)),
                name="person_further_account_since_a_moment",
            ),
        ),
    ]
