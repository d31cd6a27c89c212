"""How public facts say where they come from and how sure they are."""

from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Promise] = {
    "SOLID": _("well attested"),
    "PARTIAL": _("attested in part"),
    "WEAK": _("one weak source"),
    "UNCONFIRMED": _("not confirmed"),
}


def confidence_in_words(mark: str) -> Promise | str:
    """The plain words for a mark of the data set; a mark with a remark keeps the remark."""
    return WORDS.get(mark.strip().upper(), mark)


def is_web_address(text: str) -> bool:
    """Whether a link may lead there: http or https with a host, nothing that runs or reads files."""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.username
