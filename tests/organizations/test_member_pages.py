"""The pages of members and of the organization: who keeps whom, and that an owner stays."""

import asyncio
import dataclasses
from email.message import EmailMessage

import pytest

from vivavoce.callers import Member, Role
from vivavoce.errors import Forbidden
from vivavoce.organizations.keys import list_keys
from vivavoce.organizations.members import add_member, change_role, list_members, remove_member
from vivavoce.organizations.organizations import Organization, change_organization
from world import World

MEMBERS = "/settings/members"


class Postbox:
    async def send(self, message: EmailMessage) -> None:
        """Nothing is delivered here: only whether there is a mailer matters."""


async def path_of(world: World, email: str) -> str:
    found = await world.services.database.pool.fetchval("SELECT id FROM members WHERE email = $1", email)
    return f"{MEMBERS}/{found}"


async def role_of(world: World, email: str) -> str | None:
    found: str | None = await world.services.database.pool.fetchval(
        "SELECT role FROM members WHERE email = $1", email
    )
    return found


@pytest.mark.parametrize(
    ("leaves", "words"),
    [(True, "The invitation is on its way"), (False, "No mail server is set, so no link goes out")],
)
async def test_who_is_invited_gets_a_link_by_mail(world: World, leaves: bool, words: str) -> None:
    if leaves:
        app = world.http._transport.app  # type: ignore[attr-defined] # the app under test
        app.state.services = dataclasses.replace(app.state.services, mailer=Postbox())
    form = {"email": "Grace@Example.org", "name": "Grace Hopper", "role": "READER"}
    invited = await world.page("POST", MEMBERS, member="ADMINISTRATOR", data=form)
    assert invited.status_code == 303
    page = (await world.page("GET", invited.headers["location"])).text
    for shown in (words, "Grace@Example.org", "Grace Hopper"):
        assert shown in page
    mail = await world.services.database.pool.fetchrow("SELECT * FROM mails")
    assert (mail["recipient"], mail["kind"]) == ("Grace@Example.org", "sign_in")
    assert mail["subject"] == "Analytical Engines has made you a member"
    expires = await world.services.database.pool.fetchval(
        "SELECT expires_at - created_at FROM sign_in_links WHERE id = $1", mail["sign_in_link_id"]
    )
    assert expires.days == 7
    again = await world.page("POST", MEMBERS, data=form | {"email": "grace@example.org"})
    assert again.status_code == 422
    assert "This address is a member’s already" in again.text


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"email": "grace", "role": "READER"}, "email"),
        ({"email": "grace@example.org", "role": "KING"}, "role"),
        ({"email": "grace@example.org"}, "role"),
        ({"email": "grace@example.org", "role": "OWNER"}, "role"),
    ],
)
async def test_an_administrator_invites_to_roles_that_there_are_but_no_owners(
    world: World, form: dict[str, str], field: str
) -> None:
    answer = await world.page("POST", MEMBERS, member="ADMINISTRATOR", data=form)
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert await role_of(world, "grace@example.org") is None


async def test_a_role_holds_from_the_next_step_on(world: World) -> None:
    assert (await world.page("GET", "/jobs/new", member="READER")).status_code == 403
    path = await path_of(world, "reader@example.org")
    changed = await world.page("POST", path, member="ADMINISTRATOR", data={"role": "MEMBER"})
    assert (changed.status_code, changed.headers["location"]) == (303, f"{MEMBERS}?done=changed")
    assert (await world.page("GET", "/jobs/new", member="READER")).status_code == 200


async def test_who_is_removed_is_signed_out_at_once(world: World) -> None:
    path = await path_of(world, "member@example.org")
    removed = await world.page("POST", f"{path}/removal")
    assert (removed.status_code, removed.headers["location"]) == (303, f"{MEMBERS}?done=removed")
    assert (await world.page("GET", "/interviews", member="MEMBER")).headers["location"] == "/sign-in"
    assert (await world.page("GET", path)).status_code == 404


async def test_an_administrator_sees_owners_and_cannot_touch_them(world: World) -> None:
    path = await path_of(world, "owner@example.org")
    page = (await world.page("GET", path, member="ADMINISTRATOR")).text
    assert "Only an owner can change or remove an owner." in page
    assert "Remove this member" not in page
    for address, form in ((path, {"role": "READER"}), (f"{path}/removal", {})):
        answer = await world.page("POST", address, member="ADMINISTRATOR", data=form)
        assert answer.status_code == 403
    mine = await path_of(world, "administrator@example.org")
    lifted = await world.page("POST", mine, member="ADMINISTRATOR", data={"role": "OWNER"})
    assert lifted.status_code == 422
    assert await role_of(world, "administrator@example.org") == "ADMINISTRATOR"


async def test_the_only_owner_stays_an_owner(world: World) -> None:
    path = await path_of(world, "owner@example.org")
    for address, form in ((path, {"role": "MEMBER"}), (f"{path}/removal", {})):
        answer = await world.page("POST", address, data=form)
        assert answer.status_code == 409
        assert "This is the only owner. Make somebody else an owner first." in answer.text
        assert '<a href="#role">' in answer.text
    assert await role_of(world, "owner@example.org") == "OWNER"


async def test_an_owner_may_go_once_there_is_another(world: World) -> None:
    other = await path_of(world, "administrator@example.org")
    assert (await world.page("POST", other, data={"role": "OWNER"})).status_code == 303
    mine = await path_of(world, "owner@example.org")
    assert (await world.page("GET", mine)).text.count("Leave the organization") == 1
    left = await world.page("POST", f"{mine}/removal")
    assert (left.status_code, left.headers["location"]) == (303, "/")
    assert await role_of(world, "owner@example.org") is None


async def test_of_two_owners_who_go_at_the_same_moment_one_stays(world: World) -> None:
    await world.page("POST", await path_of(world, "administrator@example.org"), data={"role": "OWNER"})
    first, second = [await path_of(world, f"{who}@example.org") for who in ("owner", "administrator")]
    answers = await asyncio.gather(
        world.page("POST", f"{first}/removal", member="OWNER"),
        world.page("POST", f"{second}/removal", member="ADMINISTRATOR"),
    )
    assert sorted(answer.status_code for answer in answers) == [303, 409]


async def test_anothers_member_is_out_of_reach(world: World) -> None:
    path = await path_of(world, "reader@example.org")
    for method, address, form in (
        ("GET", path, None),
        ("POST", path, {"role": "OWNER"}),
        ("POST", f"{path}/removal", {}),
    ):
        assert (await world.page(method, address, member="STRANGER", data=form)).status_code == 404
    assert await role_of(world, "reader@example.org") == "READER"


@pytest.mark.parametrize("role", ["MEMBER", "READER"])
async def test_the_functions_refuse_whoever_is_no_administrator(world: World, role: Role) -> None:
    caller = Member(world.organization_id, "mem_x", role, "", "x@example.org", "Analytical Engines")
    at, other = world.clock(), (await path_of(world, "reader@example.org")).rpartition("/")[2]
    async with world.services.database.transaction() as connection:
        for refused in (
            list_members(connection, caller),
            add_member(connection, caller, "new@example.org", "READER", at=at),
            change_role(connection, caller, other, "MEMBER", at=at),
            remove_member(connection, caller, other, at=at),
            list_keys(connection, caller, 1),
            change_organization(connection, caller, Organization("Mine", None), at=at),
        ):
            with pytest.raises(Forbidden):
                await refused


async def test_the_organization_is_called_as_its_owner_says(world: World) -> None:
    path = "/settings/organization"
    wrong = await world.page("POST", path, data={"name": " ", "contactEmail": "nobody"})
    assert wrong.status_code == 422
    for field in ("name", "contactEmail"):
        assert f'<a href="#{field}">' in wrong.text
    saved = await world.page("POST", path, data={"name": "Engines & Sons", "contactEmail": "hr@example.org"})
    assert saved.status_code == 303
    page = (await world.page("GET", saved.headers["location"])).text
    for words in ("The organization is changed.", 'value="Engines &amp; Sons"', 'value="hr@example.org"'):
        assert words in page
    await world.interview()
    mail = await world.services.database.pool.fetchrow("SELECT subject, text FROM mails")
    assert "Engines & Sons" in mail["subject"]
    assert "hr@example.org" in mail["text"]
    emptied = await world.page("POST", path, data={"name": "Engines & Sons", "contactEmail": ""})
    assert emptied.status_code == 303
