"""What may stand as a name: names come into mails that others get, where a link under them would be taken for ours."""

import re

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid

ODD = re.compile(r"[\x00-\x1f\x7f<>@\u2028\u2029\u202a-\u202e\u2066-\u2069]|[/\\]{2}|www\.", re.IGNORECASE)


class UnfitName(Invalid):
    code = "unfit_name"
    sentence = _("Write the name alone, without the address of a page or of a mailbox.")


def plain(name: str) -> str:
    """The name with single spaces. Raises UnfitName where it holds an address or signs that no name has."""
    if ODD.search(name):
        raise UnfitName(field="name")
    return " ".join(name.split())
