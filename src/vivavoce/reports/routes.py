"""Reports in the public API."""

from typing import Any

from litestar import Request, Router, get
from litestar.params import FromPath

from vivavoce.http.authentication import api_key
from vivavoce.http.operations import operation
from vivavoce.http.request import services
from vivavoce.reports.reports import Report, access_report, access_report_of

AnyRequest = Request[Any, Any, Any]


@get("/{report_id:str}", opt=operation("reports:read", "Retrieve a report", answer=Report))
async def retrieve(request: AnyRequest, report_id: FromPath[str]) -> Report:
    parts = services(request)
    async with parts.database.transaction() as connection:
        return await access_report(connection, api_key(request), parts.settings, report_id, at=parts.clock())


@get(
    "/interviews/{interview_id:str}",
    opt=operation("reports:read", "Retrieve the report of an interview", answer=Report),
)
async def of_interview(request: AnyRequest, interview_id: FromPath[str]) -> Report:
    parts = services(request)
    async with parts.database.transaction() as connection:
        return await access_report_of(
            connection, api_key(request), parts.settings, interview_id, at=parts.clock()
        )


reports_router = Router("/reports", route_handlers=[retrieve, of_interview])
