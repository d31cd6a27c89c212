"""Everybody may open the pages of the demo; they are not installed in production."""

from core.people.policy import ANYONE, Row

ROWS = [
    Row("demo:doors", ANYONE),
    Row("demo:credentials", ANYONE),
    Row("demo:mailbox", ANYONE),
    Row("demo:mail", ANYONE),
]
