"""Somebody with a keyboard and no mouse. At every step the focus must be seen."""

from playwright.sync_api import Page

FOCUS = """
() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const style = getComputedStyle(one);
  const ringed = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
  const label = one.labels?.length ? one.labels[0].textContent : "";
  const name = (one.getAttribute("aria-label") || label || one.textContent || one.value || "").replace(/\\s+/g, " ").trim();
  const edges = one.getClientRects();
  const seen = [...edges].some((edge) => {
    const places = [[0.5, 0.5], [0.05, 0.5], [0.95, 0.5], [0.5, 0.1], [0.5, 0.9]];
    return places.some(([across, down]) => {
      const top = document.elementFromPoint(edge.left + edge.width * across, edge.top + edge.height * down);
      return top && (top === one || one.contains(top) || (top.contains(one) && top.matches("label, summary, a, button")));
    });
  });
  return { name, tag: one.tagName, id: one.id, ringed, seen, html: one.outerHTML.slice(0, 160) };
}
"""
MOST_STEPS = 200


class Lost(AssertionError):
    """The focus is where nobody sees it, or does not come to where it was wanted."""


class Keys:
    """Walks a page by its Tab order."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.emulate_media(reduced_motion="reduce")  # else the page is still rolling when it is looked at

    def step(self, key: str = "Tab") -> dict | None:
        """Go on by one; what has the focus now, or None where the browser's own bars have it."""
        self.page.keyboard.press(key)
        focus = self.page.evaluate(FOCUS)
        if focus and not focus["ringed"]:
            raise Lost(f"no ring around {focus['html']}")
        if focus and not focus["seen"]:
            raise Lost(f"out of sight: {focus['html']}")
        return focus

    def to(self, name: str, *, tag: str = "", key: str = "Tab") -> dict:
        """Go on until something with this name (a part of it is enough) has the focus."""
        met = []
        for _step in range(MOST_STEPS):
            focus = self.step(key)
            if focus and name in focus["name"] and focus["tag"].startswith(tag.upper()):
                return focus
            met.append(focus["name"][:40] if focus else "–")
        raise Lost(f"{name!r} is not met among {met}")

    def press(self, name: str, *, tag: str = "", key: str = "Enter") -> None:
        """Go to something and press it; the page that follows is waited for where one follows."""
        self.to(name, tag=tag)
        self.page.keyboard.press(key)
        self.page.wait_for_load_state()

    def follow(self, name: str, *, tag: str = "") -> None:
        """Go to something that opens another page, and wait for that page."""
        self.to(name, tag=tag)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def fill(self, name: str, text: str) -> None:
        self.to(name, tag="input")
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.type(text)

    def choose(self, name: str, option: str) -> None:
        """Go to a list and down to what is wanted."""
        self.to(name, tag="select")
        for _step in range(MOST_STEPS):
            if option in self.page.evaluate("document.activeElement.selectedOptions[0].textContent"):
                return
            self.page.keyboard.press("ArrowDown")
        raise Lost(f"{name!r} does not offer {option!r}")
