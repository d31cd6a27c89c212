"""What the gate goes by stays what it is; a company is not paid as a fund is."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('portfolio', '0022_gate'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='transaction',
            name='passes_the_ethics_gate',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='fund',
            trigger=pgtrigger.compiler.Trigger(name='stays_what_it_is', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF (OLD.public_id) IS DISTINCT FROM (NEW.public_id) THEN RAISE EXCEPTION 'a row stays what it was made as' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;", hash='3eef923f1f81661885b6a84379aedb0b53c52d51', operation='UPDATE', pgid='pgtrigger_stays_what_it_is_62e68', table='portfolio_fund', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='holding',
            trigger=pgtrigger.compiler.Trigger(name='stays_what_it_is', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF (OLD.public_id, OLD.fund_id, OLD.organisation_id, OLD.kind) IS DISTINCT FROM (NEW.public_id, NEW.fund_id, NEW.organisation_id, NEW.kind) THEN RAISE EXCEPTION 'a row stays what it was made as' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;", hash='af70bc1135adcc5022806368ad95080bc4a2a422', operation='UPDATE', pgid='pgtrigger_stays_what_it_is_78b17', table='portfolio_holding', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='transaction',
            trigger=pgtrigger.compiler.Trigger(name='passes_the_ethics_gate', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."kind" IN (\'purchase\', \'stake-call\'))', func="PERFORM core_ethics_gate(f.public_id, ARRAY[h.public_id]::text[], 'purchase', NEW.public_id, NEW.amount, NEW.effective_on, greatest(NEW.effective_on, (NEW.recorded_at AT TIME ZONE 'UTC')::date)) FROM portfolio_holding h JOIN portfolio_fund f ON f.id = h.fund_id JOIN core_organisation o ON o.id = h.organisation_id WHERE h.id = NEW.holding_id AND (NEW.kind = 'purchase' OR h.kind = 'direct' OR o.kind = 'company'); RETURN NEW;", hash='ed5135566a2217a2af6b7c43ebde58ed43200999', operation='INSERT', pgid='pgtrigger_passes_the_ethics_gate_0a511', table='portfolio_transaction', when='BEFORE')),
        ),
    ]
