"""A period of the books that is closed stays closed."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('portfolio', '0019_stake_terms_as_published'),
    ]

    operations = [
        pgtrigger.migrations.AddTrigger(
            model_name='book',
            trigger=pgtrigger.compiler.Trigger(name='closed_stays_closed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."closed_through" < (OLD."closed_through") OR (NEW."closed_through" IS NULL AND OLD."closed_through" IS NOT NULL))', func="RAISE EXCEPTION 'a closed period stays closed' USING ERRCODE = 'restrict_violation';", hash='bc8e0650a50a62419486bc5eb8f993cc08e17ef1', operation='UPDATE', pgid='pgtrigger_closed_stays_closed_d9a78', table='portfolio_book', when='BEFORE')),
        ),
    ]
