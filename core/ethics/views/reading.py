"""The list of reviews, one review with its whole history, and the calendar."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views import View

from core import clock
from core.audit import sentences
from core.ethics import forms, queries, words, workbooks
from core.exports import xlsx
from core.people import queries as people
from core.people.requests import PersonRequest
from core.web import tables

CALENDAR_DAYS = 90


class Reviews(View):
    """Every review that the reader may see, the most urgent standing first."""

    def get(self, request: PersonRequest) -> HttpResponse:
        form = forms.SearchForm(request.GET)
        wanted = form.wanted()
        found = _search(request, wanted)
        pages = tables.paginate(request, found)
        context: dict[str, Any] = {
            "form": form,
            "pages": pages,
            "lines": [(line, *words.STANDINGS[line.standing]) for line in pages.page.object_list],
            "searched": any(wanted.values()),
            "waiting": list(queries.answered_by_others(request.user)) if queries.may_open_any(request.user) else [],
            "may_open": request.may_open("manage:ethics_open"),
            "may_open_gate": request.may_open("manage:ethics_gate"),
            "illustrative": any(line.review.is_illustrative for line in found),
        }
        return render(request, "core/ethics/list.html", context)


class Conditions(View):
    """Every condition that the reader may see, those that are neither met nor waived first of all, the earliest due first."""

    def get(self, request: PersonRequest) -> HttpResponse:
        form = forms.ConditionSearchForm(request.GET)
        states, company = form.wanted()
        pages = tables.paginate(request, queries.conditions(request.user, states=states, company=company))
        today = clock.today()
        rows = [(one, *words.CONDITIONS[one.state], one.due_on < today) for one in pages.page.object_list]
        context: dict[str, Any] = {
            "form": form,
            "pages": pages,
            "rows": rows,
            "searched": bool(request.GET.get("state") or company),
            "illustrative": any(one.review.is_illustrative for one, *_rest in rows),
        }
        return render(request, "core/ethics/conditions.html", context)


class ReviewsWorkbook(View):
    def get(self, request: PersonRequest) -> HttpResponse:
        lines = _search(request, forms.SearchForm(request.GET).wanted())
        conditions = list(queries.conditions_visible_to(request.user))
        content = workbooks.reviews(lines, conditions, as_of=clock.today(), known_at=clock.now())
        return xlsx.response(content, name=f"ethics-reviews-{clock.today().isoformat()}")


class Review(View):
    """One review: how it stands, answers, conditions, the four eyes, and everything that was ever done to it."""

    def get(self, request: PersonRequest, public_id: str) -> HttpResponse:
        review = queries.get(request.user, public_id)
        (line,) = queries.lines([review], today=clock.today())
        events = list(queries.history(review))
        names = people.names_by_public_id(sentences.ids_in(events))
        context: dict[str, Any] = {
            "review": review,
            "line": line,
            "standing": words.STANDINGS[line.standing],
            "state": words.STATES[review.state],
            "risk": words.RISKS.get(review.risk, ""),
            "outcome": words.OUTCOMES.get(review.outcome, ""),
            "families": [words.family(code) for code in review.families],
            "principles": queries.principles(review.families),
            "asked": queries.asked(review),
            "conditions": [
                (one, *words.CONDITIONS[one.state])
                for one in review.conditions.select_related("owner").order_by("due_on", "pk")
            ],
            "permitted": queries.permitted(request.user, review),
            "history": [sentences.tell(event, names) for event in events],
            "renewal": getattr(review, "renewed_by", None),
        }
        return render(request, "core/ethics/review.html", context)


class Calendar(View):
    """What expires or falls due in the next ninety days, and what is late."""

    def get(self, request: PersonRequest) -> HttpResponse:
        found = queries.calendar(request.user, today=clock.today(), days=CALENDAR_DAYS)
        context = {
            "late": [(one, words.HAPPENINGS[one.what]) for one in found if one.is_late],
            "coming": [(one, words.HAPPENINGS[one.what]) for one in found if not one.is_late],
            "days": CALENDAR_DAYS,
            "today": clock.today(),
        }
        return render(request, "core/ethics/calendar.html", context)


def _search(request: PersonRequest, wanted: dict[str, str]) -> list[queries.Line]:
    reviews = queries.visible_to(request.user)
    if wanted.get("q"):
        reviews = reviews.filter(organisation__name__icontains=wanted["q"])
    if wanted.get("family"):
        reviews = reviews.filter(families__contains=[wanted["family"]])
    order = list(words.STANDINGS)
    lines = queries.lines(reviews, today=clock.today())
    lines = [line for line in lines if wanted.get("standing", "") in ("", line.standing)]
    return sorted(lines, key=lambda line: (order.index(line.standing), line.name, line.review.pk))
