"""The serving role loses the right to change policies, marks and approvals of runs."""

from django.db import migrations

from core.append_only import without_the_right_to_change


class Migration(migrations.Migration):
    dependencies = [("portfolio", "0008_valuations")]

    operations = [
        without_the_right_to_change("portfolio_valuationpolicy", "portfolio_mark", "portfolio_markapproval")
    ]
