"""Every answer that any test gets from the API is one that the API's description promises."""

import re
from collections.abc import Iterable

import httpx
from litestar.routes import BaseRoute

from vivavoce.http.openapi import Endpoint, endpoints
from vivavoce.http.responses import codes

_NAME = re.compile(r"\\{(\w+)\\}")


class Description:
    """What may be answered, by method and path."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._known = [
            (one, re.compile(_NAME.sub("[^/]+", re.escape(one.path)))) for one in endpoints(routes)
        ]

    async def require_kept(self, answer: httpx.Response) -> None:
        one = self._asked(answer.request)
        if one is None:
            return
        await answer.aread()
        said = f"{one.method} {one.path} answered {answer.status_code} {answer.text[:200]}"
        if answer.is_success:
            assert answer.status_code in (one.operation.status, one.operation.repeated), said
        else:
            assert answer.json()["error"]["code"] in codes(one.operation, one.method, one.path), said

    def _asked(self, request: httpx.Request) -> Endpoint | None:
        """The more literal path first, as the app does."""
        path = request.url.path.rstrip("/")
        matching = [
            one for one, pattern in self._known if one.method == request.method and pattern.fullmatch(path)
        ]
        return min(matching, key=lambda one: one.path.count("{"), default=None)
