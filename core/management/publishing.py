"""What commands that publish a file for somebody share."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import CommandError

from core.people import queries as people
from core.people.models import User


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="CSV or XLSX, heads in English, in French or as codes")
    parser.add_argument("--by", required=True, help="address of the ethics officer who publishes")


def content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror}.") from None


def person(address: str) -> User:
    found = people.by_email(address)
    if found is None or not found.is_active:
        raise CommandError(f"No active account has the address {address}.")
    return found
