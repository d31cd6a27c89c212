"""The serving role loses the right to change the book of reminders."""

from django.db import migrations

from core.append_only import without_the_right_to_change


class Migration(migrations.Migration):
    dependencies = [("core", "0005_reminders")]

    operations = [
        without_the_right_to_change("core_reminderstep")
    ]
