"""A write-off takes its share of the mark with it, as a sale does."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
MAKE = (SQL / "carried_by_share.sql").read_text(encoding="utf-8")
STEP, _AND, _REST = (SQL / "carried.sql").read_text(encoding="utf-8").partition("END $$;")
UNMAKE = STEP.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION") + _AND


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0010_carried")]

    operations = [migrations.RunSQL(MAKE, UNMAKE)]
