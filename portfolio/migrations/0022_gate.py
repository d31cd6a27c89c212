"""What moves money asks the ethics gate in the database too."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0023_gate'),
        ('portfolio', '0021_told_by_partners'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='transaction',
            trigger=pgtrigger.compiler.Trigger(name='passes_the_ethics_gate', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."kind" = \'purchase\')', func="PERFORM core_ethics_gate(f.public_id, ARRAY[h.public_id]::text[], 'purchase', NEW.public_id, NEW.amount, NEW.effective_on, greatest(NEW.effective_on, (NEW.recorded_at AT TIME ZONE 'UTC')::date)) FROM portfolio_holding h JOIN portfolio_fund f ON f.id = h.fund_id WHERE h.id = NEW.holding_id; RETURN NEW;", hash='dfae6e0998b8e07567c68d48ea590bf2663ee202', operation='INSERT', pgid='pgtrigger_passes_the_ethics_gate_0a511', table='portfolio_transaction', when='BEFORE')),
        ),
    ]
