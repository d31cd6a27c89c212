"""Entries and postings are checked by the statement, and lose the indexes that others begin with."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0002_written_once'),
        ('portfolio', '0006_calls_and_investments_written_once'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='entry',
            name='not_into_a_closed_period',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='posting',
            name='within_one_book',
        ),
        migrations.AlterField(
            model_name='entry',
            name='book',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='portfolio.book'),
        ),
        migrations.AlterField(
            model_name='posting',
            name='book',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='portfolio.book'),
        ),
        migrations.AlterField(
            model_name='posting',
            name='credit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='credits', to='portfolio.account'),
        ),
        migrations.AlterField(
            model_name='posting',
            name='currency',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='core.currency'),
        ),
        migrations.AlterField(
            model_name='posting',
            name='debit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='debits', to='portfolio.account'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='entry',
            trigger=pgtrigger.compiler.Trigger(name='not_into_a_closed_period', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF EXISTS (SELECT 1 FROM written w JOIN portfolio_book b ON b.id = w.book_id WHERE w.effective_on <= b.closed_through) THEN RAISE EXCEPTION 'the period is closed' USING ERRCODE = 'restrict_violation'; END IF; RETURN NULL;", hash='edef2eab96f264bbfbc2be08a924201d22f0a2bb', level='STATEMENT', operation='INSERT', pgid='pgtrigger_not_into_a_closed_period_52f13', referencing='REFERENCING NEW TABLE AS written ', table='portfolio_entry', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='posting',
            trigger=pgtrigger.compiler.Trigger(name='within_one_book', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF EXISTS (SELECT 1 FROM written w LEFT JOIN portfolio_entry e ON e.id = w.entry_id LEFT JOIN portfolio_account d ON d.id = w.debit_id LEFT JOIN portfolio_account c ON c.id = w.credit_id WHERE (w.book_id, d.book_id, c.book_id, w.effective_on, w.recorded_at, d.currency_id, c.currency_id) IS DISTINCT FROM (e.book_id, e.book_id, e.book_id, e.effective_on, e.recorded_at, w.currency_id, w.currency_id)) THEN RAISE EXCEPTION 'a posting stays within the book, day and currency of its entry and accounts' USING ERRCODE = 'check_violation'; END IF; RETURN NULL;", hash='e1725544ca20d67bb3e606f65ba91d24ab9ed924', level='STATEMENT', operation='INSERT', pgid='pgtrigger_within_one_book_bf447', referencing='REFERENCING NEW TABLE AS written ', table='portfolio_posting', when='AFTER')),
        ),
    ]
