"""The candidate's pages behind the invitation: notice, room, receipt, and what to say when it cannot go on."""

from collections.abc import Callable
from email.utils import parseaddr
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.enums import MediaType
from litestar.params import FromPath
from litestar.response import Redirect

from vivavoce.database.pool import Connection, Row
from vivavoce.errors import Conflict, NotFound, RateLimited
from vivavoce.http.authentication import require_same_origin
from vivavoce.http.body import read_json
from vivavoce.http.forms import read_form
from vivavoce.http.layers import CONTENT_SECURITY_POLICY
from vivavoce.http.limits import guard_invitation
from vivavoce.http.problems import problem
from vivavoce.http.request import is_for_programs, services
from vivavoce.interviews.consents import agree
from vivavoce.interviews.links import find_by_token
from vivavoce.interviews.machines import machines_of, recogniser_kind
from vivavoce.interviews.states import REFUSALS, note_opened
from vivavoce.interviews.tokens import page_token, room_token
from vivavoce.organizations.contact import contact_of
from vivavoce.web import consent
from vivavoce.web.candidate_views import (
    BusyPage,
    CancelledPage,
    CandidatePage,
    Contact,
    ExpiredPage,
    NoticePage,
    ReceiptPage,
    RoomPage,
    UnknownPage,
)
from vivavoce.web.libraries import LIVEKIT_CLIENT_ADDRESS
from vivavoce.web.render import render
from vivavoce.wiring import Services

AnyRequest = Request[Any, Any, Any]
GONE, NOT_FOUND = 410, 404


class Joined(msgspec.Struct, frozen=True, rename="camel"):
    """How the page gets to its interviewer: with the token, on the link."""

    interview_id: str
    token: str
    link: str
    history: str
    language: str
    library: str | None = None
    """Where livekit-client is, when the link is a LiveKit server's: the room is the interview's id."""


class Joining(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`unanswered`: the page is in the LiveKit room, and nobody answers there.

    `page` names the page that enters, since it was pressed to; `again`: it comes back by itself.
    """

    unanswered: bool = False
    page: Annotated[str, msgspec.Meta(max_length=64)] = ""
    again: bool = False


class Agreement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    consent: str = ""
    agreed: str = ""


@get("/")
async def show(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """Spends nothing and counts as nothing: mail scanners open links."""
    return await _page(request, token)


@post("/consent", status_code=303)
async def give_consent(request: AnyRequest, token: FromPath[str]) -> Response[Any]:
    require_same_origin(request)
    form = await read_form(request, Agreement)
    parts = services(request)
    text = consent.find(form.consent)
    async with parts.database.transaction() as connection:
        state = await _state(connection, parts, token)
        if state is None or state["status"] in REFUSALS:
            return Redirect(f"/i/{token}", status_code=303)
        agreed = form.agreed == "yes" and text == consent.current(state["language"])
        if agreed and text is not None:
            await agree(connection, state["id"], text, state["language"], at=parts.clock())
    return (
        Redirect(f"/i/{token}", status_code=303) if agreed else await _page(request, token, not_agreed=True)
    )


@post("/join", status_code=200)
async def join(request: AnyRequest, token: FromPath[str]) -> Joined:
    """Raises NotFound for a link that is not ours, Conflict with CONSENT_REQUIRED, OPEN_ELSEWHERE or the state's code.

    Raises Unavailable where LiveKit does not answer: sound never takes another way than the one that is set.
    """
    require_same_origin(request)
    parts = services(request)
    joining = await read_json(request, Joining, empty_is=b"{}")
    async with parts.database.transaction() as connection:
        state = await _state(connection, parts, token)
        if state is None:
            raise NotFound("This link is not one of ours, or a newer one replaced it.")
        if refusal := REFUSALS.get(state["status"]):
            raise Conflict(refusal[1], code=refusal[0])
        if state["agreed_at"] is None:
            raise Conflict("Agree to the notice first: open the link again.", code="CONSENT_REQUIRED")
        if joining.page:
            await _enter(connection, state["id"], joining)
        await note_opened(connection, state["id"], at=parts.clock())
    return await _way(parts, state, unanswered=joining.unanswered)


def answer_busy(request: AnyRequest, error: RateLimited) -> Response[Any]:
    """A page in the candidate's language; to the room's own program, a problem."""
    if is_for_programs(request):
        return problem(request, error)
    return _answer(BusyPage(language=_browser_language(request)), error.status, error.headers)


room_router = Router(
    "/i/{token:str}",
    guards=[guard_invitation],
    route_handlers=[show, give_consent, join],
    exception_handlers={RateLimited: answer_busy},
)


async def _enter(connection: Connection, interview_id: str, joining: Joining) -> None:
    """Who was pressed to enter last has the interview, however often a page from before comes back by itself."""
    entered = await connection.fetchval(
        "UPDATE interviews SET entered_by = $2 WHERE id = $1 AND (NOT $3 OR coalesce(entered_by, $2) = $2)"
        " RETURNING true",
        interview_id,
        joining.page,
        joining.again,
    )
    if not entered:
        raise Conflict("The interview goes on in another tab or on another device.", code="OPEN_ELSEWHERE")


async def _way(parts: Services, state: Row, *, unanswered: bool) -> Joined:
    """Simulated candidates, who are no browsers, come by the built-in line."""
    joined = Joined(
        interview_id=state["id"],
        token=page_token(parts.settings, state["id"], state["link_generation"], parts.clock()),
        link="/link",
        history=f"/api/interviews/{state['id']}/history",
        language=state["language"],
    )
    if parts.rooms is None or parts.settings.livekit_url is None or state["simulated"]:
        return joined
    await parts.rooms.prepare(state["id"], unanswered=unanswered)
    return msgspec.structs.replace(
        joined,
        token=room_token(parts.settings, state["id"], state["link_generation"], parts.clock()),
        link=parts.settings.livekit_url,
        library=LIVEKIT_CLIENT_ADDRESS,
    )


async def _page(request: AnyRequest, token: str, *, not_agreed: bool = False) -> Response[str]:
    parts = services(request)
    async with parts.database.transaction() as connection:
        state = await _state(connection, parts, token)
        if state is None:
            return _answer(UnknownPage(language=_browser_language(request)), NOT_FOUND)
        found = await contact_of(connection, state["organization_id"], parseaddr(parts.settings.mail_from)[1])
    contact = Contact(found.name, found.email)
    build, status_code = _PAGES.get(state["status"], (_open_page, 200))
    page = build(parts, state, contact, token)
    if not_agreed and isinstance(page, NoticePage):
        page = msgspec.structs.replace(page, not_agreed=True)
    headers = _for_livekit(parts) if isinstance(page, RoomPage) else None
    return _answer(page, status_code, headers)


def _for_livekit(parts: Services) -> dict[str, str] | None:
    """The room may speak to the LiveKit server, besides to us."""
    address = parts.settings.livekit_url
    if address is None:
        return None
    server = urlsplit(address).netloc
    secure = "s" if address.startswith("wss:") else ""
    return {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY.replace(
            "connect-src 'self'", f"connect-src 'self' ws{secure}://{server} http{secure}://{server}"
        )
    }


def _answer(page: CandidatePage, status_code: int, headers: dict[str, str] | None = None) -> Response[str]:
    return Response(
        render(page.template, page),
        status_code=status_code,
        media_type=MediaType.HTML,
        headers={"Cache-Control": "no-store"} | (headers or {}),
    )


def _open_page(parts: Services, state: Row, contact: Contact, token: str) -> CandidatePage:
    if state["agreed_at"] is None:
        return NoticePage(
            language=state["language"],
            organization=state["organization"],
            job_title=state["title"],
            first_name=state["first_name"] or "",
            interviewer=state["agent"],
            minutes=state["minutes"],
            expires_at=state["expires_at"],
            hours_to_return=parts.settings.hours_to_return,
            machines=machines_of(parts.settings, state["language"]),
            contact=contact,
            consent=consent.current(state["language"]),
            agree_url=f"/i/{token}/consent",
        )
    held_until = state["lease_expires_at"]
    return RoomPage(
        language=state["language"],
        organization=state["organization"],
        job_title=state["title"],
        interviewer=state["agent"],
        recogniser=recogniser_kind(parts.settings, state["language"]),
        join_url=f"/i/{token}/join",
        leave_url=f"/i/{token}",
        contact=contact,
        begun=state["last_turn"] > 0,
        elsewhere=held_until is not None and held_until > parts.clock(),
    )


def _receipt(_: Services, state: Row, contact: Contact, __: str) -> CandidatePage:
    return ReceiptPage(
        language=state["language"],
        organization=state["organization"],
        job_title=state["title"],
        completion=state["completion"],
        answers=state["answers"],
        seconds=int((state["ended_at"] - state["started_at"]).total_seconds()),
        ended_at=state["ended_at"],
        agreed_at=state["agreed_at"],
        consent_id=state["consent_id"],
        has_recording=state["audio_url"] is not None,
        report_expected=state["report_status"] is not None,
        reference=state["id"],
        contact=contact,
    )


def _expired(_: Services, state: Row, contact: Contact, __: str) -> CandidatePage:
    return ExpiredPage(
        language=state["language"],
        organization=state["organization"],
        job_title=state["title"],
        expires_at=state["expires_at"],
        contact=contact,
    )


def _cancelled(_: Services, state: Row, contact: Contact, __: str) -> CandidatePage:
    return CancelledPage(
        language=state["language"],
        organization=state["organization"],
        job_title=state["title"],
        contact=contact,
    )


_PAGES: dict[str, tuple[Callable[[Services, Row, Contact, str], CandidatePage], int]] = {
    "COMPLETED": (_receipt, 200),
    "EXPIRED": (_expired, GONE),
    "CANCELLED": (_cancelled, GONE),
}


async def _state(connection: Connection, parts: Services, token: str) -> Row | None:
    """All that the pages show of an interview; None where the link is not ours, or was replaced."""
    found = await find_by_token(connection, parts.settings, token)
    if found is None:
        return None
    return await connection.fetchrow(
        "SELECT x.id, x.organization_id, x.link_generation, interview_status(x.status, x.expires_at, $2) AS status,"
        " x.language, x.expires_at, x.started_at, x.ended_at, x.completion, x.last_turn, x.audio_url,"
        " x.lease_expires_at,"
        " o.name AS organization, j.title, c.first_name, c.simulated, a.name AS agent, s.agreed_at,"
        " s.version AS consent_id,"
        " r.status AS report_status, (v.body->>'durationMinutes')::integer AS minutes,"
        " (SELECT count(*) FROM turns t WHERE t.interview_id = x.id AND t.role = 'candidate' AND t.content <> '')"
        " AS answers FROM interviews x JOIN organizations o ON o.id = x.organization_id"
        " JOIN jobs j ON j.id = x.job_id JOIN candidates c ON c.id = x.candidate_id"
        " JOIN interview_configs g ON g.id = x.config_id JOIN interview_config_versions v ON v.config_id = g.id"
        " AND v.version = coalesce(x.config_version, g.version) JOIN agents a ON a.id = v.agent_id"
        " LEFT JOIN consents s ON s.interview_id = x.id LEFT JOIN reports r ON r.interview_id = x.id WHERE x.id = $1",
        found["id"],
        parts.clock(),
    )


def _browser_language(request: AnyRequest) -> Any:
    return "fr" if request.headers.get("accept-language", "").lower().startswith("fr") else "en"
