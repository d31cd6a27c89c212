"""No more leaves a holding than is held, on that day and on every later one."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('portfolio', '0012_recomputations'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='transaction',
            trigger=pgtrigger.compiler.Trigger(name='no_more_leaves_than_is_held', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF EXISTS (SELECT 1 FROM (SELECT sum(t.quantity * side.sign) OVER day AS quantity, sum(t.cost * side.sign) OVER day AS cost, sum(t.fund_cost * side.sign) OVER day AS fund_cost FROM portfolio_transaction t CROSS JOIN LATERAL (SELECT CASE WHEN t.kind IN ('purchase', 'stake-call') THEN 1 ELSE -1 END AS sign) side WHERE t.holding_id IN (SELECT holding_id FROM written WHERE kind NOT IN ('purchase', 'stake-call')) WINDOW day AS (PARTITION BY t.holding_id ORDER BY t.effective_on)) held WHERE least(held.quantity, held.cost, held.fund_cost) < 0) THEN RAISE EXCEPTION 'no more leaves a holding than is held on that day and on every later one' USING ERRCODE = 'check_violation'; END IF; RETURN NULL;", hash='7fb33c46ab0a219eea4602809221b41cbcfb0885', level='STATEMENT', operation='INSERT', pgid='pgtrigger_no_more_leaves_than_is_held_58d05', referencing='REFERENCING NEW TABLE AS written ', table='portfolio_transaction', when='AFTER')),
        ),
    ]
