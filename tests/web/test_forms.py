"""Every form is rendered alike: label, hint, error, field; a summary whose lines lead to the fields."""

import re

from django import forms
from django.template import Context, Template
from django.test import RequestFactory


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="As on the papers", max_length=5)
    day = forms.DateField(label="Day")
    kind = forms.ChoiceField(label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    note = forms.CharField(label="Note", required=False, widget=forms.TextInput(attrs={"placeholder": "Note"}))
    agreed = forms.BooleanField(label="Agreed")
    own = forms.CharField(label="Own", error_messages={"required": "Say it in your own words."})


def test_an_error_is_said_at_the_field_and_in_the_summary_in_the_same_words():
    page = str(Sample({"name": "too long", "day": "soon"}))

    remedies = re.findall(r'<li><a href="#(\w+)">([^<]+)</a></li>', page)
    assert remedies == [
        ("id_name", "Shorten “Name” to 5 characters. It has 8."),
        ("id_day", "Write the day like 2026-09-30."),
        ("id_kind_0", "Choose “Kind”."),
        ("id_agreed", "Fill in “Agreed”."),
        ("id_own", "Say it in your own words."),
    ]
    for _id, sentence in remedies:
        assert page.count(sentence) == 2


def test_a_field_at_fault_names_its_hint_and_its_error():
    page = str(Sample({"name": "too long"}))

    field = re.search(r'<input type="text" name="name"[^>]*>', page)[0]
    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_name_helptext id_name_error"' in field
    assert 'id="id_name_helptext"' in page
    assert 'id="id_name_error"' in page


def test_what_was_typed_is_kept():
    assert 'value="too long"' in str(Sample({"name": "too long"}))


def test_optional_fields_are_marked_and_no_label_hides_inside_a_field():
    page = str(Sample())

    assert page.count("optional") == 2
    assert "placeholder" not in page


def test_a_form_without_errors_has_no_summary():
    assert 'class="summary"' not in str(Sample())


def test_the_title_of_a_page_with_an_error_says_so():
    title = Template("{% load pieces %}{% error_prefix %}Title")

    assert title.render(Context({"form": Sample({}), "request": RequestFactory().get("/")})) == "Error: Title"
    assert title.render(Context({"form": Sample(), "request": RequestFactory().get("/")})) == "Title"
