"""Lists in pages and in order."""

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from core.money.models import Currency
from core.web import tables

requests = RequestFactory()


@pytest.fixture
def currencies(db):
    Currency.objects.all().delete()
    Currency.objects.bulk_create(Currency(code=f"XA{letter}", name_en=letter, name_fr=letter) for letter in "ABCDE")
    return Currency.objects.order_by("code")


@pytest.mark.parametrize(("asked", "shown"), [("1", "XAA"), ("3", "XAE"), ("9999", "XAE"), ("-1", "XAE"), ("x", "XAA")])
def test_a_page_that_is_not_there_gives_the_nearest(currencies, asked, shown):
    pages = tables.paginate(requests.get(f"/?page={asked}"), currencies, 2)

    assert pages.page.object_list[0].code == shown
    assert pages.total == 5


def test_the_links_between_pages_keep_the_query(currencies):
    request = requests.get("/?sort=-code&page=2")
    pages = tables.paginate(request, currencies, 2)

    links = Template('{% include "components/pages.html" %}').render(Context({"request": request, "pages": pages}))

    assert 'href="?sort=-code&amp;page=3" rel="next"' in links
    assert "3 to 4 of 5" in links


@pytest.mark.parametrize(
    ("asked", "order"),
    [("share", ("share", "amount")), ("-share", ("-share", "-amount")), ("password", ("name", "name_en"))],
)
def test_only_known_columns_sort(asked, order):
    assert (
        tables.sorting(requests.get(f"/?sort={asked}"), {"share": "amount", "name": "name_en"}, default="name") == order
    )
