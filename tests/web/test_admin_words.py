"""Nothing in the web admin is called by the name of a field, and nothing is shown by its code."""

import html
import re

import pytest
from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.safestring import mark_safe

from core.people.admin import RoleGrantAdmin
from core.people.models import RoleGrant
from core.templatetags.admin_words import breakable, yes_or_no
from core.web.admin import ReadOnlyAdmin
from tests.factories import people


@pytest.fixture
def office(system):
    """An administrator who reads French, beside an auditor."""
    people.person(role="auditor", email="auditor@example.org", system=system)
    with translation.override("en"):
        yield people.signed_in(Client(), people.person(role="administrator", language="fr", system=system))


def texts(response):
    """What stands in the cells and links of a page."""
    return [
        html.unescape(one) for one in re.findall(r">([^<>\n]+)</(?:td|th|a|dd|span|code)>", response.content.decode())
    ]


def names_of(model, model_admin):
    """What its list, its filters and its page call things."""
    fields = {field.name for field in model._meta.fields if field.editable and not field.auto_created} - {"password"}
    shown = fields | set(model_admin.list_display) | {name for name in model_admin.list_filter if isinstance(name, str)}
    labels = {str(label_for_field(name, model, model_admin)) for name in shown - {"__str__"}}
    return labels | {str(model._meta.verbose_name), str(model._meta.verbose_name_plural)}


def test_every_name_has_words_in_the_language_of_the_reader():
    without = {
        f"{model.__name__}: {name}"
        for model, model_admin in admin.site._registry.items()
        for name in names_of(model, model_admin)
        if name not in admin.site.columns and name[:1].lower() + name[1:] not in admin.site.columns
    }

    assert without == set()


def test_every_list_is_read_only_and_brings_no_script():
    for model_admin in admin.site._registry.values():
        assert isinstance(model_admin, ReadOnlyAdmin)
        assert str(model_admin.media) == ""


def test_yes_and_no_are_words():
    signs = mark_safe(
        '<td><img src="/static/admin/img/icon-yes.svg" alt="True"></td><td><img src="/static/admin/img/icon-no.svg" alt="False"></td>'
    )
    typed = '<img src="/static/admin/img/icon-no.svg" alt="False">'

    assert yes_or_no(signs) == "<td>Yes</td><td>No</td>"
    assert yes_or_no(typed) == typed


def test_a_long_address_may_break_at_its_joints_and_its_link_stays_whole():
    cell = mark_safe(
        '<td><a href="/admin/core/user/?address=long">https://example.org/a-long/address</a> short/one</td>'
    )

    assert breakable(cell) == (
        '<td><a href="/admin/core/user/?address=long">'
        "https://<wbr>example.<wbr>org/<wbr>a-<wbr>long/<wbr>address</a> short/one</td>"
    )


def test_a_code_reads_in_words_in_a_list_its_filters_and_on_a_page(office):
    grant = RoleGrant.objects.get(role="auditor")

    listed = texts(office.get(reverse("admin:core_rolegrant_changelist")))
    page = texts(office.get(reverse("admin:core_rolegrant_change", args=[grant.pk])))

    assert {"Auditeur", "Administrateur", "tout"} <= set(listed)
    assert {"Auditeur", "tout"} <= set(page)
    assert {"auditor", "administrator", "everywhere"} & {*listed, *page} == set()


def test_yes_and_no_are_words_in_a_list(office):
    listed = texts(office.get(reverse("admin:core_user_changelist")))

    assert (listed.count("oui"), listed.count("non")) == (3, 3)


def test_a_column_of_words_sorts_by_what_is_kept(office):
    place = RoleGrantAdmin.list_display.index("role")

    upwards = office.get(reverse("admin:core_rolegrant_changelist", query={"o": place}))
    downwards = office.get(reverse("admin:core_rolegrant_changelist", query={"o": -place}))

    cells = [re.findall(r'<td class="field-role">([^<]+)', answer.content.decode()) for answer in (upwards, downwards)]
    assert cells == [["Administrateur", "Auditeur"], ["Auditeur", "Administrateur"]]
    assert upwards.content.decode().count('<a class="sort"') == len(RoleGrantAdmin.list_display)


def test_a_page_asked_by_an_empty_field_is_found_by_its_key(office):
    grant = RoleGrant.objects.get(role="auditor")

    answer = office.get(reverse("admin:core_rolegrant_change", args=[grant.pk], query={"_to_field": ""}))

    assert answer.status_code == 200
