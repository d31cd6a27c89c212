"""Nothing in the web admin is called by the name of a field."""

from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.utils.safestring import mark_safe

from core.templatetags.admin_words import breakable, yes_or_no
from core.web.admin import ReadOnlyAdmin


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
