"""Whether the amounts in books are invented for demonstration, even where the fund is not."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portfolio', '0015_taken_back'),
    ]

    operations = [
        migrations.AddField(
            model_name='book',
            name='is_illustrative',
            field=models.BooleanField(default=False),
        ),
    ]
