"""The serving role loses the right to change texts, circulations and whatever is kept of them."""

from django.db import migrations

from core.append_only import without_the_right_to_change


class Migration(migrations.Migration):
    dependencies = [("core", "0021_decisions")]

    operations = [
        without_the_right_to_change(
                "core_proposaltext",
                "core_circulation",
                "core_addressee",
                "core_telling",
                "core_reading",
                "core_extension",
                "core_objection",
                "core_outcome",
                "core_effect",
            )
    ]
