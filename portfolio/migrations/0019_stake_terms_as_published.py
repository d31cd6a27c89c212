"""How exactly the day of a stake’s terms is known, and what was said of them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('portfolio', '0018_receipts_taken_back'),
    ]

    operations = [
        migrations.AddField(
            model_name='staketerms',
            name='note',
            field=models.CharField(blank=True, max_length=400),
        ),
        migrations.AddField(
            model_name='staketerms',
            name='precision',
            field=models.CharField(choices=[('day', 'day'), ('month', 'month'), ('quarter', 'quarter'), ('year', 'year')], default='day', max_length=7),
        ),
        migrations.AddConstraint(
            model_name='staketerms',
            constraint=models.CheckConstraint(condition=models.Q(('precision__in', ['day', 'month', 'quarter', 'year'])), name='stake_terms_precision_known'),
        ),
    ]
