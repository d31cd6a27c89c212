"""The public pages: programmes, one programme with its cohort, and the network; each with its workbook."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from accelerator.challenges import queries as programmes
from accelerator.challenges import words
from accelerator.cohorts import queries as cohorts
from accelerator.dashboards import drawings, sheets
from accelerator.dashboards.forms import MemberFilters
from accelerator.test_centres import queries as test_centres
from core import clock
from core.exports import xlsx


class Programmes(View):
    """Every published programme, the latest call first."""

    def get(self, request: HttpRequest) -> HttpResponse:
        context = {"programmes": programmes.programmes(), "known_at": clock.now()}
        return render(request, "accelerator/programmes.html", context)


class Programme(View):
    """One programme: call, challenges, funnel, and the members that fit what the visitor looks for."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        programme = programmes.programme(slug)
        facets = cohorts.facets(programme.public_id)
        form = MemberFilters(request.GET, facets=facets)
        context = {
            "programme": programme,
            "funnel": programme.funnel,
            "chart": drawings.funnel(programme),
            "shared_source": _shared_source(programme.challenges),
            "form": form,
            "members": cohorts.members(programme.public_id, form.filters()),
            "looked_for": " · ".join(form.words()),
            "total": facets.total,
            "named_share": drawings.named_share(facets.total, programme.funnel.phase_1.count),
            "query": request.GET.urlencode(),
            "known_at": clock.now(),
            "calls": [
                (one, words.WINDOWS[one.stands])
                for one in programmes.published_calls(at=clock.now(), programme=programme.public_id)
            ],
        }
        return render(request, "accelerator/programme.html", context)


def _shared_source(challenges: Sequence[programmes.Topic]) -> programmes.Topic | None:
    """A challenge that speaks for all: where one source published them together, it is named once."""
    sources = {(one.source, one.basis) for one in challenges}
    return challenges[0] if len(sources) == 1 else None


class MembersSheet(View):
    """The members that fit the same filters, as a workbook."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        programme = programmes.programme(slug)
        form = MemberFilters(request.GET, facets=cohorts.facets(programme.public_id))
        found = cohorts.members(programme.public_id, form.filters())
        words = form.words()
        remarks = [_("Limited to: %(words)s") % {"words": " · ".join(words)}] if words else []
        title = _("Named members, %(programme)s") % {"programme": programme.name}
        about = sheets.about(title, as_of=clock.today(), known_at=clock.now(), remarks=remarks)
        return xlsx.response(xlsx.workbook(about, [sheets.members(found)]), name=f"members-{programme.slug}")


class FiguresSheet(View):
    """Funnel, rates and challenges of one programme, as a workbook."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        programme = programmes.programme(slug)
        remarks = [str(programme.note)] if programme.note else []
        about = sheets.about(str(programme.name), as_of=clock.today(), known_at=clock.now(), remarks=remarks)
        pages = [sheets.figures(programme), sheets.rates(programme), sheets.challenges(programme)]
        return xlsx.response(xlsx.workbook(about, pages), name=f"figures-{programme.slug}")


class Network(View):
    """Accelerator sites, test centres, nations and mentors over time."""

    def get(self, request: HttpRequest) -> HttpResponse:
        network = test_centres.network()
        sizes = [(sheets.measure_name(size.measure), size) for size in network.all()]
        latest = [
            (sheets.measure_name(side[-1].measure), side[-1])
            for side in (network.test_centres, network.accelerator_sites, network.nations, network.mentors)
            if side
        ]
        context = {"sizes": sizes, "latest": latest, "chart": drawings.network(network), "known_at": clock.now()}
        return render(request, "accelerator/network.html", context)


class NetworkSheet(View):
    """The figures of the network, as a workbook."""

    def get(self, request: HttpRequest) -> HttpResponse:
        about = sheets.about(_("The network over time"), as_of=clock.today(), known_at=clock.now())
        return xlsx.response(xlsx.workbook(about, [sheets.network(test_centres.network())]), name="network")
