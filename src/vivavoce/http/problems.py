"""Turns every refusal and failure into one answer: problem details for programs, a page for people."""

from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, NotFoundException
from litestar.exceptions import MethodNotAllowedException as LitestarMethodNotAllowed

from vivavoce.errors import (
    TITLES,
    Forbidden,
    Malformed,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    Refusal,
    Unauthorized,
    Unavailable,
)
from vivavoce.http.request import is_for_programs, request_id, services
from vivavoce.web.error_pages import error_page

_log = structlog.get_logger()


class InternalError(Refusal):
    status = 500
    code = "INTERNAL_ERROR"


def answer_refusal(request: Request[Any, Any, Any], error: Refusal) -> Response[Any]:
    if is_for_programs(request):
        return problem(request, error)
    return error_page(request, error)


def problem(request: Request[Any, Any, Any], error: Refusal) -> Response[bytes]:
    """The problem document of the contract, part 4."""
    inner: dict[str, Any] = {"code": error.code, "message": error.message, **error.details}
    if error.fields:
        inner["fields"] = [{"path": fault.path, "message": fault.message} for fault in error.fields]
    document = {
        "type": f"{services(request).settings.public_url}/errors/{error.code}",
        "title": TITLES.get(error.code, "Refused"),
        "status": error.status,
        "detail": error.message,
        "instance": request.url.path,
        "requestId": request_id(request),
        "error": inner,
    }
    return Response(
        msgspec.json.encode(document),
        status_code=error.status,
        media_type="application/problem+json",
        headers=error.headers,
    )


def answer_framework(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What Litestar itself refuses, in our words."""
    return answer_refusal(request, _translated(error))


def _translated(error: HTTPException) -> Refusal:
    if isinstance(error, LitestarMethodNotAllowed):
        return MethodNotAllowed("This address does not take this method.", headers=dict(error.headers or {}))
    if isinstance(error, NotFoundException):
        return NotFound()
    by_status = {401: Unauthorized, 403: Forbidden, 413: PayloadTooLarge, 503: Unavailable}
    return by_status.get(error.status_code, Malformed)(error.detail)


def answer_database_down(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    _log.warning("database_unreachable", error=type(error).__name__, request_id=request_id(request))
    return answer_refusal(
        request,
        Unavailable(
            "The database does not answer just now. Try again in a moment.", headers={"Retry-After": "2"}
        ),
    )


def answer_overtaken(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Two transactions that wait for each other: the database lets one of them go, and nothing of it is done."""
    _log.warning("transaction_overtaken", error=type(error).__name__, request_id=request_id(request))
    message = "Somebody changed the same thing at this very moment, so nothing was done. Try again."
    return answer_refusal(request, Unavailable(message, headers={"Retry-After": "1"}))


def answer_nul_in_path(request: Request[Any, Any, Any], _: Exception) -> Response[Any]:
    """Bodies and queries are read more closely: only an id in a path brings NUL as far as the database."""
    return answer_refusal(request, NotFound())


def answer_failure(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    _log.error("request_failed", request_id=request_id(request), exc_info=error)
    return answer_refusal(
        request, InternalError("Something went wrong here. Try again; if it goes on, give us the request id.")
    )
