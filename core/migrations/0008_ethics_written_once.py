"""The serving role loses the right to change principles, questionnaires and answers."""

from django.db import migrations

from core.append_only import without_the_right_to_change


class Migration(migrations.Migration):
    dependencies = [("core", "0007_ethics")]

    operations = [
        without_the_right_to_change("core_principle", "core_questionnaire", "core_question", "core_answer")
    ]
