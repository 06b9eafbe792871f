"""Reports in the public API."""

from typing import Any

from litestar import Request, Router, get, patch
from litestar.params import FromPath

from vivavoce.http.authentication import api_key
from vivavoce.http.body import read_json
from vivavoce.http.operations import operation
from vivavoce.http.request import services
from vivavoce.reports.overrides import ReportPatch, override_levels
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


@patch(
    "/{report_id:str}",
    opt=operation(
        "reports:write",
        "Put levels of people beside a report's own",
        description="By criterion, each with a reason; null takes one back. The report's own levels, and what follows"
        " from them, stay as they are: `override` stands beside them. It stays when the report is made anew; its `at`"
        " is then before the report's `readyAt`.",
        body=ReportPatch,
        answer=Report,
        errors=("UNPROCESSABLE", "REPORT_NOT_READY"),
    ),
)
async def override(request: AnyRequest, report_id: FromPath[str]) -> Report:
    parts = services(request)
    given = await read_json(request, ReportPatch)
    caller, at = api_key(request), parts.clock()
    async with parts.database.transaction() as connection:
        await override_levels(connection, caller, report_id, given, at=at)
        return await access_report(connection, caller, parts.settings, report_id, at=at)


reports_router = Router("/reports", route_handlers=[retrieve, of_interview, override])
