"""The internal endpoints, by which an agent conducts an interview."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, get, patch, post, put
from litestar.params import FromPath

from vivavoce.callers import Candidate
from vivavoce.errors import NotFound
from vivavoce.http.authentication import agent, caller_of, guard_internal
from vivavoce.http.body import read_bytes, read_json, read_query
from vivavoce.http.operations import agent_operation
from vivavoce.http.request import services
from vivavoce.interviewer.plan import Plan
from vivavoce.interviews.finalization import Finalize, Finalized, finalize
from vivavoce.interviews.lease import Lease, LeaseRequest, lease
from vivavoce.interviews.planning import read_plan
from vivavoce.interviews.turns import Turn, TurnPatch, TurnPost, patch_turn, post_turn, read_history
from vivavoce.recordings.recordings import MAX_PART_BYTES, PartQuery, RecordingState, put_part, read_state

AnyRequest = Request[Any, Any, Any]
CLOSED = ("INTERVIEW_ALREADY_COMPLETED", "INTERVIEW_CANCELLED", "INTERVIEW_EXPIRED")


class History(msgspec.Struct, frozen=True):
    data: list[Turn]


@post(
    "/turns",
    opt=agent_operation(
        "write",
        "Store a turn",
        description="Turns are numbered 1, 2, 3 without a gap; the first starts the interview. The same turn again, as"
        " it was first posted, answers the stored one with 200.",
        body=TurnPost,
        answer=Turn,
        status=201,
        repeated=200,
        errors=("UNPROCESSABLE", "TURN_CONFLICT", "TURN_OUT_OF_SEQUENCE", "LEASE_LOST", *CLOSED),
    ),
)
async def record_turn(request: AnyRequest, interview_id: FromPath[str]) -> Response[Turn]:
    parts = services(request)
    posted = await read_json(request, TurnPost)
    at = parts.clock()
    turn, new = await post_turn(parts.database, agent(request), interview_id, posted, at=at)
    return Response(turn.linked(parts.settings, interview_id, at), status_code=201 if new else 200)


@patch(
    "/turns/{turn_number:int}",
    opt=agent_operation(
        "write",
        "Correct or complete a turn",
        description="Allowed after completion too: an earlier text is kept in the turn's history, and a report made"
        " from it becomes stale. What the body leaves out stays as it is.",
        body=TurnPatch,
        answer=Turn,
        errors=("UNPROCESSABLE", "LEASE_LOST", "INTERVIEW_CANCELLED"),
    ),
)
async def update_turn(request: AnyRequest, interview_id: FromPath[str], turn_number: FromPath[int]) -> Turn:
    parts = services(request)
    changes = await read_json(request, TurnPatch)
    at = parts.clock()
    async with parts.database.transaction() as connection:
        turn = await patch_turn(connection, agent(request), interview_id, turn_number, changes, at=at)
    return turn.linked(parts.settings, interview_id, at)


@get(
    "/history",
    opt=agent_operation(
        "history",
        "List all turns in order",
        description="An agent reads it when it restarts. The candidate's own page may read it too, and sees neither"
        " evaluations nor metrics nor recordings.",
        answer=History,
    ),
)
async def history(request: AnyRequest, interview_id: FromPath[str]) -> History:
    """A candidate sees what was said."""
    parts = services(request)
    async with parts.database.transaction() as connection:
        turns = await read_history(connection, caller_of(request), interview_id)
    at = parts.clock()
    if isinstance(caller_of(request), Candidate):
        turns = [
            msgspec.structs.replace(turn, evaluation=None, metrics=None, audio_url=None) for turn in turns
        ]
    return History([turn.linked(parts.settings, interview_id, at) for turn in turns])


@post(
    "/finalize",
    status_code=200,
    opt=agent_operation(
        "write",
        "Close an interview",
        description="Closes it and asks for its report in one commit. No body is `{}`. The same body again gets"
        " the same answer; another one, or another end, is refused.",
        body=Finalize,
        body_optional=True,
        answer=Finalized,
        errors=("UNPROCESSABLE", "INTERVIEW_NOT_STARTED", "LEASE_LOST", *CLOSED),
    ),
)
async def close(request: AnyRequest, interview_id: FromPath[str]) -> Finalized:
    parts = services(request)
    wanted = await read_json(request, Finalize, empty_is=b"{}")
    async with parts.database.transaction() as connection:
        return await finalize(connection, agent(request), interview_id, wanted, at=parts.clock())


@get(
    "/plan",
    opt=agent_operation(
        "write",
        "Retrieve the plan of an interview",
        description="What to ask, how to speak, and the rubric for the answers, in the interview's language.",
        answer=Plan,
    ),
)
async def plan(request: AnyRequest, interview_id: FromPath[str]) -> Plan:
    parts = services(request)
    async with parts.database.transaction() as connection:
        return await read_plan(connection, interview_id, at=parts.clock())


@post(
    "/lease",
    status_code=200,
    opt=agent_operation(
        "write",
        "Take, keep or give back an interview",
        description="One agent at a time conducts an interview. Without `generation` the lease is taken, with it kept,"
        " with `release` given back. It lives 2.5 seconds from its last heartbeat, by the server's clock."
        " `wanted` in the answer: another agent waits for it; given back, it is that agent's at once.",
        body=LeaseRequest,
        answer=Lease,
        errors=("UNPROCESSABLE", "LEASE_HELD", "LEASE_LOST", *CLOSED),
    ),
)
async def keep_lease(request: AnyRequest, interview_id: FromPath[str]) -> Lease:
    asked = await read_json(request, LeaseRequest)
    return await lease(services(request), interview_id, asked)


@put(
    "/recording",
    opt=agent_operation(
        "write",
        "Store a part of the recording",
        description="MP3 of a constant bit rate, in parts numbered 1, 2, 3, of at most 16 MB each. The same bytes again"
        " are stored once. Finalize with the `reference` in the answer as `audioUrl`.",
        query=PartQuery,
        body=bytes,
        answer=RecordingState,
        errors=("PART_CONFLICT", "LEASE_LOST", "INTERVIEW_CANCELLED"),
    ),
)
async def store_part(request: AnyRequest, interview_id: FromPath[str]) -> RecordingState:
    parts = services(request)
    query = read_query(request, PartQuery)
    content = await read_bytes(request, MAX_PART_BYTES)
    return await put_part(parts, agent(request), interview_id, query.part, content)


@get(
    "/recording",
    opt=agent_operation(
        "write",
        "Retrieve how far the recording has come",
        description="What an agent asks after a restart, to go on with the next part.",
        answer=RecordingState,
    ),
)
async def recording(request: AnyRequest, interview_id: FromPath[str]) -> RecordingState:
    async with services(request).database.transaction() as connection:
        state = await read_state(connection, interview_id)
    if state is None:
        raise NotFound
    return state


internal_router = Router(
    "/api/interviews/{interview_id:str}",
    guards=[guard_internal],
    route_handlers=[record_turn, update_turn, history, close, plan, keep_lease, store_part, recording],
)
