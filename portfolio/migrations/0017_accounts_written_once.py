"""Accounts of the books are written once, also for the serving role."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

from core.append_only import without_the_right_to_change


class Migration(migrations.Migration):

    dependencies = [
        ('portfolio', '0016_illustrative_books'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='account',
            trigger=pgtrigger.compiler.Trigger(name='written_once', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'rows of this table are written once: add a row that corrects, do not change this one' USING ERRCODE = 'restrict_violation';", hash='3ab94698910da0d8d86747e4190201c4303182db', operation='UPDATE OR DELETE', pgid='pgtrigger_written_once_1cd93', table='portfolio_account', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='account',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'rows of this table are written once: add a row that corrects, do not change this one' USING ERRCODE = 'restrict_violation';", hash='80fbabf0d3cba0f718eeb49d65e4d6631fa221a0', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_bf068', table='portfolio_account', when='BEFORE')),
        ),
        without_the_right_to_change('portfolio_account'),
    ]
