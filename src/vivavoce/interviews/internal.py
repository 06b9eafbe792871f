"""The internal endpoints, by which an agent conducts an interview."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, get, patch, post, put
from litestar.params import FromPath

from vivavoce.callers import Candidate
from vivavoce.errors import NotFound
from vivavoce.http.authentication import agent, caller_of, guard_internal
from vivavoce.http.body import read_bytes, read_json, read_query
from vivavoce.http.request import services
from vivavoce.interviewer.plan import Plan
from vivavoce.interviews.finalization import Finalize, Finalized, finalize
from vivavoce.interviews.lease import Lease, LeaseRequest, lease
from vivavoce.interviews.planning import read_plan
from vivavoce.interviews.turns import Turn, TurnPatch, TurnPost, patch_turn, post_turn, read_history
from vivavoce.recordings.recordings import MAX_PART_BYTES, PartQuery, RecordingState, put_part, read_state

AnyRequest = Request[Any, Any, Any]
WRITE = {"agent": "write"}


class History(msgspec.Struct, frozen=True):
    data: list[Turn]


@post("/turns", opt=WRITE)
async def record_turn(request: AnyRequest, interview_id: FromPath[str]) -> Response[Turn]:
    parts = services(request)
    posted = await read_json(request, TurnPost)
    at = parts.clock()
    turn, new = await post_turn(parts.database, agent(request), interview_id, posted, at=at)
    return Response(turn.linked(parts.settings, interview_id, at), status_code=201 if new else 200)


@patch("/turns/{turn_number:int}", opt=WRITE)
async def update_turn(request: AnyRequest, interview_id: FromPath[str], turn_number: FromPath[int]) -> Turn:
    parts = services(request)
    changes = await read_json(request, TurnPatch)
    at = parts.clock()
    async with parts.database.transaction() as connection:
        turn = await patch_turn(connection, agent(request), interview_id, turn_number, changes, at=at)
    return turn.linked(parts.settings, interview_id, at)


@get("/history", opt={"agent": "history"})
async def history(request: AnyRequest, interview_id: FromPath[str]) -> History:
    """A candidate sees it without evaluations."""
    parts = services(request)
    async with parts.database.transaction() as connection:
        turns = await read_history(connection, interview_id)
    at = parts.clock()
    if isinstance(caller_of(request), Candidate):
        turns = [msgspec.structs.replace(turn, evaluation=None, audio_url=None) for turn in turns]
    return History([turn.linked(parts.settings, interview_id, at) for turn in turns])


@post("/finalize", opt=WRITE, status_code=200)
async def close(request: AnyRequest, interview_id: FromPath[str]) -> Finalized:
    parts = services(request)
    wanted = await read_json(request, Finalize, empty_is=b"{}")
    async with parts.database.transaction() as connection:
        return await finalize(connection, agent(request), interview_id, wanted, at=parts.clock())


@get("/plan", opt=WRITE)
async def plan(request: AnyRequest, interview_id: FromPath[str]) -> Plan:
    parts = services(request)
    async with parts.database.transaction() as connection:
        return await read_plan(connection, interview_id, at=parts.clock())


@post("/lease", opt=WRITE, status_code=200)
async def keep_lease(request: AnyRequest, interview_id: FromPath[str]) -> Lease:
    parts = services(request)
    wanted = await read_json(request, LeaseRequest)
    async with parts.database.transaction() as connection:
        return await lease(connection, interview_id, wanted, at=parts.clock())


@put("/recording", opt=WRITE)
async def store_part(request: AnyRequest, interview_id: FromPath[str]) -> RecordingState:
    parts = services(request)
    query = read_query(request, PartQuery)
    content = await read_bytes(request, MAX_PART_BYTES)
    return await put_part(parts, agent(request), interview_id, query.part, content)


@get("/recording", opt=WRITE)
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
