"""The first page, and the pages that explain the API's error codes."""

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from vivavoce.errors import TITLES, NotFound
from vivavoce.web.answer import show
from vivavoce.web.error_meanings import MEANINGS
from vivavoce.web.recruiter_views import ErrorCodePage


@get("/", status_code=303)
async def front() -> Redirect:
    return Redirect("/interviews", status_code=303)


@get("/errors/{code:str}")
async def error_code(code: FromPath[str]) -> Response[str]:
    """What a problem's `type` leads to."""
    if code not in MEANINGS:
        raise NotFound("No error of ours has this code.")
    status, meaning = MEANINGS[code]
    return show(
        "errors/code.html", ErrorCodePage(code=code, status=status, title=TITLES[code], meaning=meaning)
    )
