"""Small pieces of pages: what they link to, what they hide, what they say."""

from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import RequestFactory


def render(body, **context):
    return Template("{% load pieces %}" + body).render(Context(context))


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//host/path",
        "https://",
        "http://a@b/",
        "a book",
    ],
)
def test_a_source_that_is_no_web_address_is_text(address):
    page = render("{% source address %}", address=address)

    assert "<a" not in page


def test_a_source_on_the_web_is_a_link_with_its_confidence_in_words():
    page = render('{% source address "PARTIAL" %}', address="https://www.example.org/a?b=<c>")

    assert page == (
        '<span class="source">Public figure · '
        '<span lang="en">'
        '<a href="https://www.example.org/a?b=&lt;c&gt;" rel="noopener noreferrer external">example.org</a></span>'
        " · attested in part</span>"
    )


@pytest.mark.parametrize(
    ("value", "token"),
    [("0.5", "line-strong"), ("0.89", "line-strong"), ("0.9", "warn"), ("1", "warn"), ("1.01", "stop")],
)
def test_a_bar_against_its_limit_has_colour_only_near_it(value, token):
    page = render("{% bullet value limit maximum %}", value=Decimal(value), limit=Decimal(1), maximum=Decimal(2))

    assert page.count(f'fill="var(--{token})"') == 1


def test_a_head_of_numbers_sorts_the_largest_first_and_then_turns():
    requests = RequestFactory()
    head = '{% sort_head "share" "Share" "n" %}'

    untouched = render(head, request=requests.get("/?as_of=2024-01-01&page=3"))
    largest_first = render(head, request=requests.get("/?sort=-share"))

    assert (
        untouched == '<th scope="col" class="n"><a class="sort" href="?as_of=2024-01-01&amp;sort=-share">Share</a></th>'
    )
    assert 'aria-sort="descending"' in largest_first
    assert 'href="?sort=share"' in largest_first


def test_a_confidence_that_nobody_knows_is_text():
    page = render('{% source "a book" mark %}', mark="<b>sure</b>")

    assert page == '<span class="source">Public figure · <span lang="en">a book</span> · &lt;b&gt;sure&lt;/b&gt;</span>'
