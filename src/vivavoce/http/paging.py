"""A page as an answer: with the `Link` header that leads to the next."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response

from vivavoce.database.paging import Page
from vivavoce.http.request import services


def answer_page(request: Request[Any, Any, Any], page: Page[Any]) -> Response[Page[Any]]:
    headers = {}
    if page.pagination.next_cursor:
        query = {
            name: value for name, value in request.query_params.items() if name not in ("page", "cursor")
        }
        query["cursor"] = page.pagination.next_cursor
        address = f"{services(request).settings.public_url}{request.url.path}?{urlencode(query)}"
        headers["Link"] = f'<{address}>; rel="next"'
    return Response(page, headers=headers)
