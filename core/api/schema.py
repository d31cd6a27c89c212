"""The contract as OpenAPI 3.1 tells it: each endpoint says what it takes and shows, and here stands how that is written."""

from functools import cache
from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from core.api.fields import Out
from core.api.problems import MEDIA_TYPE

READ_PROBLEMS = {
    400: "A parameter does not fit.",
    401: "No token, or one that has ended.",
    403: "The client lacks the scope, or calls from an address that it did not name.",
    404: "There is nothing here, or nothing that this client may see.",
    406: "Something else than JSON was asked for.",
    429: "Too many calls in this minute.",
}
WRITE_PROBLEMS = {
    **READ_PROBLEMS,
    400: "The body, a parameter or the Idempotency-Key does not fit.",
    409: "The state forbids it, or the same key is at work at this moment.",
    413: "The body is too large.",
    415: "Something else than JSON was sent.",
    422: "The key was used for another request.",
}
CHANGE_PROBLEMS = {
    **{status: said for status, said in WRITE_PROBLEMS.items() if status != 422},  # noqa: PLR2004
    412: "It is no longer the version that was read.",
    428: "If-Match is missing.",
}
JSON, BYTES = "application/json", "application/octet-stream"
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {
        "type": "string",
        "minLength": 1,
        "maxLength": 200,
        "pattern": "^[!-~][ -~]*$",
        "examples": ["b7c7a0de-1f5e-4a3a"],
    },
    OpenApiParameter.HEADER,
    required=True,
    description="A value of your own, such as a UUID. Sent again within seven days, the request is done once.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "examples": ['"9f86d081884c7d659a2feaa0c55ad015"']},
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the version that you read.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of the version that you have: 304 if it stands.",
)


class Fault(Out):
    """One thing that is wrong."""

    pointer = serializers.CharField(
        help_text="JSON Pointer into the body, ?name for a parameter, header:Name for a header."
    )
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemDetails(Out):
    """RFC 9457."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="In the language that Accept-Language asks for, English or French.")
    code = serializers.CharField(help_text="Stable; decide by it.")
    instance = serializers.CharField(help_text="The id of the request, to quote.")
    errors = Fault(many=True, required=False)  # type: ignore[assignment]  # the name that RFC 9457's examples use


@cache
def page_of(answers: type[Out]) -> type[Out]:
    """The envelope of a page of things."""
    return type(
        f"{answers.__name__}Page",
        (Out,),
        {
            "__doc__": "A page in the order of keys; the next begins at the cursor.",
            "data": answers(many=True),
            "next": serializers.CharField(allow_null=True, help_text="The cursor of the next page; null on the last."),
        },
    )


class ContractSchema(AutoSchema):
    """Reads the declarations of an endpoint."""

    view: Any
    """An ``Endpoint``."""

    def get_operation_id(self) -> str:
        words = [part for part in self.path.removeprefix("/api/v1/").split("/") if part and not part.startswith("{")]
        is_list = self.method == "GET" and hasattr(self.view, "rows")
        verb = {"GET": "list" if is_list else "get", "POST": "post", "PATCH": "change", "DELETE": "delete"}[self.method]
        return "_".join([verb, *words]).replace("-", "_")

    def get_tags(self) -> list[str]:
        return [self.view.group]

    def get_summary(self) -> str:
        return str(self._said("summary"))

    def get_description(self, *args: Any) -> str:
        return " ".join((type(self.view).__doc__ or "").split())

    def get_auth(self) -> list[dict[str, list[str]]]:
        return []  # written by the hook that knows the policy table

    def is_excluded(self) -> bool:
        return False

    def get_override_parameters(self) -> list[Any]:
        parameters = self.view.parameters_of_post if self.method == "POST" else self.view.parameters
        shown: list[Any] = [parameters] if parameters().fields and self.method in {"GET", "POST"} else []
        if self.method == "POST":
            shown.append(IDEMPOTENCY_KEY)
        if self.method in {"PATCH", "DELETE"}:
            shown.append(IF_MATCH)
        if self.method == "GET" and hasattr(self.view, "thing"):
            shown.append(IF_NONE_MATCH)
        return shown

    def get_request_serializer(self) -> Any:
        if self.method == "PATCH":
            return self.view.takes_change
        return self.view.takes if self.method == "POST" else None

    def get_response_serializers(self) -> Any:
        status, shown = self._success()
        done = OpenApiResponse(
            shown, description=self._said("summary") or "Done.", examples=self._examples(response=True)
        )
        answers: dict[Any, Any] = {status if shown is None else (status, "application/json"): done}
        if self.method == "GET" and hasattr(self.view, "thing"):
            answers[304] = OpenApiResponse(description="The version that you have still stands.")
        if self.method == "POST" and (also := getattr(self.view, "also_answers", {})):
            answers |= {(code, "application/json"): OpenApiResponse(one) for code, one in also.items()}
        for code, description in self._problems().items():
            answers[(code, MEDIA_TYPE)] = OpenApiResponse(ProblemDetails, description=description)
        return answers

    def get_examples(self) -> list[Any]:
        return self._examples(response=False)

    def _success(self) -> tuple[int, Any]:
        if self.method == "DELETE":
            return 204, None
        if self.method == "POST":
            return self.view.made, self.view.answers_of_post or self.view.answers
        return 200, page_of(self.view.answers) if hasattr(self.view, "rows") else self.view.answers

    def _problems(self) -> dict[int, str]:
        return {"GET": READ_PROBLEMS, "POST": WRITE_PROBLEMS}.get(self.method, CHANGE_PROBLEMS)

    def _examples(self, *, response: bool) -> list[Any]:
        if response or (body := self.view.examples.get(self.method)) is None:
            return []
        return [OpenApiExample(self._said("summary") or self.method, value=body, request_only=True)]

    def _said(self, what: str) -> str:
        """``summary`` of the endpoint, or that of the method where it takes several."""
        return str(getattr(self.view, f"{what}_of", {}).get(self.method) or getattr(self.view, what))


class TakesFile(ContractSchema):
    """For an endpoint whose POST takes the bytes of a file as they are."""

    def get_request_serializer(self) -> Any:
        return {BYTES: OpenApiTypes.BINARY} if self.method == "POST" else None


class AnswersFile(ContractSchema):
    """For an endpoint whose GET answers with the bytes of a file."""

    def get_response_serializers(self) -> Any:
        others = {
            code: one for code, one in super().get_response_serializers().items() if code not in {(200, JSON), 304}
        }
        done = OpenApiResponse(OpenApiTypes.BINARY, description=self._said("summary"))
        not_yet = OpenApiResponse(ProblemDetails, description="It waits for its check, was refused or was removed.")
        return {(200, BYTES): done, (409, MEDIA_TYPE): not_yet, **others}
