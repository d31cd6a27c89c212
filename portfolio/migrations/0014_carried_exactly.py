"""A mark is carried forward as a fraction that is rounded once, as it is in Python."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"
MAKE = (SQL / "carried_exactly.sql").read_text(encoding="utf-8")
STEP = (SQL / "carried_by_share.sql").read_text(encoding="utf-8")
_STEP, _AND, _REST = (SQL / "carried.sql").read_text(encoding="utf-8").partition("END $$;")
END = _REST[: _REST.index("CREATE AGGREGATE")].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0013_no_more_leaves_than_is_held")]

    operations = [migrations.RunSQL(MAKE, STEP + END)]
