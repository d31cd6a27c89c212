"""Transactions that were wrong are taken back by a further row, written once, also for the serving role."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from core.append_only import without_the_right_to_change


class Migration(migrations.Migration):

    dependencies = [
        ('portfolio', '0014_carried_exactly'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TakenBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_on', models.DateField()),
                ('reason', models.CharField(max_length=200)),
                ('recorded_at', models.DateTimeField()),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portfolio.entry')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('transaction', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='taken_back', to='portfolio.transaction')),
            ],
            options={
                'verbose_name_plural': 'taken back',
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='taken_back_with_a_reason')],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='transaction',
            name='no_more_leaves_than_is_held',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='transaction',
            trigger=pgtrigger.compiler.Trigger(name='no_more_leaves_than_is_held', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF EXISTS (SELECT 1 FROM (SELECT sum(t.quantity * side.sign) OVER day AS quantity, sum(t.cost * side.sign) OVER day AS cost, sum(t.fund_cost * side.sign) OVER day AS fund_cost FROM portfolio_transaction t LEFT JOIN portfolio_takenback b ON b.transaction_id = t.id CROSS JOIN LATERAL (SELECT moved.day, moved.sign * CASE WHEN t.kind IN ('purchase', 'stake-call') THEN 1 ELSE -1 END AS sign FROM (VALUES (t.effective_on, 1), (b.effective_on, -1)) AS moved (day, sign) WHERE moved.day IS NOT NULL) side WHERE t.holding_id IN (SELECT holding_id FROM written WHERE kind NOT IN ('purchase', 'stake-call')) WINDOW day AS (PARTITION BY t.holding_id ORDER BY side.day)) held WHERE least(held.quantity, held.cost, held.fund_cost) < 0) THEN RAISE EXCEPTION 'no more leaves a holding than is held on that day and on every later one' USING ERRCODE = 'check_violation'; END IF; RETURN NULL;", hash='81e1adfbf87e6b75b725b2b8f3e4ede95816b70e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_no_more_leaves_than_is_held_58d05', referencing='REFERENCING NEW TABLE AS written ', table='portfolio_transaction', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='takenback',
            trigger=pgtrigger.compiler.Trigger(name='written_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'rows of this table are written once: add a row that corrects, do not change this one' USING ERRCODE = 'restrict_violation';", hash='1f9d14e1c30d48a37fa47c4867b020ca97a5b850', operation='UPDATE OR DELETE', pgid='pgtrigger_written_once_2c02a', table='portfolio_takenback', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='takenback',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'rows of this table are written once: add a row that corrects, do not change this one' USING ERRCODE = 'restrict_violation';", hash='73af0f40ea984d2997bf9accc6c98bfe2eb8c929', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_e456e', table='portfolio_takenback', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='takenback',
            trigger=pgtrigger.compiler.Trigger(name='no_less_stays_than_left', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF EXISTS (SELECT 1 FROM (SELECT sum(t.quantity * side.sign) OVER day AS quantity, sum(t.cost * side.sign) OVER day AS cost, sum(t.fund_cost * side.sign) OVER day AS fund_cost FROM portfolio_transaction t LEFT JOIN portfolio_takenback b ON b.transaction_id = t.id CROSS JOIN LATERAL (SELECT moved.day, moved.sign * CASE WHEN t.kind IN ('purchase', 'stake-call') THEN 1 ELSE -1 END AS sign FROM (VALUES (t.effective_on, 1), (b.effective_on, -1)) AS moved (day, sign) WHERE moved.day IS NOT NULL) side WHERE t.holding_id IN (SELECT holding_id FROM portfolio_transaction WHERE id IN (SELECT transaction_id FROM written)) WINDOW day AS (PARTITION BY t.holding_id ORDER BY side.day)) held WHERE least(held.quantity, held.cost, held.fund_cost) < 0) THEN RAISE EXCEPTION 'no more leaves a holding than is held on that day and on every later one' USING ERRCODE = 'check_violation'; END IF; RETURN NULL;", hash='6b079f2bd921b978fece4a4e6d62dac6369df67e', level='STATEMENT', operation='INSERT', pgid='pgtrigger_no_less_stays_than_left_e7a8a', referencing='REFERENCING NEW TABLE AS written ', table='portfolio_takenback', when='AFTER')),
        ),
        without_the_right_to_change("portfolio_takenback"),
    ]
