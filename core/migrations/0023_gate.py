"""The gate: its days, the overrides that pass it, and its rule in SQL."""

from pathlib import Path

import core.identity
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from core.append_only import without_the_right_to_change

RULE = (Path(__file__).parent / "sql" / "gate.sql").read_text(encoding="utf-8")
UNMAKE = (
    "DROP FUNCTION core_ethics_gate(text, text[], text, text, numeric, date, date);"
    "DROP FUNCTION core_ethics_held(text[], date);"
)


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0022_decisions_written_once'),
    ]

    operations = [
        migrations.CreateModel(
            name='Override',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', core.identity.PublicIdField(prefix='override')),
                ('scope', models.CharField(max_length=40)),
                ('kind', models.CharField(choices=[('purchase', 'purchase'), ('call-line', 'call-line'), ('payment', 'payment'), ('offer', 'offer')], max_length=10)),
                ('subject', models.CharField(max_length=40)),
                ('amount', models.DecimalField(decimal_places=2, max_digits=20)),
                ('reason', models.CharField(max_length=500)),
                ('decision', models.CharField(blank=True, max_length=40)),
                ('expires_on', models.DateField()),
                ('asked_on', models.DateField()),
                ('asked_at', models.DateTimeField()),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='OverrideApproval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('override', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='approval', to='core.override')),
            ],
        ),
        migrations.CreateModel(
            name='OverrideUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object', models.CharField(max_length=40)),
                ('used_at', models.DateTimeField()),
                ('override', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='use', to='core.override')),
            ],
        ),
        migrations.CreateModel(
            name='GateStart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', core.identity.PublicIdField(prefix='gate')),
                ('scope', models.CharField(max_length=40)),
                ('in_force_from', models.DateField()),
                ('reason', models.CharField(max_length=300)),
                ('stated_at', models.DateTimeField()),
                ('stated_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['scope', 'in_force_from'], name='gate_start_of_a_scope')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='gate_start_with_a_reason')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gatestart',
            trigger=pgtrigger.compiler.Trigger(name='written_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'rows of this table are written once: add a row that corrects, do not change this one' USING ERRCODE = 'restrict_violation';", hash='6d9b754c71ea45ef07922c944b5cf9dcab292896', operation='UPDATE OR DELETE', pgid='pgtrigger_written_once_b7070', table='core_gatestart', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='gatestart',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'rows of this table are written once: add a row that corrects, do not change this one' USING ERRCODE = 'restrict_violation';", hash='622e23aa3213ac5ee76beb8670a85214833003b7', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_d4340', table='core_gatestart', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='override',
            index=models.Index(fields=['subject', 'kind'], name='override_of_a_subject'),
        ),
        migrations.AddConstraint(
            model_name='override',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='override_amount_above_zero'),
        ),
        migrations.AddConstraint(
            model_name='override',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='override_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='override',
            constraint=models.CheckConstraint(condition=models.Q(('expires_on__gte', models.F('asked_on'))), name='override_expires_after_it_is_asked'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='override',
            trigger=pgtrigger.compiler.Trigger(name='written_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'rows of this table are written once: add a row that corrects, do not change this one' USING ERRCODE = 'restrict_violation';", hash='6317417fed49df7c0b5692a96c5844215f275edf', operation='UPDATE OR DELETE', pgid='pgtrigger_written_once_7d17a', table='core_override', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='override',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'rows of this table are written once: add a row that corrects, do not change this one' USING ERRCODE = 'restrict_violation';", hash='4b367273dc1bc5a10f2b8c90d6ffa75d29ce5b6f', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_af184', table='core_override', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='overrideapproval',
            trigger=pgtrigger.compiler.Trigger(name='written_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'rows of this table are written once: add a row that corrects, do not change this one' USING ERRCODE = 'restrict_violation';", hash='8d4d3f7862b0e26a8fb6067dbfe8307c1792cc0f', operation='UPDATE OR DELETE', pgid='pgtrigger_written_once_3f3ad', table='core_overrideapproval', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='overrideapproval',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'rows of this table are written once: add a row that corrects, do not change this one' USING ERRCODE = 'restrict_violation';", hash='ca306e707b4087ef2f436cdd628f7577d9eb1975', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_cab8b', table='core_overrideapproval', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='overrideapproval',
            trigger=pgtrigger.compiler.Trigger(name='approved_by_another_person', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF (SELECT COALESCE(u.same_person_as_id, u.id) FROM core_user u WHERE u.id = NEW.by_id) = (SELECT COALESCE(u.same_person_as_id, u.id) FROM core_override o JOIN core_user u ON u.id = o.asked_by_id WHERE o.id = NEW.override_id) THEN RAISE EXCEPTION 'an override is approved by another person than the one who asked' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;", hash='f0959da7b294b9ea164ca1b0dc4427e9fd9bbdff', operation='INSERT', pgid='pgtrigger_approved_by_another_person_53546', table='core_overrideapproval', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='overrideuse',
            trigger=pgtrigger.compiler.Trigger(name='written_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'rows of this table are written once: add a row that corrects, do not change this one' USING ERRCODE = 'restrict_violation';", hash='18fe689bd8c29cfe8eed27450da31b6d488ad2fa', operation='UPDATE OR DELETE', pgid='pgtrigger_written_once_41c2a', table='core_overrideuse', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='overrideuse',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'rows of this table are written once: add a row that corrects, do not change this one' USING ERRCODE = 'restrict_violation';", hash='6c3c890a67dade6577171602bca85ef59eee5b97', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_4fa81', table='core_overrideuse', when='BEFORE')),
        ),
        migrations.RunSQL(RULE, UNMAKE),
        without_the_right_to_change(
                "core_gatestart", "core_override", "core_overrideapproval", "core_overrideuse"
            ),
    ]
