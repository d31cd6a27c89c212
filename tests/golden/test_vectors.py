"""The worked examples, each a test; and the harness itself, which must not be kind."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.golden import adapters, compare, harness, second_method
from tests.golden.__main__ import VECTORS, main

CASES = [case for path in sorted(VECTORS.glob("*.json")) for case in json.loads(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_the_product_solves_a_worked_example(case):
    assert harness.solve(case) == []


OWN = [case for case in CASES if case["id"].startswith("own-")]


@pytest.mark.parametrize("case", OWN, ids=[case["id"] for case in OWN])
def test_our_own_examples_are_what_a_second_method_says(case):
    told = second_method.answer(case["kind"], case["inputs"])

    assert compare.differences(case["expected"], told, case.get("tolerance")) == []


def test_our_own_examples_use_every_term_of_the_format():
    """Every input, every word of a closed list and every status of the kinds that have an adapter."""
    used = {kind: set() for kind in adapters.ADAPTERS}
    for case in OWN:
        words = [case["inputs"].get(name) for name in ("day_count", "rounding", "minor_unit", "cap_by_unfunded")]
        used[case["kind"]] |= {*case["inputs"], *map(str, words), case["expected"].get("status")} - {None, "None"}

    day_counts = {"act/365F", "act/360", "act/act ISDA", "30E/360", "30/360 ISDA", "30/360 SIA"}
    solved = {"ok", "multiple_roots", "out_of_range", "no_root", "total_loss", "single_date", "no_sign_change"}
    assert used == {
        "xirr": {"flows", "day_count", "terminal_value"} | day_counts | solved,
        "irr": {"flows", "terminal_value"} | solved,
        "mirr": {"flows", "finance_rate", "reinvest_rate", "ok", "no_sign_change"},
        "present_value": {"flows", "rate", "day_count"} | day_counts,
        "curve_future_value": {"start", "curve", "flows", "value_date", "day_count"} | day_counts,
        "year_fraction": {"start", "end", "day_count"} | day_counts,
        "fund_multiples": {"flows", "nav", "committed", "ok", "no_paid_in"},
        "call_allocation": {
            "call_amount", "lps", "rounding", "minor_unit", "cap_by_unfunded", "largest_remainder", "residue_to_largest",
            "0.05", "1", "True", "False", "ok", "insufficient_unfunded",
        },
    }  # fmt: skip


def test_every_kind_that_has_an_adapter_has_an_example():
    assert {case["kind"] for case in CASES} == set(adapters.ADAPTERS)


def test_adapters_contain_no_arithmetic():
    tree = ast.parse(Path(adapters.__file__).read_text(encoding="utf-8"))
    annotations = {id(part) for node in ast.walk(tree) for field in _annotations(node) for part in ast.walk(field)}

    arithmetic = [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if id(node) not in annotations and _calculates(node)
    ]

    assert arithmetic == []


def _annotations(node):
    fields = [getattr(node, "annotation", None), getattr(node, "returns", None)]
    return [field for field in fields if field is not None]


CALCULATING = {
    "sum",
    "round",
    "abs",
    "min",
    "max",
    "pow",
    "divmod",
    "fsum",
    "prod",
    "quantize",
    "reduce",
    "eval",
    "exec",
}


def _calculates(node):
    if isinstance(node, ast.BinOp | ast.AugAssign):
        return True
    if isinstance(node, ast.UnaryOp):
        return not isinstance(node.op, ast.Not)
    if isinstance(node, ast.Import | ast.ImportFrom):
        return any(alias.name in {"math", "operator", "numpy", "pyxirr", "statistics"} for alias in node.names)
    return isinstance(node, ast.Name | ast.Attribute) and getattr(node, "id", getattr(node, "attr", "")) in CALCULATING


@pytest.mark.parametrize("text", ["a + b", "a += 1", "-a", "sum(a)", "a.quantize(b)", "import math"])
def test_the_search_for_arithmetic_finds_it(text):
    assert any(_calculates(node) for node in ast.walk(ast.parse(text)))


def write(folder, *cases, name="cases.json"):
    (folder / name).write_text(json.dumps(cases), encoding="utf-8")


def year(expected, *, kind="year_fraction", **rest):
    inputs = {"start": "2023-01-01", "end": "2024-01-01", "day_count": "act/365F"}
    return {"id": "a-year", "kind": kind, "inputs": inputs, "expected": expected, **rest}


def report(folder, *kinds):
    return list(harness.run(folder, kinds).lines())


def test_a_wrong_figure_is_named(tmp_path):
    write(tmp_path, year({"year_fraction": 1.1}), year({"year_fraction": 1.0}))

    assert report(tmp_path) == [
        "FAILED year_fraction cases.json a-year: year_fraction: expected 1.1, got 1.0 (tolerance 1E-9)",
        "year_fraction: 1 passed, 1 failed",
        "1 passed, 1 failed",
    ]


@pytest.mark.parametrize(
    ("story", "case"),
    [
        ("an expected key that the kind does not have", year({"years": 1.0})),
        ("nothing is expected", year({})),
        (
            "an unknown day count",
            year({"year_fraction": 1.0})
            | {"inputs": {"start": "2023-01-01", "end": "2024-01-01", "day_count": "act/364"}},
        ),
        ("no tolerance for what is not a number", year({"year_fraction": "1.0 years"}, tolerance=9)),
        ("a day that is none", year({"year_fraction": 1.0}) | {"inputs": {"start": "2023-02-30", "end": "2024-01-01"}}),
        (
            "an input that the kind does not have",
            year({"year_fraction": 1.0}) | {"inputs": {**year({})["inputs"], "holidays": []}},
        ),
        ("an unknown kind", year({"year_fraction": 1.0}, kind="years_between")),
        (
            "an end before its start",
            year({"year_fraction": -1.0})
            | {"inputs": {"start": "2024-01-01", "end": "2023-01-01", "day_count": "act/365F"}},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_understood_fails(tmp_path, story, case):
    write(tmp_path, case)

    assert report(tmp_path)[-1] == "0 passed, 1 failed"


def test_null_and_absent_mean_the_same(tmp_path):
    inputs = {"start": "2023-01-01", "end": "2024-01-01", "day_count": "act/365F", "holidays": None}
    write(tmp_path, year({"year_fraction": 1.0}, tolerance=None) | {"inputs": inputs})

    assert report(tmp_path)[-1] == "1 passed, 0 failed"


def test_a_kind_without_adapter_fails_even_without_cases(tmp_path):
    write(tmp_path, year({"year_fraction": 1.0}))

    assert report(tmp_path, "year_fraction", "clairvoyance") == [
        "FAILED clairvoyance has no adapter",
        "clairvoyance: 0 passed, 1 failed",
        "year_fraction: 1 passed, 0 failed",
        "1 passed, 1 failed",
    ]


def test_only_the_kinds_asked_for_are_run(tmp_path):
    write(tmp_path, year({"year_fraction": 1.0}), year({}, kind="pme"))

    assert report(tmp_path, "year_fraction")[-1] == "1 passed, 0 failed"


@pytest.mark.parametrize(
    "text", ["{", "{}", "[1]", '[{"id": "x", "kind": "xirr"}]', '[{"id": 1, "kind": [], "inputs": {}, "expected": {}}]']
)
def test_a_file_that_is_no_list_of_cases_fails(tmp_path, text):
    (tmp_path / "broken.json").write_text(text, encoding="utf-8")

    assert report(tmp_path)[-1] == "0 passed, 1 failed"


def test_a_folder_without_cases_fails(tmp_path):
    assert report(tmp_path)[-1] == "0 passed, 1 failed"


@pytest.mark.parametrize(
    ("story", "expected", "answer", "tolerance", "agrees"),
    [
        ("within the tolerance, the end included", {"a": 1.1}, {"a": 1.0}, 0.1, True),
        ("beyond it", {"a": 1.1}, {"a": 0.999}, 0.1, False),
        ("a tolerance of the key", {"a": 1, "b": 1}, {"a": 2, "b": 1}, {"a": 1, "default": 0}, True),
        ("the default of an object", {"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 1, "default": 0}, False),
        ("the tolerance of last resort", {"a": 1}, {"a": 1 + 1e-8}, {"b": 1}, False),
        ("money to the cent", {"a": "1250000.00"}, {"a": "1250000.01"}, 0, False),
        ("money in other words", {"a": "78900"}, {"a": "78900.00"}, 0, True),
        ("only some keys of an object", {"a": {"x": 1}}, {"a": {"x": 1, "y": 2}}, 0, True),
        ("a key of an object that is not there", {"a": {"z": 1}}, {"a": {"x": 1}}, 0, False),
        ("lists are complete", {"a": [1]}, {"a": (1, 2)}, 0, False),
        ("lists are in order", {"a": [1, 2]}, {"a": (2, 1)}, 0, False),
        ("null is not zero", {"a": None}, {"a": 0}, 1, False),
        ("true is not one", {"a": True}, {"a": 1}, 1, False),
        ("not a number is no number", {"a": 1}, {"a": float("nan")}, 1e9, False),
        ("words are equal or not", {"a": "ok"}, {"a": "no_root"}, 9, False),
        ("a list is no number", {"a": 1}, {"a": [1]}, 9, False),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_answers_are_compared_as_the_format_says(story, expected, answer, tolerance, agrees):
    assert (compare.differences(expected, answer, tolerance) == []) is agrees


def test_the_command_reports_and_exits(tmp_path, capsys):
    assert main([]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == f"{len(CASES)} passed, 0 failed"

    write(tmp_path, year({"year_fraction": 2}))

    assert main([str(tmp_path), "year_fraction xirr"]) == 1


def test_the_command_runs_without_servers():
    run = [sys.executable, "-m", "tests.golden", str(VECTORS), "xirr", "irr"]
    done = subprocess.run(run, capture_output=True, text=True, check=True, cwd=VECTORS.parents[2])

    asked = sum(case["kind"] in ("xirr", "irr") for case in CASES)
    assert done.stdout.splitlines()[-1] == f"{asked} passed, 0 failed"


def test_make_hands_over_the_folder_and_the_kinds():
    dry = ["make", "--no-print-directory", "--dry-run", "golden", "DIR=/some where", "KINDS=xirr irr"]
    done = subprocess.run(dry, capture_output=True, text=True, check=True, cwd=VECTORS.parents[2])

    assert done.stdout.rstrip().endswith('tests.golden "/some where" xirr irr')
