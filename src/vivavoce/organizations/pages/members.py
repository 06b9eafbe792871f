"""The administrator's pages of members: who may sign in, and what each may do."""

from typing import Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from vivavoce.callers import Member, Role
from vivavoce.errors import Conflict
from vivavoce.http.authentication import guard_page, member
from vivavoce.http.forms import read_form
from vivavoce.http.request import services
from vivavoce.organizations.members import (
    ROLES,
    MemberRow,
    access_member,
    add_member,
    change_role,
    list_members,
    may_keep,
    remove_member,
)
from vivavoce.organizations.sign_in import send_welcome
from vivavoce.web.answer import show
from vivavoce.web.fields import Fields
from vivavoce.web.recruiter_views import Form
from vivavoce.web.settings_views import MemberPage, MembersPage, NewMemberPage, role_choices

AnyRequest = Request[Any, Any, Any]
ADMINISTRATOR = {"page": "administrator"}
CONFLICT, UNPROCESSABLE = 409, 422
NOTICES = {
    "invited": "The invitation is on its way. Its link works for seven days.",
    "kept": (
        "The member is added. No mail server is set, so no link goes out: whoever runs this installation can print"
        " one with “vivavoce members invite”."
    ),
    "changed": "The role is changed.",
    "removed": "The member is removed and signed out.",
}


class NewMemberForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    email: str = ""
    name: str = ""
    role: str = ""


class RoleForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    role: str = ""


@get("/", opt=ADMINISTRATOR)
async def list_(request: AnyRequest) -> Response[str]:
    caller = member(request)
    async with services(request).database.transaction() as connection:
        rows = await list_members(connection, caller)
    notice = NOTICES.get(request.query_params.get("done", ""), "")
    return show("settings/members.html", MembersPage(member=caller, rows=tuple(rows), notice=notice))


@get("/new", opt=ADMINISTRATOR)
async def new(request: AnyRequest) -> Response[str]:
    return show("settings/new_member.html", _form_page(request, Form({"role": "MEMBER"})))


@post("/", opt=ADMINISTRATOR, status_code=303)
async def create(request: AnyRequest) -> Response[Any]:
    parts, caller = services(request), member(request)
    fields = Fields(msgspec.to_builtins(await read_form(request, NewMemberForm)))
    email, name, role = fields.email("email"), fields.text("name") or "", _role(fields, caller)
    if not fields.faults:
        try:
            async with parts.database.transaction() as connection:
                added = await add_member(connection, caller, email, role, at=parts.clock(), name=name)
                await send_welcome(connection, added, at=parts.clock())
        except Conflict:
            fields.fault(
                "email", "This address is a member’s already. Their role is changed on their own page."
            )
    if fields.faults:
        return show("settings/new_member.html", _form_page(request, fields.form()), UNPROCESSABLE)
    done = "invited" if parts.mailer else "kept"
    return Redirect(f"/settings/members?done={done}", status_code=303)


@get("/{member_id:str}", opt=ADMINISTRATOR)
async def retrieve(request: AnyRequest, member_id: FromPath[str]) -> Response[str]:
    caller = member(request)
    async with services(request).database.transaction() as connection:
        other = await access_member(connection, caller, member_id)
    return show("settings/member.html", _member_page(caller, other, Form({"role": other.role})))


@post("/{member_id:str}", opt=ADMINISTRATOR, status_code=303)
async def change(request: AnyRequest, member_id: FromPath[str]) -> Response[Any]:
    parts, caller = services(request), member(request)
    fields = Fields(msgspec.to_builtins(await read_form(request, RoleForm)))
    role = _role(fields, caller)
    async with parts.database.transaction() as connection:
        other = await access_member(connection, caller, member_id)
        if not fields.faults:
            try:
                await change_role(connection, caller, member_id, role, at=parts.clock())
            except Conflict as refusal:
                fields.fault("role", refusal.message)
                return show("settings/member.html", _member_page(caller, other, fields.form()), CONFLICT)
    if fields.faults:
        return show("settings/member.html", _member_page(caller, other, fields.form()), UNPROCESSABLE)
    return _after(caller, member_id, "changed", stays=role in ("OWNER", "ADMINISTRATOR"))


@post("/{member_id:str}/removal", opt=ADMINISTRATOR, status_code=303)
async def remove(request: AnyRequest, member_id: FromPath[str]) -> Response[Any]:
    parts, caller = services(request), member(request)
    async with parts.database.transaction() as connection:
        other = await access_member(connection, caller, member_id)
        try:
            await remove_member(connection, caller, member_id, at=parts.clock())
        except Conflict as refusal:
            fields = Fields({"role": other.role})
            fields.fault("role", refusal.message)
            return show("settings/member.html", _member_page(caller, other, fields.form()), CONFLICT)
    return _after(caller, member_id, "removed", stays=False)


def _after(caller: Member, member_id: str, done: str, *, stays: bool) -> Redirect:
    """Back to the list, unless people took themselves the right to see it."""
    if member_id == caller.member_id and not stays:
        return Redirect("/", status_code=303)
    return Redirect(f"/settings/members?done={done}", status_code=303)


def _role(fields: Fields, caller: Member) -> Role:
    known = _kept(caller)
    given = fields.choice("role", known, "Choose what this person may do.")
    return next((role for role in known if role == given), "READER")


def _kept(caller: Member) -> tuple[Role, ...]:
    return tuple(role for role in ROLES if may_keep(caller, role))


def _form_page(request: AnyRequest, form: Form) -> NewMemberPage:
    leaves = services(request).mailer is not None
    roles = role_choices(_kept(member(request)))
    return NewMemberPage(member=member(request), form=form, roles=roles, mail_leaves=leaves)


def _member_page(caller: Member, other: MemberRow, form: Form) -> MemberPage:
    roles = role_choices(_kept(caller)) if may_keep(caller, other.role) else ()
    return MemberPage(member=caller, other=other, form=form, roles=roles)


member_pages = Router(
    "/settings/members", guards=[guard_page], route_handlers=[list_, new, create, retrieve, change, remove]
)
