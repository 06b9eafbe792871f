"""Refusals and failures as pages for people."""

from typing import Any

from litestar import Request, Response
from litestar.response import Redirect

from vivavoce.callers import Member
from vivavoce.errors import NotFound, Refusal
from vivavoce.http.request import request_id
from vivavoce.web.answer import show
from vivavoce.web.recruiter_views import ErrorPage

UNAUTHORIZED = 401


def error_page(request: Request[Any, Any, Any], error: Refusal) -> Response[Any]:
    """What happened and what to do; who is not signed in is led to where that is done."""
    if error.status == UNAUTHORIZED:
        return Redirect("/sign-in", status_code=303)
    caller = request.state.get("caller")
    page = ErrorPage(
        status=error.status,
        message="" if _says_no_more_than_its_status(error) else error.message,
        request_id=request_id(request),
        member=caller if isinstance(caller, Member) else None,
    )
    return show("errors/error.html", page, error.status, error.headers)


def _says_no_more_than_its_status(error: Refusal) -> bool:
    return error.code == "INTERNAL_ERROR" or error.message == NotFound().message
