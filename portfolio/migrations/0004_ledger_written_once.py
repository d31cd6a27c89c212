"""The serving role loses the right to change the books' rows that are written once."""

from django.db import migrations

from core.append_only import without_the_right_to_change


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0003_ledger")]

    operations = [
        without_the_right_to_change(
                "portfolio_entry", "portfolio_posting", "portfolio_closedperiod", "portfolio_closingbalance"
            )
    ]
