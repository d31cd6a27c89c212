"""What moves money asks the ethics gate in the database too."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0023_gate'),
        ('accelerator', '0011_files_of_evidence'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='advancement',
            trigger=pgtrigger.compiler.Trigger(name='passes_the_ethics_gate', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE of RECORD;', func="\n    IF NEW.state <> 'approved' OR (TG_OP = 'UPDATE' AND OLD.state = NEW.state) THEN RETURN NEW; END IF;\n    SELECT g.public_id AS scope, array_remove(ARRAY[p.public_id, o.public_id, c.public_id], NULL)::text[] AS subjects INTO of\n      FROM accelerator_participation p JOIN accelerator_programme g ON g.id = p.programme_id\n      JOIN accelerator_offer o ON o.id = p.offer_id LEFT JOIN accelerator_cohortmember c ON c.id = p.member_id\n     WHERE p.id = NEW.participation_id;\n    PERFORM core_ethics_gate(of.scope, of.subjects, 'offer', NEW.public_id, NEW.amount, moved.day, moved.day)\n       FROM (SELECT (NEW.decided_at AT TIME ZONE 'UTC')::date AS day) moved;\n    RETURN NEW;\n", hash='c98e7f083e3245ab588f683aed7aa5b6a29493f7', operation='INSERT OR UPDATE', pgid='pgtrigger_passes_the_ethics_gate_56e52', table='accelerator_advancement', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='offer',
            trigger=pgtrigger.compiler.Trigger(name='passes_the_ethics_gate', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE of RECORD;', func="\n    IF NEW.state NOT IN ('released', 'accepted') OR (TG_OP = 'UPDATE' AND OLD.state = NEW.state) THEN RETURN NEW; END IF;\n    SELECT g.public_id AS scope, array_remove(array_append(array_agg(c.public_id), NEW.public_id), NULL)::text[] AS subjects\n      INTO of FROM accelerator_programme g\n      LEFT JOIN accelerator_cohortmember c ON c.programme_id = g.id AND c.organisation_id = NEW.organisation_id\n     WHERE g.id = NEW.programme_id GROUP BY g.id;\n    PERFORM core_ethics_gate(of.scope, of.subjects, 'offer', NEW.public_id, NEW.amount, moved.day, moved.day)\n       FROM (SELECT (COALESCE(NEW.answered_at, NEW.released_at) AT TIME ZONE 'UTC')::date AS day) moved;\n    RETURN NEW;\n", hash='82ce963cb809d63c0c21887bae43f6c1d37ff1e7', operation='INSERT OR UPDATE', pgid='pgtrigger_passes_the_ethics_gate_a7a4f', table='accelerator_offer', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='paymentline',
            trigger=pgtrigger.compiler.Trigger(name='passes_the_ethics_gate', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE of RECORD;', func="\n    IF NEW.state = 'refused' OR (TG_OP = 'UPDATE' AND OLD.state = NEW.state) THEN RETURN NEW; END IF;\n    SELECT g.public_id AS scope, array_remove(ARRAY[p.public_id, o.public_id, c.public_id], NULL)::text[] AS subjects INTO of\n      FROM accelerator_milestone m JOIN accelerator_participationstep s ON s.id = m.phase_id\n      JOIN accelerator_participation p ON p.id = s.participation_id JOIN accelerator_programme g ON g.id = p.programme_id\n      JOIN accelerator_offer o ON o.id = p.offer_id LEFT JOIN accelerator_cohortmember c ON c.id = p.member_id\n     WHERE m.id = NEW.milestone_id;\n    PERFORM core_ethics_gate(of.scope, of.subjects, 'payment', NEW.public_id, NEW.amount, moved.day, moved.day)\n       FROM (SELECT (COALESCE(NEW.paid_at, NEW.approved_at, NEW.proposed_at) AT TIME ZONE 'UTC')::date AS day) moved;\n    RETURN NEW;\n", hash='42dc8458afee5c51813296fa36c6ea7435fbfb7f', operation='INSERT OR UPDATE', pgid='pgtrigger_passes_the_ethics_gate_b9517', table='accelerator_paymentline', when='BEFORE')),
        ),
    ]
