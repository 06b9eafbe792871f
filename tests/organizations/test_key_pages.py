"""The pages of API keys: a secret is shown once, and a key is revoked at once."""

import re

import pytest

from world import World

KEYS = "/settings/keys"
FORM = {"name": "Reporting", "reports:read": "yes", "jobs:read": "yes", "expiresOn": ""}


async def make(world: World, **fields: str) -> tuple[str, str]:
    """The secret, and the path of the key's page."""
    answer = await world.page("POST", KEYS, data=FORM | fields)
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found = re.search(r'value="(vv_[\w-]+)"', answer.text)
    assert found
    listed = (await world.page("GET", KEYS)).text
    name = FORM["name"] if "name" not in fields else fields["name"]
    path = re.search(rf'href="({KEYS}/key_\w+)">{name}<', listed)
    assert path
    return found[1], path[1]


async def test_a_key_made_on_a_page_opens_what_was_ticked_and_is_never_shown_again(world: World) -> None:
    secret, path = await make(world)
    assert (await world.call("GET", "/api/v1/jobs", key=secret)).status_code == 200
    assert (await world.call("GET", "/api/v1/candidates", key=secret)).status_code == 403
    assert 'href="/docs"' in (await world.page("GET", KEYS)).text
    for page in (KEYS, path):
        shown = (await world.page("GET", page)).text
        assert "Reporting" in shown
        assert secret not in shown
    assert "Reports: read" in (await world.page("GET", path)).text


async def test_the_list_says_when_a_key_was_used_and_when_it_ends(world: World) -> None:
    secret, path = await make(world, expiresOn="2026-03-03")
    assert "never" in (await world.page("GET", KEYS)).text
    world.clock.forward(days=2, hours=14, minutes=59)
    assert (await world.call("GET", "/api/v1/jobs", key=secret)).status_code == 200
    listed = (await world.page("GET", KEYS)).text
    assert "3\N{NO-BREAK SPACE}Mar\N{NO-BREAK SPACE}2026" in listed
    world.clock.forward(minutes=1)
    assert (await world.call("GET", "/api/v1/jobs", key=secret)).status_code == 401
    assert "Expired" in (await world.page("GET", KEYS)).text
    assert "so no longer" in (await world.page("GET", path)).text


async def test_a_revoked_key_opens_nothing_and_is_gone_from_the_list(world: World) -> None:
    secret, path = await make(world)
    revoked = await world.page("POST", f"{path}/revocation")
    assert (revoked.status_code, revoked.headers["location"]) == (303, f"{KEYS}?done=revoked")
    assert (await world.call("GET", "/api/v1/jobs", key=secret)).status_code == 401
    assert "The key is revoked" in (await world.page("GET", revoked.headers["location"])).text
    assert "Reporting" not in (await world.page("GET", KEYS)).text
    assert (await world.page("GET", path)).status_code == 404
    assert (await world.page("POST", f"{path}/revocation")).status_code == 303, "twice is once"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"reports:read": "", "jobs:read": ""}, "scopes"),
        ({"expiresOn": "2026-02-28"}, "expiresOn"),
        ({"expiresOn": "soon"}, "expiresOn"),
    ],
)
async def test_what_is_wrong_is_told_and_what_was_typed_stays(
    world: World, changes: dict[str, str], field: str
) -> None:
    form = {name: value for name, value in (FORM | changes).items() if value or name == "expiresOn"}
    answer = await world.page("POST", KEYS, data=form)
    assert answer.status_code == 422
    assert f'<a href="#{field}">' in answer.text
    assert f'id="{field}"' in answer.text
    assert ('name="jobs:read" value="yes"' in answer.text) is True


async def test_making_and_revoking_are_told_in_the_history_without_the_secret(world: World) -> None:
    secret, path = await make(world)
    await world.page("POST", f"{path}/revocation")
    rows = await world.services.database.pool.fetch(
        "SELECT type, data FROM events WHERE data->>'keyId' = $1 ORDER BY id", path.rpartition("/")[2]
    )
    assert [row["type"] for row in rows] == ["key.created", "key.revoked"]
    assert rows[0]["data"]["scopes"] == ["jobs:read", "reports:read"]
    assert secret not in str(rows)
