"""What holds of every request to the API, whatever it asks: no header twice, no query where none is taken."""

import msgspec
from litestar.handlers import BaseRouteHandler

from vivavoce.errors import Fault, Malformed
from vivavoce.http.body import convert_texts
from vivavoce.http.operations import Operation
from vivavoce.http.request import AnyConnection

ONCE = {
    name.lower().encode(): name
    for name in ("Authorization", "Content-Type", "Idempotency-Key", "X-Agent-Generation", "X-Agent-Secret")
}


class NoQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of what takes none: any parameter is unknown."""


def require_conformity(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Raises Malformed. What an operation does take is read by its handler."""
    seen: set[bytes] = set()
    for header, _ in connection.scope["headers"]:
        name = header.lower()
        if name in seen and name in ONCE:
            raise Malformed(
                f"The header {ONCE[name]} is given twice.", fields=(Fault(ONCE[name], "Give it once."),)
            )
        seen.add(name)
    operation: Operation = handler.opt["operation"]
    if operation.query is None and connection.scope["query_string"]:
        convert_texts(connection.scope["query_string"], NoQuery, "query")
