"""The command `vivavoce`. Each command imports what it needs, and no more: `serve` is to stay small."""

# ruff: noqa: PLC0415 — imports stand in the commands that need them

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vivavoce.rehearsal.arguments import add_arguments
from vivavoce.settings import InstallationError, Settings, load

if TYPE_CHECKING:
    from datetime import datetime

    from vivavoce.callers import Operator
    from vivavoce.database.pool import Connection
    from vivavoce.wiring import Services

CONNECT_SECONDS = 10.0
ROLE_NAMES = ("owner", "administrator", "member", "reader")

Transaction = Callable[["Services", "Connection"], Awaitable[str]]
AddCommand = Callable[[str, Callable[..., None], Any], argparse.ArgumentParser]


def main(arguments: list[str] | None = None) -> None:
    chosen = parser().parse_args(arguments)
    try:
        chosen.command(load(), chosen)
    except InstallationError as fault:
        sys.exit(f"vivavoce: {fault}")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def serve(settings: Settings, arguments: argparse.Namespace) -> None:
    """Run everything: PostgreSQL, web, worker and voice agent."""
    from vivavoce.serve import serve

    serve(settings, demonstration=arguments.demonstration, say=_say)


def web(settings: Settings, arguments: argparse.Namespace) -> None:
    """Run the pages and the API."""
    _log_to_stderr()
    from vivavoce.app import create_app
    from vivavoce.http.serving import serve_app
    from vivavoce.serve import require_free_port

    address = _running_database(settings)
    app = create_app(settings, address)
    _wait_at(arguments.gate)
    require_free_port(settings)
    asyncio.run(_require_database(address))
    asyncio.run(serve_app(app, settings))


def worker(settings: Settings, arguments: argparse.Namespace) -> None:
    """Run the background work: mail, reports."""
    _log_to_stderr()
    from vivavoce.wiring import opened
    from vivavoce.worker import work

    address = _running_database(settings)
    _wait_at(arguments.gate)

    async def run() -> None:
        await _require_database(address)
        async with opened(settings, address) as services:
            await work(services, address)

    asyncio.run(run())


def agent(settings: Settings, arguments: argparse.Namespace) -> None:
    """Run the voice agent."""
    _log_to_stderr()
    from vivavoce.interviewer.agent import run_agent

    _wait_at(arguments.gate)
    asyncio.run(run_agent(settings))


def migrate(settings: Settings, arguments: argparse.Namespace) -> None:
    """Bring the database to the newest schema."""
    _log_to_stderr()
    from vivavoce.database.embedded import database

    import_module("vivavoce.database.migrate")  # before the gate: it takes a while
    _wait_at(arguments.gate)
    with database(settings, "migrate") as address:
        asyncio.run(_bring_up_to_date(address))


def demonstration(settings: Settings, arguments: argparse.Namespace) -> None:
    """Make the demonstration organization once, and print its links."""
    from vivavoce.demonstration import demonstrate

    import_module("vivavoce.database.migrate")  # before the gate: it takes a while
    _wait_at(arguments.gate)
    _say(_transact(settings, "demonstration", demonstrate))


def doctor(settings: Settings, _: argparse.Namespace) -> None:
    """Check the installation, and say what to do."""
    from vivavoce.doctor import examine

    if not examine(settings, _say):
        sys.exit(1)


def backup(settings: Settings, arguments: argparse.Namespace) -> None:
    """Write database, recordings and kept secrets into one file."""
    from vivavoce.backup import back_up

    back_up(settings, arguments.file, _say)


def restore(settings: Settings, arguments: argparse.Namespace) -> None:
    """Read a backup into an empty installation."""
    from vivavoce.backup import restore

    restore(settings, arguments.file, _say)


def members_list(settings: Settings, arguments: argparse.Namespace) -> None:
    """List the members: role, e-mail address, name."""
    from vivavoce.organizations.members import list_members

    async def act(_: "Services", connection: "Connection") -> str:
        members = await list_members(connection, await _operator(connection, arguments))
        return "\n".join(f"{one.role.lower()}\t{one.email}\t{one.name}".strip() for one in members)

    _say(_transact(settings, "members", act))


def members_invite(settings: Settings, arguments: argparse.Namespace) -> None:
    """Make someone a member, or change their role, and print a link that signs them in."""
    import msgspec

    from vivavoce.candidates.candidates import Email
    from vivavoce.organizations.members import ROLES, invite_member
    from vivavoce.organizations.sign_in import INVITATION_LIFE, create_sign_in_link

    if arguments.owner and arguments.role:
        raise InstallationError("--owner says the role: leave --role out")
    given = arguments.owner or arguments.email
    name = "owner" if arguments.owner else arguments.role
    role = next((role for role in ROLES if role.lower() == name), None)
    try:
        email = msgspec.convert(given, Email)
    except msgspec.ValidationError as fault:
        raise InstallationError(f"{given!r} is no e-mail address; give one like name@example.org") from fault

    async def act(services: "Services", connection: "Connection") -> str:
        at = services.clock()
        operator = await _operator(connection, arguments, make_at=at)
        member = await invite_member(connection, operator, email, role, at=at)
        return await create_sign_in_link(connection, settings, member, at=at, life=INVITATION_LIFE)

    _say(_transact(settings, "members", act))


def members_remove(settings: Settings, arguments: argparse.Namespace) -> None:
    """Remove a member, who is signed out at once."""
    from vivavoce.organizations.members import find_member, remove_member

    async def act(services: "Services", connection: "Connection") -> str:
        operator = await _operator(connection, arguments)
        member = await find_member(connection, operator, arguments.email)
        if member is None:
            raise InstallationError(f"no member has the address {arguments.email!r}")
        await remove_member(connection, operator, member.id, at=services.clock())
        return f"{member.email} is no longer a member."

    _say(_transact(settings, "members", act))


def keys_list(settings: Settings, arguments: argparse.Namespace) -> None:
    """List the API keys that were not revoked: id, name, scopes, when made, last used, at an end."""
    from vivavoce.organizations.keys import list_keys

    async def act(_: "Services", connection: "Connection") -> str:
        operator = await _operator(connection, arguments)
        lines, number, last = [], 1, 1
        while number <= last:
            page = await list_keys(connection, operator, number)
            number, last = number + 1, page.pagination.total_pages or 0
            for key in page.data:
                moments = (key.created_at, key.last_used_at, key.expires_at)
                shown = [f"{moment:%Y-%m-%dT%H:%M:%SZ}" if moment else "never" for moment in moments]
                lines.append("\t".join((key.id, key.name, ",".join(key.scopes), *shown)))
        return "\n".join(lines)

    _say(_transact(settings, "keys", act))


def keys_create(settings: Settings, arguments: argparse.Namespace) -> None:
    """Make an API key, and print it."""
    import msgspec

    from vivavoce.organizations.keys import KeyName, create_key, end_of

    scopes = frozenset(scope.strip() for scope in arguments.scopes.split(",") if scope.strip())
    try:
        name = msgspec.convert(arguments.name, KeyName)
    except msgspec.ValidationError as fault:
        raise InstallationError("--name: give 1 to 100 characters") from fault
    try:
        expires_at = end_of(arguments.expires) if arguments.expires else None
    except ValueError as fault:
        raise InstallationError(
            f"--expires: {arguments.expires!r} is no date; give one like 2030-12-31"
        ) from fault

    async def act(services: "Services", connection: "Connection") -> str:
        at = services.clock()
        operator = await _operator(connection, arguments, make_at=at)
        key = await create_key(connection, operator, name, scopes, at=at, expires_at=expires_at)
        return key.secret

    _say(_transact(settings, "keys", act))


def keys_revoke(settings: Settings, arguments: argparse.Namespace) -> None:
    """Revoke an API key: from now on it opens nothing."""
    from vivavoce.organizations.keys import revoke_key

    async def act(services: "Services", connection: "Connection") -> str:
        operator = await _operator(connection, arguments)
        await revoke_key(connection, operator, arguments.id, at=services.clock())
        return f"{arguments.id} is revoked."

    _say(_transact(settings, "keys", act))


def organizations_quota(settings: Settings, arguments: argparse.Namespace) -> None:
    """Set how many interviews an organization may begin in a month, or none."""
    from vivavoce.organizations.quotas import MAX_QUOTA, set_quota

    given = arguments.quota
    quota = int(given) if given.isascii() and given.isdecimal() else None
    if given != "none" and (quota is None or quota > MAX_QUOTA):
        raise InstallationError(f"{given!r} is no quota; give a number up to {MAX_QUOTA:,}, or none")

    async def act(services: "Services", connection: "Connection") -> str:
        operator = await _operator(connection, arguments)
        used = await set_quota(connection, operator, quota, at=services.clock())
        return f"Quota: {given}. Interviews that began this month: {used}."

    _say(_transact(settings, "organizations", act))


def rehearse(settings: Settings, arguments: argparse.Namespace) -> None:
    """Let simulated candidates take an interview, and print how it goes."""
    _log_to_stderr()
    from vivavoce.rehearsal.command import rehearse
    from vivavoce.wiring import opened

    address = _running_database(settings)

    async def run() -> bool:
        await _require_database(address)
        async with opened(settings, address) as services:
            return await rehearse(services, arguments, _say)

    if not asyncio.run(run()):
        sys.exit(1)


async def _operator(
    connection: "Connection", arguments: argparse.Namespace, *, make_at: "datetime | None" = None
) -> "Operator":
    """Who runs the command, for the organization that it names, made where that is wanted."""
    from vivavoce.callers import Operator
    from vivavoce.organizations.organizations import create_organization, find_organization

    organization = await find_organization(connection, arguments.organization)
    if organization is None and make_at is not None:
        organization = await create_organization(
            connection, arguments.organization or "My organization", at=make_at
        )
    if organization is None:
        named = f" named {arguments.organization!r}" if arguments.organization else " yet"
        raise InstallationError(f"there is no organization{named}")
    return Operator(organization)


def _transact(settings: Settings, command: str, transaction: Transaction) -> str:
    """Run it in one transaction on the database, brought to the newest schema."""
    from vivavoce.database.embedded import database
    from vivavoce.errors import Refusal
    from vivavoce.wiring import opened

    _log_to_stderr()

    async def run(address: str) -> str:
        await _bring_up_to_date(address)
        async with opened(settings, address) as services, services.database.transaction() as connection:
            return await transaction(services, connection)

    with database(settings, command) as address:
        try:
            return asyncio.run(run(address))
        except Refusal as refusal:
            raise InstallationError(refusal.message) from refusal


async def _bring_up_to_date(address: str) -> None:
    from vivavoce.database.migrate import migrate

    await _require_database(address)
    await migrate(address)


async def _require_database(address: str) -> None:
    import asyncpg

    try:
        connection = await asyncpg.connect(address, timeout=CONNECT_SECONDS)
        await connection.close()
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
        raise InstallationError(
            f"DATABASE_URL: the database there cannot be used ({str(fault) or type(fault).__name__});"
            " check host, port, name, user and password"
        ) from fault


def _running_database(settings: Settings) -> str:
    from vivavoce.database.embedded import running_address

    address = settings.database_url or running_address(settings.data)
    if address is None:
        raise InstallationError(
            "there is no database yet. Set DATABASE_URL, or run `vivavoce serve`, which brings its own"
        )
    return address


def _wait_at(gate: int | None) -> None:
    """`serve` starts us early and opens the gate, by closing it, when the database is there."""
    if gate is not None:
        os.read(gate, 1)
        os.close(gate)


def _say(text: str) -> None:
    # Whoever reads may have gone, as `head` does; what runs goes on.
    with contextlib.suppress(BrokenPipeError):
        print(text, flush=True)  # noqa: T201 — the one place that speaks to the terminal


def _log_to_stderr() -> None:
    """Lines of JSON for machines; a person at a terminal is told what is wrong, in plain lines."""
    import structlog

    person = sys.stderr.isatty()
    level = logging.WARNING if person else logging.INFO
    logging.basicConfig(
        stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    for pool in ("asyncpg", "psycopg"):
        # They try again by themselves, with a page of warnings each time; `serve` says when PostgreSQL ended.
        logging.getLogger(pool).setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer() if person else structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="vivavoce", description="Self-hosted AI voice interviews.")
    parser.add_argument("--version", action="version", version=f"vivavoce {version('vivavoce')}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(
        name: str,
        run: Callable[..., None],
        under: "argparse._SubParsersAction[argparse.ArgumentParser]" = commands,
    ) -> argparse.ArgumentParser:
        one = under.add_parser(name, help=run.__doc__, description=run.__doc__)
        one.set_defaults(command=run)
        return one

    served = command("serve", serve)
    served.add_argument("--demonstration", action="store_true", help="with an organization to try it out on")
    for name, run in (
        ("web", web),
        ("worker", worker),
        ("agent", agent),
        ("migrate", migrate),
        ("demonstration", demonstration),
    ):
        command(name, run).add_argument("--gate", type=int, help=argparse.SUPPRESS)
    command("doctor", doctor)
    for name, run in (("backup", backup), ("restore", restore)):
        command(name, run).add_argument("file", type=Path, metavar="FILE")

    _members_commands(command, commands.add_parser("members", help="who may sign in"))
    rehearsed = command("rehearse", rehearse)
    add_arguments(rehearsed)
    _of_organization(rehearsed)
    _keys_commands(command, commands.add_parser("keys", help="keys for the API"))
    organizations = commands.add_parser("organizations", help="what each may do here")
    limited = command(
        "quota", organizations_quota, organizations.add_subparsers(metavar="COMMAND", required=True)
    )
    limited.add_argument(
        "quota", metavar="N|none", help="interviews a month, or none for as many as they like"
    )
    _of_organization(limited)
    return parser


def _members_commands(command: AddCommand, parser: argparse.ArgumentParser) -> None:
    members = parser.add_subparsers(metavar="COMMAND", required=True)
    _of_organization(command("list", members_list, members))
    invited = command("invite", members_invite, members)
    who = invited.add_mutually_exclusive_group(required=True)
    who.add_argument("email", nargs="?", metavar="EMAIL")
    who.add_argument("--owner", metavar="EMAIL", help="the same as EMAIL --role owner")
    invited.add_argument("--role", choices=ROLE_NAMES, help="default: what they are already, else member")
    _of_organization(invited, made=True)
    removed = command("remove", members_remove, members)
    removed.add_argument("email", metavar="EMAIL")
    _of_organization(removed)


def _keys_commands(command: AddCommand, parser: argparse.ArgumentParser) -> None:
    keys = parser.add_subparsers(metavar="COMMAND", required=True)
    _of_organization(command("list", keys_list, keys))
    created = command("create", keys_create, keys)
    created.add_argument("--scopes", required=True, metavar="A,B", help="as interviews:read,interviews:write")
    created.add_argument("--name", default="command line", help="what it is for; default: command line")
    created.add_argument(
        "--expires", metavar="DATE", help="works to the end of that day in UTC; default: for ever"
    )
    _of_organization(created, made=True)
    revoked = command("revoke", keys_revoke, keys)
    revoked.add_argument("id", metavar="ID", help="as `vivavoce keys list` shows it")
    _of_organization(revoked)


def _of_organization(parser: argparse.ArgumentParser, *, made: bool = False) -> None:
    otherwise = "made when there is none of that name; " if made else ""
    parser.add_argument("--organization", metavar="NAME", help=f"{otherwise}default: the oldest")


if __name__ == "__main__":
    main()
