"""Why a job failed is kept in French, too, where the product says it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0011_same_person_since")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="reason_fr",
            field=models.CharField(blank=True, default="", max_length=500),
            preserve_default=False,
        )
    ]
