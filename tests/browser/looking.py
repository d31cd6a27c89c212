"""Questions that are put to an open page, in its own language."""

AXE = """
async (without) => {
  const asked = (rule) => !without.includes(rule.ruleId) && !rule.tags.some((tag) => tag.endsWith("aaa"));
  const rules = axe.getRules().filter(asked);
  const all = Object.fromEntries(rules.map((rule) => [rule.ruleId, { enabled: true }]));
  for (const rule of without) all[rule] = { enabled: false };
  const { violations } = await axe.run({ rules: all, resultTypes: ["violations"] });
  return violations.map(({ id, nodes }) => `${id}, ${nodes.length} times: ${nodes[0].html.slice(0, 200)}`);
}
"""
"""Rules that axe leaves off by itself (the size of targets among them) are on."""

COLOURS = ["color-contrast"]
"""The rule that takes axe longer than all the others."""

FEWER_ROWS = """
() => {
  for (const rows of document.querySelectorAll("tbody, main ul, main ol")) {
    for (const one of [...rows.children].slice(5, -2)) one.remove();
  }
}
"""
"""Leaves the first five and the last two rows of each list and table."""

OVERFLOWS = """
() => {
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`scrolls sideways, ${root.scrollWidth} px wide`);
  const name = (one) => one.outerHTML.replace(/\\s+/g, " ").slice(0, 120);
  const scrolls = (one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
  for (const box of document.querySelectorAll("main, .panel, .asof, .top, .float, .note, .foot")) {
    const { right } = box.getBoundingClientRect();
    if (!right) continue;
    for (const one of box.querySelectorAll("*")) {
      const edge = one.getBoundingClientRect();
      if (!edge.width || edge.right <= right + 1 || one.closest(".vh, svg, [popover]:not(.nav)")) continue;
      let around = one.parentElement;
      while (around !== box && !scrolls(around)) around = around.parentElement;
      if (around === box && !scrolls(box)) { found.push(`sticks out of its box: ${name(one)}`); break; }
    }
  }
  for (const one of document.querySelectorAll("main :is(dt, dd, th, td, p, li)")) {
    const { width, height } = one.getBoundingClientRect();
    const words = one.textContent.trim();
    if (width && width < 48 && height > 4 * width && words.length > 20) found.push(`is squeezed: ${name(one)}`);
  }
  for (const one of document.querySelectorAll("body *")) {
    const style = getComputedStyle(one);
    const cut = ["hidden", "clip"].includes(style.overflowX) && one.scrollWidth > one.clientWidth + 1;
    if (cut && one.clientWidth > 1 && !one.closest("svg, input, select, .vh, .sprite")) found.push(`is cut off: ${name(one)}`);
  }
  return found;
}
"""
"""What is wider than the room that it has, other than tables in a region of their own, and words left with no room."""

IS_PLAIN = "() => document.documentElement.lang === 'en' && matchMedia('(prefers-color-scheme: light)').matches"

DANGLING = """
() => {
  const found = [];
  const refers = ["for", "form", "popovertarget", "aria-labelledby", "aria-describedby", "aria-controls", "href"];
  for (const name of refers) {
    for (const one of document.querySelectorAll(`[${name}]:not(use)`)) {
      const value = one.getAttribute(name);
      if (name === "href" && !value.startsWith("#")) continue;
      for (const id of value.replace(/^#/, "").split(/\\s+/)) {
        if (!document.getElementById(id)) found.push(`${name}="${value}" names nothing on this page`);
      }
    }
  }
  return found;
}
"""
"""What names another element of the page that is not there."""

_FIELDS = "input:not([type=hidden], [type=radio]), select, textarea"
_FORMS = f"""[...document.querySelectorAll("main form[method=post]")].filter(
  (form) => form.querySelector("{_FIELDS}") && form.querySelector("button:not([type=button])"))"""
FORMS_OF_MAIN = f"() => {_FORMS}.length"
"""How many forms the page has in which something is to be filled in and sent."""

EMPTY_FORM = f"""
(number) => {{
  const form = {_FORMS}[number];
  for (const field of form.querySelectorAll("{_FIELDS}")) {{
    if (field.type === "checkbox") field.checked = false;
    else field.value = "";
  }}
  form.querySelector("button:not([type=button]):not([formnovalidate])").click();
}}
"""
"""Empties one of them and sends it, by the button that keeps what was typed."""
