"""Documents as PDF, set by typst: tagged for screen readers (PDF/UA-1), in either language, with no address of the outside."""

from typing import Final

import typst

STANDARD: Final = "ua-1"


def write(template: str, *, title: str, language: str, values: dict[str, str]) -> bytes:
    """
    Set a document. ``template`` is typst markup of ours; what people typed stands in ``values`` alone, as plain text.

    The markup reads a value by ``sys.inputs.at("name")``, its title and language as ``title`` and ``language``.
    """
    inputs = values | {"title": title, "language": language}
    return typst.compile(template.encode(), sys_inputs=inputs, ignore_system_fonts=True, pdf_standards=STANDARD)
