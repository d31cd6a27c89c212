"""The Chromium of this machine."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from playwright.sync_api import Browser, BrowserType, Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
QUIET = (
    "--no-sandbox",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--js-flags=--min-semi-space-size=64",
)
"""It runs as root in a container too, and asks no other host for anything. With room for what is young (MiB), looking at a page
spends less of its time on clearing away."""


def found() -> str:
    """Where it stands; empty where there is none. CHROMIUM names another."""
    named = os.environ.get("CHROMIUM", "")
    return next(filter(None, map(shutil.which, (named, *NAMES) if named else NAMES)), "")


@contextmanager
def running() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = _launched(playwright.chromium)
        yield browser
        browser.close()


@contextmanager
def to_crash(beside: Browser) -> Iterator[Browser]:
    """One more, which may go down and take nobody else's pages with it."""
    browser = _launched(beside.browser_type)
    yield browser
    browser.close()


def crash(browser: Browser) -> None:
    """As when a machine goes off: no page is left, none is told."""
    with suppress(Error):
        browser.new_browser_cdp_session().send("Browser.crash")


def _launched(kind: BrowserType) -> Browser:
    return kind.launch(executable_path=found(), args=list(QUIET))
