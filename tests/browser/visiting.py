"""Opens pages as somebody, in a language and a light, and says what is wrong with what is seen."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, Page

from core.people.models import User
from tests.browser import people
from tests.browser.looking import AXE, COLOURS, DANGLING, FEWER_ROWS, IS_PLAIN, OVERFLOWS
from tests.sampling import FULL

DESK = {"width": 1280, "height": 800}
PHONE = {"width": 320, "height": 700}
AXE_ITSELF = Axe().axe_script
PICTURES = os.environ.get("PICTURES", "")
"""A folder in which a picture of every page that is looked at is kept, for whoever wants to see them."""


@dataclass
class Seat:
    """One actor's open page, and what the browser said about it since the last visit."""

    page: Page
    status: int = 0
    said: list[str] = field(default_factory=list)


class Visits:
    """A browser in which everybody stays signed in, so that a visit costs a request and no sign-in."""

    def __init__(self, browser: Browser, site: str, world) -> None:
        self.browser, self.site, self.world = browser, site, world
        self.seats: dict[str, Seat] = {}

    def close(self) -> None:
        for seat in self.seats.values():
            seat.page.context.close()

    def open(self, path: str, *, who=people.VISITOR, language="en", theme="light", keep_cookies=False) -> Page:
        """The page at ``path`` at a desk's width. A visitor has no cookie of an earlier visit unless they are kept."""
        seat = self.seat(who, language, theme, keep_cookies=keep_cookies)
        seat.page.set_viewport_size(DESK)
        seat.status = seat.page.goto(self.site + path).status
        return seat.page

    def seat(self, who: str, language="en", theme="light", *, keep_cookies=False) -> Seat:
        seat = self.seats.get(who) or self._take(who)
        actor = self.world.actor(who)
        if actor.user:
            people.prove(actor)
            User.objects.filter(pk=actor.user.pk).update(language=language)
        else:
            if not keep_cookies:
                seat.page.context.clear_cookies()
            self.remember(seat.page, language=language)
        seat.page.emulate_media(color_scheme=theme)
        seat.said.clear()
        return seat

    def remember(self, page: Page, **cookies: str) -> None:
        page.context.add_cookies([{"name": name, "value": value, "url": self.site} for name, value in cookies.items()])

    def sit_down(self, who: str, *, browser: Browser | None = None, **options) -> Page:
        """A page of its own, in English, in a browser with these options; the caller closes its context."""
        context = (browser or self.browser).new_context(**{"viewport": DESK, "locale": "en", **options})
        context.add_init_script(AXE_ITSELF)
        page = context.new_page()
        if (actor := self.world.actor(who)).session:
            people.prove(actor)
            User.objects.filter(pk=actor.user.pk).update(language="en")
            self.remember(page, **{settings.SESSION_COOKIE_NAME: actor.session})
        return page

    def _take(self, who: str) -> Seat:
        seat = self.seats[who] = Seat(self.sit_down(who))
        seat.page.on("console", lambda message: self._note(seat, message))
        seat.page.on("pageerror", lambda error: seat.said.append(f"script: {error}"))
        return seat

    def _note(self, seat: Seat, message) -> None:
        """An error page is an answer, though the browser calls it an error."""
        if message.type in {"error", "warning"} and message.location.get("url") != seat.page.url:
            seat.said.append(f"console: {message.text}")


def faults(visits: Visits, who: str, *, name: str, with_colours: bool = True) -> list[str]:
    """
    What is wrong with the page that somebody sees, at 320 px and at a desk's width. Of rows that one loop draws axe is shown
    the first and the last few, with FULL all; and with FULL the narrow page, too, where it is English and light.
    """
    seat = visits.seats[who]
    page = seat.page
    found = page.evaluate(DANGLING)
    is_narrow_asked = FULL and page.evaluate(IS_PLAIN)
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        found += [f"{size['width']} px: {one}" for one in page.evaluate(OVERFLOWS)]
        keep_picture(page, f"{name}-{size['width']}")
        if is_narrow_asked and size is PHONE:
            found += [f"320 px: {one}" for one in axe(page)]
    if not FULL:
        page.evaluate(FEWER_ROWS)
    found += axe(page, without=[] if with_colours or FULL else COLOURS)
    return [f"{urlsplit(page.url).path}: {fault}" for fault in found + seat.said]


def expect_no_faults(visits: Visits, who: str, *, name: str, with_colours: bool = True) -> None:
    """
    Fail with every fault of the page that somebody sees; ``name`` is what its picture is called.

    Contrasts of a page that another test sees, too, may be left to FULL.
    """
    if found := faults(visits, who, name=name, with_colours=with_colours):
        pytest.fail("\n".join(found), pytrace=False)


def axe(page: Page, *, without: Iterable[str] = ()) -> list[str]:
    """What axe finds, by all its rules but those of level AAA and ``without``, with no element excluded."""
    return page.evaluate(AXE, list(without))


def keep_picture(page: Page, name: str) -> None:
    if PICTURES:
        file = re.sub(r"[^\w.-]+", "_", name) + ".png"
        page.screenshot(path=Path(PICTURES) / file, full_page=True)
