"""Marks computed again, written once, also for the serving role."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from core.append_only import without_the_right_to_change


class Migration(migrations.Migration):

    dependencies = [
        ('portfolio', '0011_written_off_by_share'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='MarkRecomputation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('local_value', models.DecimalField(decimal_places=2, max_digits=20)),
                ('value', models.DecimalField(decimal_places=2, max_digits=20)),
                ('drifts', models.BooleanField()),
                ('code_version', models.CharField(max_length=40)),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('mark', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recomputations', to='portfolio.mark')),
            ],
            options={
                'indexes': [models.Index(fields=['mark', '-id'], name='recomputation_latest_of_a_mark')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markrecomputation',
            trigger=pgtrigger.compiler.Trigger(name='written_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'rows of this table are written once: add a row that corrects, do not change this one' USING ERRCODE = 'restrict_violation';", hash='67ff29f821aff408151228158006ff75bf18556f', operation='UPDATE OR DELETE', pgid='pgtrigger_written_once_94b1d', table='portfolio_markrecomputation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='markrecomputation',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'rows of this table are written once: add a row that corrects, do not change this one' USING ERRCODE = 'restrict_violation';", hash='7fb59eacd9fac9eef5d049f28a9bf55e1117ad7b', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_b8ee0', table='portfolio_markrecomputation', when='BEFORE')),
        ),
        without_the_right_to_change("portfolio_markrecomputation"),
    ]
