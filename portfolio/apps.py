"""The fund's app."""

from importlib import import_module

from django.apps import AppConfig


class PortfolioConfig(AppConfig):
    name = "portfolio"
    label = "portfolio"

    def ready(self) -> None:
        """Gather the tasks, and tell the parts below what only those above know."""
        import_module("portfolio.tasks")
        import_module("portfolio.investments.reviewing").register()
        import_module("portfolio.funds.deciding").register()
        import_module("portfolio.investments.deciding").register()
        ledger = import_module("portfolio.ledger.invariants")
        for part in ("capital_calls", "investments", "valuations"):
            known = import_module(f"portfolio.{part}.invariants")
            ledger.register(known.INVARIANTS, getattr(known, "REMARKS", ()))
        for part in ("capital_calls", "investments", "fees"):
            import_module(f"portfolio.{part}.correcting").register()
        import_module("portfolio.valuations.opened").register()
        import_module("portfolio.valuations.valuing").register()
        import_module("portfolio.performance.counting").register()
        import_module("portfolio.performance.feed").register()
