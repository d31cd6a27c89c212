"""Receipts that were wrong are taken back by a further row, written once, also for the serving role."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from core.append_only import without_the_right_to_change


class Migration(migrations.Migration):

    dependencies = [
        ('portfolio', '0017_accounts_written_once'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ReceiptTakenBack',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('effective_on', models.DateField()),
                ('reason', models.CharField(max_length=200)),
                ('recorded_at', models.DateTimeField()),
            ],
            options={
                'verbose_name_plural': 'receipts taken back',
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='capitalcall',
            name='steps_of_the_lifecycle',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='receiptallocation',
            name='never_more_than_is_owed_or_was_received',
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='capitalcall',
            trigger=pgtrigger.compiler.Trigger(name='steps_of_the_lifecycle', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{draft:cancelled,draft:submitted,submitted:cancelled,submitted:draft,submitted:issued,issued:cancelled,issued:settled,settled:issued}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='cfe2ad8aa9cbb0349a56af5f7a1e43fd4e9c0950', operation='UPDATE', pgid='pgtrigger_steps_of_the_lifecycle_32c99', table='portfolio_capitalcall', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='receiptallocation',
            trigger=pgtrigger.compiler.Trigger(name='never_more_than_is_owed_or_was_received', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF EXISTS (SELECT 1 FROM portfolio_receipttakenback WHERE receipt_id = NEW.receipt_id) OR NEW.amount + COALESCE((SELECT sum(a.amount) FROM portfolio_receiptallocation a LEFT JOIN portfolio_receipttakenback b ON b.receipt_id = a.receipt_id WHERE a.notice_id = NEW.notice_id AND b.id IS NULL), 0) > (SELECT amount FROM portfolio_callnotice WHERE id = NEW.notice_id) OR NEW.amount + COALESCE((SELECT sum(amount) FROM portfolio_receiptallocation WHERE receipt_id = NEW.receipt_id), 0) > (SELECT amount FROM portfolio_receipt WHERE id = NEW.receipt_id) THEN RAISE EXCEPTION 'more is allocated than is owed or was received' USING ERRCODE = 'check_violation'; END IF; RETURN NEW;", hash='3ec3d4bd72346972fc3ed5ebc93c763be852e3ad', operation='INSERT', pgid='pgtrigger_never_more_than_is_owed_or_was_received_ddc35', table='portfolio_receiptallocation', when='BEFORE')),
        ),
        migrations.AddField(
            model_name='receipttakenback',
            name='entry',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portfolio.entry'),
        ),
        migrations.AddField(
            model_name='receipttakenback',
            name='receipt',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='taken_back', to='portfolio.receipt'),
        ),
        migrations.AddField(
            model_name='receipttakenback',
            name='recorded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='receipttakenback',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='receipt_taken_back_with_a_reason'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='receipttakenback',
            trigger=pgtrigger.compiler.Trigger(name='written_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'rows of this table are written once: add a row that corrects, do not change this one' USING ERRCODE = 'restrict_violation';", hash='a2733cd489ae0a43bc6e8f70015112d5bf9cb960', operation='UPDATE OR DELETE', pgid='pgtrigger_written_once_3b93b', table='portfolio_receipttakenback', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='receipttakenback',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'rows of this table are written once: add a row that corrects, do not change this one' USING ERRCODE = 'restrict_violation';", hash='9bb53a815d5a5f2091d7bc62b413e31246629133', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_125e5', table='portfolio_receipttakenback', when='BEFORE')),
        ),
        without_the_right_to_change('portfolio_receipttakenback'),
    ]
