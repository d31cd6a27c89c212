"""
The frame of every endpoint.

A request reaches an endpoint only through the door (``core.clients.door``): who calls and the scope were judged there by
the policy table. Here stand the question's strictness, pages, versions, keys, and the shape of answers and errors. What
may be seen is the part's own query, which is given the caller.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions, serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import cursors, keys, narrow, problems, versions
from core.api.callers import Caller
from core.api.fields import In, Out, Parameters
from core.api.prepared import prepared
from core.api.problems import Problem, fault
from core.api.schema import ContractSchema
from core.api.strict import StrictJSONParser
from core.errors import DomainError

LIMIT, CURSOR, FIELDS = "limit", "cursor", "fields"


class Nothing(Parameters):
    """No parameters."""


class Endpoint(APIView):
    """What all share. ``parameters`` reads the address; ``answers`` shows what is answered, ``takes`` reads the body."""

    authentication_classes: Any = []
    permission_classes: Any = []
    throttle_classes: Any = []
    parser_classes: Any = [StrictJSONParser]
    renderer_classes: Any = [JSONRenderer]
    schema = ContractSchema()
    parameters: ClassVar[type[Parameters]] = Nothing
    answers: ClassVar[type[Out]]
    takes: ClassVar[type[In] | None] = None
    summary: ClassVar[str] = ""
    """One line of the contract, in English, as its field names are."""
    group: ClassVar[str] = ""
    """Under which heading of the contract it stands."""
    examples: ClassVar[Mapping[str, Any]] = {}
    """An example of the body of each method; every one is run as a test."""

    @property
    def caller(self) -> Caller:
        caller: Caller = self.request._request.caller  # type: ignore[attr-defined]  # set by the door
        return caller

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Who calls was judged at the door; what is accepted is JSON alone."""
        self.format_kwarg = None
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request, force=True)
        if not _takes_json(request.headers.get("Accept", "")):
            raise Problem("not_acceptable", 406, _("Ask for application/json."))

    def handle_exception(self, exc: Exception) -> Any:
        return _answer_to(self.request._request, exc)

    def asked(self, parameters: type[Parameters] | None = None) -> dict[str, Any]:
        """The parameters of the address, checked: unknown, doubled and unfit ones are refused."""
        given = self.request.query_params
        if twice := [name for name, values in given.lists() if len(values) > 1]:
            detail = _("This parameter stands twice.")
            raise Problem("invalid", 400, detail, faults=[fault(f"?{name}", "twice", detail) for name in twice])
        try:
            found: dict[str, Any] = _reader(parameters or self.parameters).run_validation(given.dict())
        except serializers.ValidationError as refusal:
            faults = list(_faults(refusal.detail, "?"))
            raise Problem("invalid", 400, _("A parameter of the address does not fit."), faults=faults) from None
        return found

    def sent(self, takes: type[In] | None = None) -> dict[str, Any]:
        """The body, checked by ``takes``. Raises Problem with a pointer to everything that is wrong."""
        if not self.request.body:
            raise Problem("unreadable", 400, _("Send a body: an empty object where there is nothing to say."))
        reader = takes or self.takes
        form = reader(data=self.request.data) if reader else In(data=self.request.data)
        if not form.is_valid():
            raise Problem("invalid", 400, _("The body does not fit."), faults=list(_faults(form.errors, "/")))
        found: dict[str, Any] = form.validated_data
        return found

    def shown(self, thing: Any, answers: type[Out] | None = None) -> Any:
        """How a thing is shown."""
        return (answers or self.answers)(thing, context={"caller": self.caller}).data


class ListParameters(Parameters):
    """What every list takes."""

    limit = serializers.IntegerField(min_value=cursors.LEAST, max_value=cursors.MOST, required=False)
    cursor = serializers.CharField(max_length=300, required=False)
    fields_ = serializers.CharField(max_length=500, required=False)

    def get_fields(self) -> Any:
        """``fields`` is a name that the class itself needs."""
        found = super().get_fields()
        found[FIELDS] = found.pop("fields_")
        return found


class ListEndpoint(Endpoint):
    """A list in pages. ``rows`` gives what the caller may see, filtered by the parameters."""

    parameters: ClassVar[type[Parameters]] = ListParameters
    is_narrow: ClassVar[bool] = False
    """Whether rows are read as columns and shown without a serializer: where every field is one column of its own."""

    def get(self, request: Request, **kwargs: Any) -> Response:
        asked = self.asked()
        limit, cursor = asked.pop(LIMIT, cursors.USUAL), asked.pop(CURSOR, "")
        chosen = _chosen(asked.pop(FIELDS, ""), self.answers)
        question = f"{request.path}?{sorted((name, str(value)) for name, value in asked.items())}"
        rows, told = self.rows(**kwargs, **asked), {"cursor": cursor, "limit": limit, "question": question}
        data: Any
        if self.is_narrow:
            shape = narrow.shape(self.answers)
            with prepared():
                page = cursors.page(rows, columns=shape.columns, **told)
            data = shape.lines(page.rows)
        else:
            page = cursors.page(rows, **told)
            data = self.answers(self.prepared(page.rows), many=True, context={"caller": self.caller}).data
        data = [_only(row, chosen) for row in data] if chosen else data
        answer = Response({"data": data, "next": page.next or None})
        if page.next:
            query = request.query_params.copy()
            query[CURSOR] = page.next
            answer.headers["Link"] = f'<{request.path}?{query.urlencode()}>; rel="next"'
        return answer

    def rows(self, *args: Any, **asked: Any) -> QuerySet[Any]:
        raise NotImplementedError

    def prepared(self, rows: list[Any]) -> list[Any]:
        """What is shown of the rows of a page; for lists whose figures are reckoned for all of them at once."""
        return rows


class DetailEndpoint(Endpoint):
    """One thing, with its version."""

    def get(self, request: Request, **kwargs: Any) -> Response | HttpResponse:
        shown = self.shown(self.thing(**kwargs, **self.asked()))
        tag = versions.tag(shown)
        if versions.is_known(request._request, tag):
            return HttpResponse(status=304, headers={"ETag": tag})
        return Response(shown, headers={"ETag": tag})

    def thing(self, *args: Any, **asked: Any) -> Any:
        raise NotImplementedError

    def changed(self, thing: Any, change: Callable[[], Any]) -> Response:
        """Change a thing that the caller has locked, if it is the version that the client read."""
        versions.require(self.request._request, versions.tag(self.shown(thing)))
        shown = self.shown(change())
        return Response(shown, headers={"ETag": versions.tag(shown)})


class Posting:
    """For endpoints that take POST: each is done once under its key, in one transaction with the kept answer."""

    made: ClassVar[int] = 201
    """The status of what was done; 202 where it only began."""
    parameters_of_post: ClassVar[type[Parameters]] = Nothing
    answers_of_post: ClassVar[type[Out] | None] = None
    """Where a POST is answered with more than a row of the list shows."""

    def post(self: Any, request: Request, **kwargs: Any) -> Response:
        asked, key = self.asked(self.parameters_of_post), keys.read(request._request)
        sent = self.sent()
        answer: Response = keys.once(
            client=self.caller.client,
            key=key,
            method="POST",
            path=request.get_full_path(),
            body=request.data,
            at=clock.now(),
            answer=lambda: self.answer(self.done(sent, **kwargs, **asked)),
        )
        return answer

    def answer(self: Any, thing: Any) -> Response:
        """What is answered to what was done."""
        shown = self.shown(thing, self.answers_of_post)
        headers = {"ETag": versions.tag(shown)}
        if address := self.address(thing):
            headers["Location"] = address
        return Response(shown, status=self.made, headers=headers)

    def address(self, thing: Any) -> str:
        """Where what was made can be read."""
        return ""

    def done(self, *args: Any, **asked: Any) -> Any:
        """Call the one service. It checks who may, locks, and writes its audit row."""
        raise NotImplementedError


class Patching:
    """For endpoints that take PATCH: under the lock of the thing, if it is the version that the client read."""

    takes_change: ClassVar[type[In]]

    def patch(self: Any, request: Request, **kwargs: Any) -> Response:
        sent = self.sent(self.takes_change)
        with transaction.atomic():
            thing = self.locked(**kwargs)
            answer: Response = self.changed(thing, lambda: self.change(thing, sent))
        return answer

    def locked(self, *args: Any, **asked: Any) -> Any:
        """The thing, locked until the transaction ends. Raises NotFound."""
        raise NotImplementedError

    def change(self, thing: Any, sent: dict[str, Any]) -> Any:
        raise NotImplementedError


def faults_of_form(errors: Any) -> Iterable[dict[str, str]]:
    """Every error of a form as a fault with its pointer, for bodies whose parts are checked one by one."""
    yield from _faults(errors, "/")


@cache
def _reader(parameters: type[Parameters]) -> Parameters:
    """One for all requests: reading leaves nothing in it, and making it takes longer than reading."""
    return parameters()


def _chosen(told: str, answers: type[Out]) -> frozenset[str]:
    if not told:
        return frozenset()
    chosen, known = frozenset(told.split(",")), set(answers().fields)
    if unknown := sorted(chosen - known):
        detail = _("There is no field {names} here; there are {known}.").format(
            names=", ".join(unknown), known=", ".join(sorted(known))
        )
        raise Problem("invalid", 400, detail, faults=[fault("?fields", "unknown_field", detail)])
    return chosen


def _only(row: Mapping[str, Any], chosen: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name in chosen}


def _takes_json(accept: str) -> bool:
    kinds = {one.partition(";")[0].strip().lower() for one in accept.split(",")}
    return not accept or bool(kinds & {"application/json", "application/*", "*/*", "application/problem+json"})


def _faults(errors: Any, pointer: str) -> Iterable[dict[str, str]]:
    """Every error of a form with its pointer. ``non_field_errors`` speaks of the whole."""
    if isinstance(errors, Mapping):
        for name, inner in errors.items():
            here = (
                pointer
                if name == "non_field_errors"
                else f"{pointer}{str(name).replace('~', '~0').replace('/', '~1')}/"
            )
            yield from _faults(inner, here)
    elif isinstance(errors, list):
        for place, inner in enumerate(errors):
            if isinstance(inner, Mapping | list):
                yield from _faults(inner, f"{pointer}{place}/")
            else:
                yield fault(pointer.rstrip("/") or "", str(getattr(inner, "code", "invalid")), inner)


def _answer_to(request: HttpRequest, exc: Exception) -> HttpResponse:
    """Every refusal as a problem; what is none of ours is raised on, and answered as our own fault by the outer frame."""
    if isinstance(exc, Problem):
        return problems.of_problem(request, exc)
    if isinstance(exc, DomainError):
        return problems.of_refusal(request, exc)
    if isinstance(exc, exceptions.UnsupportedMediaType):
        return problems.response(request, 415, "unsupported_media_type", _("Send application/json."))
    if isinstance(exc, exceptions.MethodNotAllowed):
        return problems.response(request, 405, "method_not_allowed", _("This address does not take that method."))
    if isinstance(exc, exceptions.ParseError):
        return problems.response(request, 400, "unreadable", _("The body is not the JSON that this address reads."))
    raise exc
