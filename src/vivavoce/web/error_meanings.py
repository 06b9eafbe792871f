"""What each error code of the API means and what to do: the page that a problem's `type` leads to."""

MEANINGS: dict[str, tuple[int, str]] = {
    "VALIDATION_ERROR": (
        400,
        "The body or the query is not of the form that this address takes. `error.fields` says where, `detail` what.",
    ),
    "UNAUTHORIZED": (
        401,
        (
            "No credentials came with the request, or they are unknown or revoked. Send a valid API key as"
            " `Authorization: Bearer`, or an agent's secret or room token on the internal endpoints."
        ),
    ),
    "INSUFFICIENT_CREDITS": (
        402,
        (
            "The organization's interviews of this month are used up: no new ones are made, and nobody new is invited."
            " Whoever was invited can still come. The count begins anew on the first of the month, in UTC; whoever runs"
            " this installation can raise the quota."
        ),
    ),
    "FORBIDDEN": (
        403,
        (
            "The credentials are good but do not allow this. Where a scope is missing, the answer names it: make a key"
            " that has it."
        ),
    ),
    "NOT_FOUND": (
        404,
        "There is nothing at this address, or it belongs to another organization.",
    ),
    "METHOD_NOT_ALLOWED": (405, "The address exists but takes other methods; the `Allow` header lists them."),
    "CONFLICT": (409, "The request does not go with the present state. Read the thing again, then decide."),
    "PAYLOAD_TOO_LARGE": (
        413,
        "The body is over 1 MB, or over 16 MB for a part of a recording. Send less at once.",
    ),
    "UNSUPPORTED_MEDIA_TYPE": (415, "The body is of a type that this address does not read. Most take JSON."),
    "UNPROCESSABLE": (
        422,
        (
            "The request is well formed but wrong in meaning: a date in the past, or an id that does not exist here."
            " `error.fields` says which."
        ),
    ),
    "IDEMPOTENCY_MISMATCH": (
        422,
        "This `Idempotency-Key` came with another body before. A new request takes a new key; a retry, the same body.",
    ),
    "IDEMPOTENCY_IN_PROGRESS": (
        409,
        "The first request with this `Idempotency-Key` has no answer yet. Send it again after `Retry-After`.",
    ),
    "RATE_LIMITED": (
        429,
        "Too many requests in a short time. Wait as long as `Retry-After` says, then go on.",
    ),
    "INTERNAL_ERROR": (
        500,
        "Something went wrong on our side. A retry may help; if it does not, report the `requestId`.",
    ),
    "UNAVAILABLE": (503, "A part that is needed does not answer just now. Try again after `Retry-After`."),
    "EMAIL_TAKEN": (
        409,
        (
            "A candidate with this e-mail address, whatever its case, is in the organization already. Find it with"
            " `GET /api/v1/candidates?search=`."
        ),
    ),
    "JOB_CLOSED": (
        409,
        "The job is closed, and closed jobs take no new interviews. Open it, or choose another.",
    ),
    "CANDIDATE_NOT_IN_CAMPAIGN": (
        422,
        "The candidate is not in the hiring process that was named. Add the candidate to it first.",
    ),
    "ALREADY_IN_CAMPAIGN": (
        409,
        "The candidate is in this hiring process already. To move them to another stage, change where they are.",
    ),
    "STAGE_IN_USE": (
        409,
        "Interviews were made for this stage, so it keeps its type and stays. Its name, place and settings may change.",
    ),
    "INTERVIEW_ALREADY_COMPLETED": (
        409,
        "The interview is completed, and that is final. A new one may be made for the same candidate and job.",
    ),
    "INTERVIEW_ALREADY_STARTED": (
        409,
        "The candidate has begun the interview, so this can no longer be changed.",
    ),
    "INTERVIEW_CANCELLED": (409, "The interview was cancelled. Make a new one to go on with this candidate."),
    "INTERVIEW_EXPIRED": (
        409,
        "The invitation ran out before the candidate began. Give the interview a new `expiresAt`, or make a new one.",
    ),
    "INTERVIEW_NOT_COMPLETED": (
        409,
        "This needs an interview that is over. Wait until its status is `COMPLETED`.",
    ),
    "REPORT_NOT_READY": (
        409,
        "This needs a report that is there. Wait until its status is `READY`.",
    ),
    "INTERVIEW_NOT_STARTED": (
        409,
        "Nothing was said in this interview yet, so there is nothing to finalize.",
    ),
    "TURN_CONFLICT": (
        409,
        "A turn with this number is stored and says something else. Read the history before you post again.",
    ),
    "TURN_OUT_OF_SEQUENCE": (
        409,
        "Turns are numbered 1, 2, 3 without a gap. `error.expectedTurnNumber` is the number that comes next.",
    ),
    "LEASE_HELD": (
        409,
        "Another agent leads this interview and is alive. It is told that you wait: ask again in a moment.",
    ),
    "LEASE_LOST": (
        409,
        "Another agent has taken this interview over. Stop writing to it; what was acknowledged is kept.",
    ),
    "PART_CONFLICT": (
        409,
        "A part of the recording with this number is stored and has other bytes. Ask how many parts there are.",
    ),
    "CONSENT_REQUIRED": (
        409,
        "The candidate has not agreed to the notice yet. Nothing is recorded before that.",
    ),
    "OPEN_ELSEWHERE": (
        409,
        "Another page of the candidate's has entered the room since. This one comes back only when it is pressed to.",
    ),
    "WEBHOOK_DISABLED": (
        409,
        "The webhook is disabled, so nothing is sent to it. Enable it, then ask for the test or the replay again.",
    ),
    "LAST_OWNER": (
        409,
        "An organization always has an owner. Make somebody else one before this one is removed or changed.",
    ),
    "LINK_UNKNOWN": (404, "This invitation link was never given out, or a newer one has taken its place."),
}
