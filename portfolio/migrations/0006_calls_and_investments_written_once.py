"""The serving role loses the right to change approvals, notices, receipts and transactions."""

from django.db import migrations

from core.append_only import without_the_right_to_change


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0005_calls_and_investments")]

    operations = [
        without_the_right_to_change(
                "portfolio_callapproval",
                "portfolio_callnotice",
                "portfolio_receipt",
                "portfolio_receiptallocation",
                "portfolio_staketerms",
                "portfolio_transaction",
            )
    ]
