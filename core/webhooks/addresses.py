"""Which addresses may be called (pure): names in the public internet over https, and nothing that leads inside."""

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LONGEST, LONGEST_NAME = 500, 253
HTTPS_PORT = 443
PORTS = frozenset({HTTPS_PORT, 8443})
INSIDE = (
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "private",
    "arpa",
    "onion",
    "test",
    "invalid",
)
"""Last parts of names that are nobody's in the public internet. Whatever else resolves inside is caught when it is dialled."""
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PLAIN = re.compile(r"[\x21-\x7e]+")


class Fault(StrEnum):
    """What is wrong with an address as it is written."""

    LENGTH = "length"
    CHARACTERS = "characters"
    SCHEME = "scheme"
    USER = "user"
    FRAGMENT = "fragment"
    PORT = "port"
    NUMBER = "number"
    NAME = "name"
    INSIDE = "inside"


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart: ``host`` in the letters of the domain name system, ``path`` with its query."""

    scheme: str
    host: str
    port: int
    path: str


def _networks(*written: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(one) for one in written)


# IANA's special-purpose registries, by what they would let through: this host, private and shared networks, link-local with its
# metadata services, tests and documentation, relays and translations that hide another address, multicast and what is reserved.
REFUSED_V4 = _networks(
    *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"),
    *("192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24"),
    *("224.0.0.0/4", "240.0.0.0/4"),
)
PUBLIC_V6 = ipaddress.ip_network("2000::/3")
"""All that is given out; v4 in v6, NAT64, unique local, link-local, site-local and multicast addresses lie outside."""
REFUSED_V6 = _networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "3ffe::/16")


def is_public(address: IPAddress) -> bool:
    """Whether the address is one machine of the public internet, written without another address inside it."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in REFUSED_V4)
    return address.scope_id is None and address in PUBLIC_V6 and not any(address in network for network in REFUSED_V6)


def fault_of(
    url: str, *, schemes: frozenset[str] = frozenset({"https"}), ports: frozenset[int] = PORTS
) -> Fault | None:
    """What is wrong with an address; None where it may be dialled, and is then judged by where its name leads."""
    if not 1 <= len(url) <= LONGEST:
        return Fault.LENGTH
    if not _PLAIN.fullmatch(url) or "\\" in url:
        return Fault.CHARACTERS
    try:
        parts = urlsplit(url)
        port = parts.port or HTTPS_PORT
    except ValueError:
        return Fault.NAME
    wrong = {
        Fault.SCHEME: parts.scheme not in schemes,
        Fault.USER: "@" in parts.netloc,
        Fault.FRAGMENT: "#" in url,
        Fault.PORT: port not in ports,
    }
    return next((fault for fault, is_so in wrong.items() if is_so), None) or _fault_of_host(parts.hostname or "")


def _fault_of_host(host: str) -> Fault | None:
    """A name with a dot, none of whose kinds of number a resolver would take for an address: ``127.1``, ``0x7f.1``, ``[::1]``."""
    labels = host.removesuffix(".").split(".")
    if ":" in host or _NUMBER.fullmatch(labels[-1]):
        return Fault.NUMBER
    if labels[-1] in INSIDE:
        return Fault.INSIDE
    if len(host) > LONGEST_NAME or len(labels) == 1 or not all(_LABEL.fullmatch(one) for one in labels):
        return Fault.NAME
    return None


def taken_apart(url: str) -> Target:
    """An address without a fault."""
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, (parts.hostname or "").removesuffix("."), parts.port or HTTPS_PORT, path)
