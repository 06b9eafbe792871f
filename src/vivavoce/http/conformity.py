"""What holds of every request to the API, whatever it asks: no header twice, no query where none is taken."""

import msgspec
from litestar.handlers import BaseRouteHandler

from vivavoce.errors import Fault, Malformed
from vivavoce.http.body import convert_texts
from vivavoce.http.operations import Operation
from vivavoce.http.request import AnyConnection

ONCE = ("Authorization", "Content-Type", "Idempotency-Key", "X-Agent-Generation", "X-Agent-Secret")


class NoQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of what takes none: any parameter is unknown."""


def require_conformity(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Raises Malformed. What an operation does take is read by its handler."""
    for name in ONCE:
        if len(connection.headers.getall(name, [])) > 1:
            raise Malformed(f"The header {name} is given twice.", fields=(Fault(name, "Give it once."),))
    operation: Operation = handler.opt["operation"]
    if operation.query is None:
        convert_texts(connection.scope["query_string"], NoQuery, "query")
