"""What the gate goes by stays what it is, and no older snapshot is asked."""

from pathlib import Path

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


SQL = Path(__file__).parent / "sql"
MAKE = (SQL / "gate_as_it_stands.sql").read_text(encoding="utf-8")
_HELD, _END, _REST = (SQL / "gate.sql").read_text(encoding="utf-8").partition("$$;")
BEFORE = _REST.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0023_gate'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='condition',
            trigger=pgtrigger.compiler.Trigger(name='stays_what_it_is', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF (OLD.public_id, OLD.review_id, OLD.text, OLD.evidence_wanted, OLD.is_blocking, OLD.set_on, OLD.set_by_id) IS DISTINCT FROM (NEW.public_id, NEW.review_id, NEW.text, NEW.evidence_wanted, NEW.is_blocking, NEW.set_on, NEW.set_by_id) THEN RAISE EXCEPTION 'a row stays what it was made as' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;", hash='00847ad5878f19ed0e5f49b934ebe9b312011a35', operation='UPDATE', pgid='pgtrigger_stays_what_it_is_96838', table='core_condition', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='condition',
            trigger=pgtrigger.compiler.Trigger(name='is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='a1118851ce91ca36d262333b3e64b1da47e9eca7', operation='DELETE', pgid='pgtrigger_is_kept_3f05e', table='core_condition', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='condition',
            trigger=pgtrigger.compiler.Trigger(name='waits_for_money_on_its_way', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."is_blocking")', func='PERFORM 1 FROM core_review WHERE id = NEW.review_id FOR UPDATE; RETURN NEW;', hash='225e3d63fe76c28785288b88e648a607ad38e15d', operation='INSERT', pgid='pgtrigger_waits_for_money_on_its_way_41582', table='core_condition', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='organisation',
            trigger=pgtrigger.compiler.Trigger(name='stays_what_it_is', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF (OLD.public_id, OLD.kind) IS DISTINCT FROM (NEW.public_id, NEW.kind) THEN RAISE EXCEPTION 'a row stays what it was made as' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;", hash='3982266ebfc0a6182b3b6932c6d4cefdaacc2250', operation='UPDATE', pgid='pgtrigger_stays_what_it_is_2959a', table='core_organisation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='review',
            trigger=pgtrigger.compiler.Trigger(name='stays_what_it_is', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF (OLD.public_id, OLD.subject_kind, OLD.subject, OLD.organisation_id, OLD.scope, OLD.renews_id) IS DISTINCT FROM (NEW.public_id, NEW.subject_kind, NEW.subject, NEW.organisation_id, NEW.scope, NEW.renews_id) THEN RAISE EXCEPTION 'a row stays what it was made as' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;", hash='9aa24299695cb7087d5b2c00475cabdfeacec6cd', operation='UPDATE', pgid='pgtrigger_stays_what_it_is_18be7', table='core_review', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='review',
            trigger=pgtrigger.compiler.Trigger(name='is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='9a210fcdb369053b54394a167dc565c9434afa1c', operation='DELETE', pgid='pgtrigger_is_kept_23dc2', table='core_review', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='review',
            trigger=pgtrigger.compiler.Trigger(name='stays_as_concluded', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IN (\'concluded\', \'closed\'))', func="IF (OLD.risk, OLD.outcome, OLD.summary, OLD.concluded_on, OLD.assessed_by_id, OLD.assessed_at, OLD.seconded_by_id, OLD.seconded_at) IS DISTINCT FROM (NEW.risk, NEW.outcome, NEW.summary, NEW.concluded_on, NEW.assessed_by_id, NEW.assessed_at, NEW.seconded_by_id, NEW.seconded_at) OR (OLD.state = 'closed' AND OLD.expires_on <> NEW.expires_on) THEN RAISE EXCEPTION 'a review stays as it was concluded: renew it' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;", hash='cd61da245aaefafff0849474d718cee7c74174ff', operation='UPDATE', pgid='pgtrigger_stays_as_concluded_ab068', table='core_review', when='BEFORE')),
        ),
        migrations.RunSQL(MAKE, BEFORE),
    ]
