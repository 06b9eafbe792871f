"""Everything that the product refuses or fails at, as one short tree.

Refusal             an answer with a status and a stable code; trying again changes nothing
├── Malformed       400  the body or the query cannot be read; `fields` says where
├── Unauthorized    401
├── PaymentRequired 402  the organization's interviews of this month are used up
├── Forbidden       403
├── NotFound        404  also whatever belongs to another organization
├── Conflict        409  the state forbids it; `code` says which state
├── Unprocessable   422  well formed but wrong in meaning; `fields` says where
└── …               the rarer ones, by status and code
Unavailable         503  a part that we need does not answer; a retry may help
"""

from typing import Any

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """One thing wrong with a body or a query, at `path` (`candidate.email`, `questions.0.text`)."""

    path: str
    message: str


class Refusal(Exception):
    """An answer that is no success. `details` are further members of the `error` object."""

    status = 400
    code = "VALIDATION_ERROR"

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        fields: tuple[Fault, ...] = (),
        headers: dict[str, str] | None = None,
        **details: Any,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.fields = fields
        self.headers = headers or {}
        self.details = details


class Malformed(Refusal):
    pass


class Unauthorized(Refusal):
    status = 401
    code = "UNAUTHORIZED"


class PaymentRequired(Refusal):
    status = 402
    code = "INSUFFICIENT_CREDITS"


class Forbidden(Refusal):
    status = 403
    code = "FORBIDDEN"


class NotFound(Refusal):
    status = 404
    code = "NOT_FOUND"

    def __init__(self, message: str = "There is nothing here, or nothing that you may see.") -> None:
        super().__init__(message)


class MethodNotAllowed(Refusal):
    status = 405
    code = "METHOD_NOT_ALLOWED"


class Conflict(Refusal):
    status = 409
    code = "CONFLICT"


class PayloadTooLarge(Refusal):
    status = 413
    code = "PAYLOAD_TOO_LARGE"


class UnsupportedMediaType(Refusal):
    status = 415
    code = "UNSUPPORTED_MEDIA_TYPE"


class Unprocessable(Refusal):
    status = 422
    code = "UNPROCESSABLE"

    @classmethod
    def field(cls, path: str, message: str, *, code: str | None = None) -> "Unprocessable":
        return cls(message, code=code, fields=(Fault(path, message),))


class RateLimited(Refusal):
    status = 429
    code = "RATE_LIMITED"


class Unavailable(Refusal):
    status = 503
    code = "UNAVAILABLE"


TITLES = {
    "VALIDATION_ERROR": "The request cannot be read",
    "UNAUTHORIZED": "No valid credentials",
    "INSUFFICIENT_CREDITS": "Monthly quota used up",
    "FORBIDDEN": "Not allowed",
    "NOT_FOUND": "Not found",
    "METHOD_NOT_ALLOWED": "Method not allowed",
    "CONFLICT": "Conflict",
    "PAYLOAD_TOO_LARGE": "The body is too large",
    "UNSUPPORTED_MEDIA_TYPE": "Unsupported media type",
    "UNPROCESSABLE": "Wrong in meaning",
    "IDEMPOTENCY_MISMATCH": "Idempotency-Key used for another body",
    "IDEMPOTENCY_IN_PROGRESS": "The first request is still running",
    "RATE_LIMITED": "Too many requests",
    "INTERNAL_ERROR": "Something went wrong here",
    "UNAVAILABLE": "Unavailable",
    "EMAIL_TAKEN": "E-mail address taken",
    "JOB_CLOSED": "Job closed",
    "CANDIDATE_NOT_IN_CAMPAIGN": "Candidate not in the campaign",
    "ALREADY_IN_CAMPAIGN": "Candidate already in the campaign",
    "STAGE_IN_USE": "Stage in use",
    "INTERVIEW_ALREADY_COMPLETED": "Interview already completed",
    "INTERVIEW_ALREADY_STARTED": "Interview already started",
    "INTERVIEW_CANCELLED": "Interview cancelled",
    "INTERVIEW_EXPIRED": "Interview expired",
    "INTERVIEW_NOT_COMPLETED": "Interview not completed",
    "INTERVIEW_NOT_STARTED": "Interview not started",
    "REPORT_NOT_READY": "Report not ready",
    "TURN_CONFLICT": "Turn number taken by another turn",
    "TURN_OUT_OF_SEQUENCE": "Turn out of sequence",
    "LEASE_HELD": "Another agent holds the interview",
    "LEASE_LOST": "Another agent took the interview over",
    "PART_CONFLICT": "Recording part taken by another part",
    "CONSENT_REQUIRED": "Consent required",
    "OPEN_ELSEWHERE": "Open on another page",
    "LINK_UNKNOWN": "Unknown invitation link",
    "LAST_OWNER": "The only owner",
    "WEBHOOK_DISABLED": "Webhook disabled",
}
