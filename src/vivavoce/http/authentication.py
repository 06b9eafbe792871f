"""Who asks: by API key, by the agents' secret or a room's token, by a session's cookie.

Each handler says in its `opt` what it takes: `scope="interviews:read"`, `agent="write"` or `agent="history"`, or
`page="read"`, `page="write"`, `page="administrator"` or `page="owner"`. A guard makes the caller of it, so that no
handler runs without.
"""

import hmac
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import jwt
from litestar.handlers import BaseRouteHandler

from vivavoce.callers import Agent, ApiKey, Candidate, Member
from vivavoce.errors import Forbidden, Malformed, Refusal, Unauthorized
from vivavoce.http.admission import NOBODY, bearer, caller_or_refusal
from vivavoce.http.conformity import require_conformity
from vivavoce.http.request import AnyConnection, services
from vivavoce.interviews.tokens import ISSUER, verified_claims
from vivavoce.organizations.sign_in import member_of_session
from vivavoce.settings import Settings

SESSION_COOKIE = "vivavoce_session"
MAX_TOKEN_CHARACTERS = 4_096


class SignInNeeded(Refusal):
    """A page that is only for members: the answer leads to the sign-in page."""

    status = 401
    code = "UNAUTHORIZED"


async def guard_api(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Public API: a key with the handler's scope."""
    if _asks_for_methods(connection):
        return
    scope: str = handler.opt["scope"]
    key = caller_or_refusal(connection)
    if isinstance(key, Exception):
        raise key
    if scope not in key.scopes:
        raise Forbidden(f"This key lacks the scope {scope}. Make one that has it.", scope=scope)
    require_conformity(connection, handler)
    _admit(connection, key)


async def guard_internal(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Internal endpoints: an agent, or a candidate's own page for the history."""
    if _asks_for_methods(connection):
        return
    parts = services(connection)
    caller = _by_secret(connection, parts.settings) or _by_token(
        parts.settings, bearer(connection), parts.clock()
    )
    interview_id = connection.path_params["interview_id"]
    if caller.interview_id not in (None, interview_id):
        raise Forbidden("This token is for another interview.")
    if isinstance(caller, Candidate) and handler.opt["agent"] != "history":
        raise Forbidden("A candidate may read the history and nothing else.")
    if isinstance(caller, Agent):
        caller = Agent(caller.interview_id, _generation(connection))
    require_conformity(connection, handler)
    _admit(connection, caller)


async def guard_page(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """The recruiter's pages: a session, and for a change a role that may, from a page of ours."""
    if _asks_for_methods(connection):
        return
    parts = services(connection)
    secret = connection.cookies.get(SESSION_COOKIE, "")
    member = await member_of_session(parts.database, secret, parts.clock()) if secret else None
    if member is None:
        raise SignInNeeded("Sign in first.")
    _admit(connection, member)  # before it is refused, so that the refusal's page is still the member's
    if connection.scope.get("method") != "GET":
        require_same_origin(connection)
    allowed = {
        "read": True,
        "write": member.may_write,
        "administrator": member.may_administer,
        "owner": member.role == "OWNER",
    }
    if not allowed[handler.opt["page"]]:
        raise Forbidden("Your role here does not allow this. Ask an owner of the organization.")


def require_same_origin(connection: AnyConnection) -> None:
    """Raises Forbidden for a form that another site's page sent here."""
    site = connection.headers.get("sec-fetch-site")
    origin = connection.headers.get("origin")
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        foreign = origin is not None and urlsplit(origin).netloc != connection.headers.get("host")
    if foreign:
        raise Forbidden("This form came from another site's page. Open ours and send it from there.")


def caller_of(connection: AnyConnection) -> Any:
    """The caller that the handler's guard made; its type is the guard's."""
    return connection.state["caller"]


def api_key(connection: AnyConnection) -> ApiKey:
    caller: ApiKey = caller_of(connection)
    return caller


def agent(connection: AnyConnection) -> Agent:
    caller: Agent = caller_of(connection)
    return caller


def member(connection: AnyConnection) -> Member:
    caller: Member = caller_of(connection)
    return caller


def _asks_for_methods(connection: AnyConnection) -> bool:
    """The framework answers OPTIONS by itself: the methods of an address are no secret."""
    return connection.scope.get("method") == "OPTIONS"


def _admit(connection: AnyConnection, caller: Any) -> None:
    connection.state["caller"] = caller


def _by_secret(connection: AnyConnection, settings: Settings) -> Agent | None:
    given = connection.headers.get("x-agent-secret")
    if given is None:
        return None
    if not hmac.compare_digest(given.encode(), settings.agent_secret.encode()):
        raise Unauthorized("X-Agent-Secret is not the secret of this installation.", headers=NOBODY)
    return Agent()


def _by_token(settings: Settings, token: str, at: datetime) -> Agent | Candidate:
    """Who a room's token speaks for: LiveKit's, by its key, or our own page's."""
    if len(token) > MAX_TOKEN_CHARACTERS:
        raise Unauthorized("This is no valid token.", headers=NOBODY)
    try:
        issuer = jwt.decode(token, options={"verify_signature": False}).get("iss")
        if issuer == ISSUER:
            claims = verified_claims(token, settings.secret_key, ISSUER, at)
        elif settings.livekit_api_key is not None and settings.livekit_api_secret is not None:
            claims = verified_claims(token, settings.livekit_api_secret, settings.livekit_api_key, at)
        else:
            raise Unauthorized("LiveKit is not set up here, and this token is not ours.", headers=NOBODY)
    except jwt.InvalidTokenError:
        raise Unauthorized("This token is not valid, or no longer.", headers=NOBODY) from None
    grants = claims.get("video")
    grants = grants if isinstance(grants, dict) else {}
    room = grants.get("room")
    if not isinstance(room, str) or not room:
        raise Forbidden("This token names no room, and so no interview.")
    if grants.get("agent") is True and issuer != ISSUER:
        return Agent(room)
    return Candidate(room, claims.get("link"))


def _generation(connection: AnyConnection) -> int | None:
    given = connection.headers.get("x-agent-generation")
    if given is None:
        return None
    if not given.isdecimal() or len(given) > 9:  # noqa: PLR2004 - fits the column
        raise Malformed("X-Agent-Generation is the number that the lease gave.")
    return int(given)
