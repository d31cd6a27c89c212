"""Gathers every text that people read and compiles the French: ``make messages``. It needs Babel and no gettext binaries.

``locale`` holds our own texts, exactly those that the code asks for. ``locale/packages`` holds texts of the packages that
bring no French of their own.
"""

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timezone
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("config", "core", "portfolio", "accelerator", "demo")
OURS = ROOT / "locale" / "fr" / "LC_MESSAGES" / "django.po"
OF_PACKAGES = ROOT / "locale" / "packages" / "fr" / "LC_MESSAGES" / "django.po"
CONTEXT_FIRST = ((1, "c"), 2)
KEYWORDS: dict[str, Any] = {
    **dict.fromkeys(("_", "_now", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), CONTEXT_FIRST),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
PLURAL = "nplurals=2; plural=(n > 1);"
DATED = datetime(2026, 1, 1, tzinfo=timezone.utc)
"""The day that a compiled catalogue bears: the same texts make the same file, whenever they are compiled."""


def texts() -> Iterator[tuple[str | tuple[str, str], str | None, str]]:
    """Every text that our code and templates ask for: the text (with its plural), its context, and the file."""
    for path in _files():
        source = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT).as_posix()
        if path.suffix != ".py":
            source = templatize(source, origin=name)
        for _line, function, found, _comments in extract_python(BytesIO(source.encode()), KEYWORDS, (), {}):
            if text := _text(function, found):
                yield *text, name


def gathered(existing: Catalog) -> Catalog:
    """A catalogue of exactly the texts that are asked for, with the French that ``existing`` has for them."""
    catalogue = _empty()
    for text, context, name in texts():
        known = existing.get(text, context) if isinstance(text, str) else existing.get(text[0], context)
        translation = known.string if known and _fits(known, text) else ""
        catalogue.add(text, translation or None, locations=[(name, 0)], context=context)
    return catalogue


def missing(catalogue: Iterable[Message]) -> list[str]:
    """Texts without French, and those marked as guesses."""
    return [str(message.id) for message in catalogue if message.id and (message.fuzzy or not _is_said(message))]


def main(extra: list[str]) -> int:
    """Gather, write and compile both catalogues; ``extra`` are files whose French is taken over first."""
    ours, packages = read(OURS), read(OF_PACKAGES)
    asked = {(text if isinstance(text, str) else text[0], context) for text, context, _name in texts()}
    for given in extra:
        for message in read(Path(given)):
            if message.id and _is_said(message):
                key = message.id if isinstance(message.id, str) else message.id[0]
                into = ours if (key, message.context) in asked else packages
                into.delete(key, message.context)
                into.add(message.id, message.string, context=message.context)
    ours = gathered(ours)
    for path, catalogue in ((OURS, ours), (OF_PACKAGES, packages)):
        _write(path, catalogue)
    lacking = missing(ours) + missing(packages)
    for text in lacking:
        print(f"  no French: {text!r}")  # noqa: T201 -- a command's answer
    print(f"  {len(ours)} texts of ours, {len(packages)} of packages, {len(lacking)} without French")  # noqa: T201 -- a command's answer
    return 1 if lacking else 0


def read(path: Path) -> Catalog:
    """A catalogue as it stands in a file; an empty one where there is none."""
    if not path.exists():
        return _empty()
    with path.open("rb") as file:
        return read_po(file, locale="fr")


def compiled(catalogue: Catalog) -> bytes:
    """The bytes of the ``.mo`` file: the same for the same catalogue on every machine."""
    catalogue.creation_date = catalogue.revision_date = DATED
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def _files() -> list[Path]:
    python = [path for name in PACKAGES for path in (ROOT / name).rglob("*.py") if "migrations" not in path.parts]
    templates = [path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"}]
    return sorted(python) + sorted(templates)


def _text(function: Any, found: object) -> tuple[str | tuple[str, str], str | None] | None:
    parts = [found] if isinstance(found, str) else [part for part in found or () if isinstance(part, str)]  # type: ignore[attr-defined]
    context = parts.pop(0) if function.startswith(("pgettext", "npgettext")) and parts else None
    if not parts or not parts[0].strip():
        return None
    if "ngettext" in function or "npgettext" in function:
        return ((parts[0], parts[1]), context) if len(parts) > 1 else None
    return parts[0], context


def _fits(known: Message, text: str | tuple[str, str]) -> bool:
    return isinstance(known.id, str) == isinstance(text, str)


def _is_said(message: Message) -> bool:
    said = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(said) and bool(said)


def _empty() -> Catalog:
    return Catalog(locale="fr", project="Innovation Fund Portfolio Manager", charset="utf-8", fuzzy=False)


def _write(path: Path, catalogue: Catalog) -> None:
    catalogue.fuzzy = False
    catalogue.revision_date = catalogue.creation_date = None  # type: ignore[assignment]
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = BytesIO()
    write_po(
        draft, catalogue, sort_output=True, include_lineno=False, width=120, omit_header=False, ignore_obsolete=True
    )
    lines = draft.getvalue().decode().splitlines(keepends=True)
    stamps = (
        '"POT-Creation-Date',
        '"PO-Revision-Date',
        '"Generated-By',
        '"Last-Translator',
        '"Language-Team',
        "# ",
        "#\n",
    )
    body = "".join(line for line in lines if not line.startswith(stamps))
    path.write_text(body, encoding="utf-8")
    path.with_suffix(".mo").write_bytes(compiled(read(path)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
