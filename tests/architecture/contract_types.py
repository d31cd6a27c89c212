"""A kind of import contract that import-linter lacks: a package may import what is listed, and nothing else of ours."""

from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output
from importlinter.application import contract_utils


class OnlyContract(Contract):
    """``importers`` may import directly, beside each other, only ``allowed``; what is new is forbidden until listed."""

    type_name = "only"

    importers = fields.ListField(subfield=fields.StringField())
    allowed = fields.ListField(subfield=fields.ModuleExpressionField())
    ignore_imports = fields.SetField(subfield=fields.ImportExpressionField(), required=False)

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        alerting: Any = contract_utils.AlertLevel.NONE
        contract_utils.remove_ignored_imports_and_report(graph, self.ignore_imports, alerting)
        ours = set(self.session_options["root_packages"])
        inside = {name for root in self.importers for name in {root, *graph.find_descendants(root)}}
        allowed = set().union(*(graph.find_matching_modules(str(one)) for one in self.allowed))
        illegal = [
            f"{importer} -> {imported}"
            for importer in sorted(inside)
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if imported.split(".")[0] in ours and imported not in inside | allowed
        ]
        return ContractCheck(kept=not illegal, metadata={"illegal": illegal})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for line in check.metadata["illegal"]:
            output.print_error(f"- {line}", bold=False)
