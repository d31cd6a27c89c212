"""The aggregate that carries a mark forward for what was bought, sold and written off since."""

from pathlib import Path

from django.db import migrations

MAKE = (Path(__file__).parent / "sql" / "carried.sql").read_text(encoding="utf-8")
UNMAKE = """
DROP AGGREGATE portfolio_carried(numeric, boolean, text, numeric, numeric, numeric);
DROP FUNCTION portfolio_carried_end(numeric[]);
DROP FUNCTION portfolio_carried_step(numeric[], numeric, boolean, text, numeric, numeric, numeric);
"""


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0009_valuations_written_once")]

    operations = [migrations.RunSQL(MAKE, UNMAKE)]
