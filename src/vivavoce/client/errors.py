"""What a call can end in besides its answer. Each carries what the server said of it, where it said anything.

VivavoceError
├── Unreachable          no answer worth having in the time given: trying later may help
│   ├── RateLimited      429 all the while
│   └── ServerFailed     5xx all the while
└── Refused              trying again changes nothing; `code` says why
    ├── Invalid          400, 413, 415, 422: `fields` say where
    ├── Unauthorized     401
    ├── OutOfCredits     402
    ├── Forbidden        403
    ├── NotFound         404
    └── Conflict         409
"""

from typing import Any

import httpx
import msgspec


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong with what was sent, at `path` (`candidateId`, `questions.0.text`)."""

    path: str
    message: str


class VivavoceError(Exception):
    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str = "",
        fields: tuple[Fault, ...] = (),
        request_id: str | None = None,
        details: dict[str, Any] | None = None,
    ) -> None:
        """`details` are the further members of the answer's `error`."""
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.fields = fields
        self.request_id = request_id
        self.details = details or {}

    def __str__(self) -> str:
        parts = [f"{self.status} {self.code}" if self.status else "", self.message]
        told = ": ".join(part for part in parts if part)
        return f"{told} ({self.request_id})" if self.request_id else told


class Unreachable(VivavoceError):
    pass


class RateLimited(Unreachable):
    pass


class ServerFailed(Unreachable):
    pass


class Refused(VivavoceError):
    pass


class Invalid(Refused):
    pass


class Unauthorized(Refused):
    pass


class OutOfCredits(Refused):
    pass


class Forbidden(Refused):
    pass


class NotFound(Refused):
    pass


class Conflict(Refused):
    pass


SERVER_ERROR = 500
_BY_STATUS: dict[int, type[VivavoceError]] = {
    400: Invalid,
    401: Unauthorized,
    402: OutOfCredits,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    413: Invalid,
    415: Invalid,
    422: Invalid,
    429: RateLimited,
}


def error_of(answer: httpx.Response) -> VivavoceError:
    """What an answer that is no success means; also one that a proxy on the way gave."""
    status = answer.status_code
    kind = _BY_STATUS.get(status, ServerFailed if status >= SERVER_ERROR else Refused)
    try:
        problem = msgspec.json.decode(answer.content, type=_Problem)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        problem = _Problem({})
    told = dict(problem.error)
    return kind(
        str(told.pop("message", answer.reason_phrase)),
        status=status,
        code=str(told.pop("code", f"HTTP_{status}")),
        fields=tuple(_faults(told.pop("fields", None))),
        request_id=problem.request_id or answer.headers.get("X-Request-Id"),
        details=told,
    )


def _faults(fields: Any) -> list[Fault]:
    try:
        return msgspec.convert(fields or [], list[Fault])
    except msgspec.ValidationError:
        return []


class _Problem(msgspec.Struct, rename="camel"):
    error: dict[str, Any]
    request_id: str | None = None
