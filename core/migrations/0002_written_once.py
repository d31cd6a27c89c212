"""The serving role loses the right to change tables whose rows are written once."""

from django.db import migrations

from core.append_only import without_the_right_to_change


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        without_the_right_to_change("core_auditevent", "core_exchangerate", "core_defenceexpenditure")
    ]
