"""A page as the sweeps read it: its forms with their fields, its links, and every text that somebody sees or hears."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNSEEN = {"script", "style", "template"}
SPOKEN = {"alt", "aria-label", "aria-description", "placeholder", "title"}
PLAIN = {"text", "search", "tel", "url"}


@dataclass
class Field:
    """``kind`` is what the browser shows: day, number, choice, text, hidden, file, email, password, check or button."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)
    limit: int | None = None
    is_required: bool = False


@dataclass
class Form:
    method: str
    action: str
    fields: list[Field] = field(default_factory=list)


@dataclass(frozen=True)
class Text:
    """Something to read or hear. ``language`` is what the nearest ``lang`` around it says, empty in what is not to be translated."""

    words: str
    language: str
    place: str


class Page(HTMLParser):
    """``Page.of(html)``."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.texts: list[Text] = []
        self._open: list[tuple[str, str]] = []
        self._form: Form | None = None
        self._field: Field | None = None

    @classmethod
    def of(cls, html: str) -> "Page":
        page = cls()
        page.feed(html)
        page.close()
        return page

    @property
    def language(self) -> str:
        return self._open[-1][1] if self._open else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        language = given.get("lang", self.language) if tag != "code" and given.get("translate") != "no" else ""
        spoken = [given[name] for name in sorted(SPOKEN & given.keys())]
        if tag == "input" and given.get("type") in {"submit", "button", "reset"}:
            spoken.append(given.get("value", ""))
        self.texts += [Text(words, language, f"{tag} attribute") for words in spoken if words.strip()]
        if tag not in VOID:
            self._open.append((tag, language))
        self._structure(tag, given)

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag in {one for one, _language in self._open}:
            if self._open.pop()[0] == tag:
                break
        if tag == "form":
            self._form = None
        if tag in {"select", "textarea"}:
            self._field = None

    def handle_data(self, data: str) -> None:
        tag = self._open[-1][0] if self._open else ""
        if tag in UNSEEN:
            return
        if tag == "textarea" and self._field:
            self._field.value += data
        elif data.strip():
            self.texts.append(Text(data, self.language, tag))

    def _structure(self, tag: str, given: dict[str, str]) -> None:
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self._form = Form(given.get("method", "get").lower(), given.get("action", ""))
            self.forms.append(self._form)
        elif tag == "option" and self._field:
            self._option(given)
        elif tag in {"input", "select", "textarea", "button"} and given.get("name") and self._form:
            self._add_field(tag, given)

    def _add_field(self, tag: str, given: dict[str, str]) -> None:
        """Boxes and radio buttons of one name are one field."""
        found = Field(given["name"], kind_of(tag, given), given.get("value", ""), is_required="required" in given)
        found.limit = int(given["maxlength"]) if given.get("maxlength", "").isdecimal() else None
        if given.get("type") in {"radio", "checkbox"} or tag == "button":
            found.options, found.value = [given.get("value", "on")], found.value if "checked" in given else ""
            known = next((one for one in self._form.fields if one.name == found.name), None)
            if known:
                known.options += found.options
                known.value = known.value or found.value
                return
        self._form.fields.append(found)
        self._field = found if tag in {"select", "textarea"} else self._field

    def _option(self, given: dict[str, str]) -> None:
        value = given.get("value", "")
        self._field.options.append(value)
        if "selected" in given:
            self._field.value = value


def kind_of(tag: str, given: dict[str, str]) -> str:
    """What a person is to give here."""
    kinds = {"date": "day", "datetime-local": "day", "radio": "choice", "checkbox": "check"}
    if tag in {"select", "textarea", "button"}:
        return {"select": "choice", "textarea": "text", "button": "button"}[tag]
    shown = given.get("type", "text")
    if shown in {"number", "range"} or given.get("inputmode") in {"decimal", "numeric"}:
        return "number"
    return "text" if shown in PLAIN else kinds.get(shown, shown)
