"""What the gate goes by stays what it is; a phase is funded as it was decided."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accelerator', '0013_brought_by_partners'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='advancement',
            trigger=pgtrigger.compiler.Trigger(name='stays_what_it_is', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF (OLD.public_id) IS DISTINCT FROM (NEW.public_id) THEN RAISE EXCEPTION 'a row stays what it was made as' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;", hash='3d37adfccd9c44bed3b1f5074b7f439ae60312c2', operation='UPDATE', pgid='pgtrigger_stays_what_it_is_3c25c', table='accelerator_advancement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='cohortmember',
            trigger=pgtrigger.compiler.Trigger(name='stays_what_it_is', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF (OLD.public_id, OLD.programme_id, OLD.organisation_id) IS DISTINCT FROM (NEW.public_id, NEW.programme_id, NEW.organisation_id) THEN RAISE EXCEPTION 'a row stays what it was made as' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;", hash='a131b8cbd238ef7f58e269b0cefde0ce55ff53a5', operation='UPDATE', pgid='pgtrigger_stays_what_it_is_97376', table='accelerator_cohortmember', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='cohortmember',
            trigger=pgtrigger.compiler.Trigger(name='is_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='a14696625a2f6071b8b1dd537a7c1b94e0a4b2e2', operation='DELETE', pgid='pgtrigger_is_kept_d37d8', table='accelerator_cohortmember', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='offer',
            trigger=pgtrigger.compiler.Trigger(name='stays_what_it_is', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF (OLD.public_id) IS DISTINCT FROM (NEW.public_id) THEN RAISE EXCEPTION 'a row stays what it was made as' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;", hash='747181a91f3ff2a75c46e3431e9b26e29b4afa3a', operation='UPDATE', pgid='pgtrigger_stays_what_it_is_599c2', table='accelerator_offer', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='participation',
            trigger=pgtrigger.compiler.Trigger(name='stays_what_it_is', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF (OLD.public_id) IS DISTINCT FROM (NEW.public_id) THEN RAISE EXCEPTION 'a row stays what it was made as' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;", hash='55fab3975232ed855b7568a8a4588b7772df071c', operation='UPDATE', pgid='pgtrigger_stays_what_it_is_beaaf', table='accelerator_participation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='participation',
            trigger=pgtrigger.compiler.Trigger(name='goes_on_as_its_steps_say', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF (NEW.state <> 'phase-1' AND (TG_OP = 'INSERT' OR (OLD.state <> NEW.state AND NOT EXISTS (SELECT 1 FROM accelerator_participationstep s WHERE s.participation_id = NEW.id AND s.kind = NEW.state)))) OR (TG_OP = 'UPDATE' AND OLD.member_id IS NOT NULL AND NEW.member_id IS DISTINCT FROM OLD.member_id) OR (NEW.member_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM accelerator_cohortmember c WHERE c.id = NEW.member_id AND c.programme_id = NEW.programme_id AND c.organisation_id = NEW.organisation_id)) THEN RAISE EXCEPTION 'a participation goes on by a step, and stays with what was published of it' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;", hash='dd31505e1822bcd3e521e0ae6636ec9ebf88e955', operation='INSERT OR UPDATE', pgid='pgtrigger_goes_on_as_its_steps_say_0aa8c', table='accelerator_participation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='participationstep',
            trigger=pgtrigger.compiler.Trigger(name='funded_as_decided', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF (NEW.kind = 'phase-1' AND NOT EXISTS (SELECT 1 FROM accelerator_participation p JOIN accelerator_offer o ON o.id = p.offer_id WHERE p.id = NEW.participation_id AND (o.amount, o.months) = (NEW.amount, NEW.months))) OR (NEW.kind = 'phase-2' AND NOT EXISTS (SELECT 1 FROM accelerator_advancement a WHERE a.id = NEW.advancement_id AND a.state = 'approved' AND (a.participation_id, a.amount, a.months) = (NEW.participation_id, NEW.amount, NEW.months))) THEN RAISE EXCEPTION 'a phase is funded as it was offered or approved' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;", hash='524e381802fb39eb59aff16c667af5041a1dc0ec', operation='INSERT', pgid='pgtrigger_funded_as_decided_94c6e', table='accelerator_participationstep', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='paymentline',
            trigger=pgtrigger.compiler.Trigger(name='stays_what_it_is', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF (OLD.public_id) IS DISTINCT FROM (NEW.public_id) THEN RAISE EXCEPTION 'a row stays what it was made as' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;", hash='4106db871c577e61c95f47a300ef5244e5c9b847', operation='UPDATE', pgid='pgtrigger_stays_what_it_is_a372c', table='accelerator_paymentline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='programme',
            trigger=pgtrigger.compiler.Trigger(name='stays_what_it_is', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF (OLD.public_id) IS DISTINCT FROM (NEW.public_id) THEN RAISE EXCEPTION 'a row stays what it was made as' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;", hash='7d7cf5d4302f0b52f49a32202e22e6b92ad085ab', operation='UPDATE', pgid='pgtrigger_stays_what_it_is_45c16', table='accelerator_programme', when='BEFORE')),
        ),
    ]
