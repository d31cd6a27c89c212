"""The measurements are there to be started: every module of them can be imported."""

import pkgutil
from importlib import import_module

import bench.rows


def test_every_row_of_the_bench_can_be_imported():
    names = [found.name for found in pkgutil.iter_modules(bench.rows.__path__)]

    assert {"books", "pages", "pool", "xirr"} <= set(names)
    assert [import_module(f"bench.rows.{name}").__name__ for name in names]
