"""What an import is called where an entry or an event names it, told to the ledger and to the audit trail."""

from collections.abc import Iterable

from django.urls import reverse

from core.audit import sentences
from core.imports.models import Import
from portfolio.ledger import chart, subjects
from portfolio.ledger.subjects import Subject


def register() -> None:
    """Tell the ledger who knows imports, and the trail what the lines of the chart are called."""
    subjects.register("import", _imports)
    sentences.word("line", _line)


def _imports(ids: Iterable[str]) -> dict[str, Subject]:
    rows = Import.objects.filter(public_id__in=ids).values_list("public_id", "file_name")
    return {key: Subject(name, reverse("portfolio:import", args=[key])) for key, name in rows}


def _line(code: str) -> str:
    return str(chart.LINES[code].name) if code in chart.LINES else code
