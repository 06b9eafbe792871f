"""Whatever a form of our pages is sent with, and whatever a page's address says, by chance: never a failure."""

import random
import re
from typing import Any

import httpx
import pytest

from web.test_page_callers import ROUTES, ask, things
from world import World

__all__ = ["things"]

SEEDS = (20260601, 20260602)
TRIES = 12
SCRIBBLES = (
    *(
        "",
        " ",
        "x" * 300,
        "x" * 30_000,
        "é" * 201,
        "👍" * 100,
        "\u202e",
        "\ufeff",
        "%",
        "null",
        "<script>alert(1)</script>",
    ),
    *(
        "9" * 5_000,
        "9" * 400,
        "9" * 18,
        "-1",
        "0",
        "-0",
        "1e9",
        "NaN",
        "inf",
        "1,5",
        ".5",
        "1.",
        "+5",
        " 5 ",
        "1_000",
        "٣",
    ),
    *("2026-13-45", "2026-02-30", "0001-01-01", "9999-12-31", "10000-01-01"),
    *(
        "int_x",
        "../../x",
        "' OR 1=1 --",
        "\r\nX: y",
        "a@b..c",
        "https://[::1",
        "http://127.0.0.1",
        "javascript:alert(1)",
    ),
)
FIELDS = (
    "extra",
    "questions.99999.text.en",
    "questions.x.y",
    "criteria.0.levels.9.en",
    "facts.0.topic.en",
    "a" * 300,
)
QUERY = ("page", "search", "status", "jobId", "done", "mode", "agentId", "candidateId", "version", "x")
NOT_FORMS = (
    "/removal",
    "/revocation",
    "/deletion",
    "/erasure",
    "/sign-out",
    "/{token:str}",
    "/settings/members/{member_id:str}",
)


class Scribbler(World):
    """Writes something else into one field or two of the form for `where`, leaves one out, or puts one in."""

    chance: random.Random
    where = ""

    async def page(
        self, method: str, path: str, *, member: str | None = "OWNER", **options: Any
    ) -> httpx.Response:
        if method == "POST" and self.where and re.fullmatch(self.where, path):
            form = dict(options.get("data") or {})
            names = list(form) or ["name"]
            what = self.chance.random()
            if what < 0.1:
                form.pop(self.chance.choice(names), None)
            else:
                among = names if what < 0.85 else FIELDS
                for _ in range(self.chance.randint(1, 2)):
                    form[self.chance.choice(among)] = self.chance.choice(SCRIBBLES)
            options["data"] = form
        return await super().page(method, path, member=member, **options)


@pytest.mark.parametrize("seed", SEEDS)
async def test_no_form_brings_a_page_down(world: World, things: dict[str, str], seed: int) -> None:
    scribbler = Scribbler(**vars(world))
    scribbler.chance = random.Random(seed)
    for route in ROUTES:
        if route[0] != "POST" or route[1].endswith(NOT_FORMS):
            continue
        for _ in range(TRIES):
            scribbler.where = re.sub(r"{\w+:str}", "[^/]+", route[1])
            answer = await ask(scribbler, route, dict(things))
            assert answer.status_code < 500, f"{route}, with the seed {seed}"


async def test_no_address_brings_a_page_down(world: World, things: dict[str, str]) -> None:
    chance = random.Random(SEEDS[0])
    for method, path, _ in ROUTES:
        if method == "GET":
            address = re.sub(r"{(\w+):str}", lambda found: things.get(found[1], "x"), path)
            for _ in range(TRIES):
                query = {chance.choice(QUERY): chance.choice(SCRIBBLES)[:400]}
                answer = await world.page("GET", address, params=query)
                assert answer.status_code < 500, f"{address}, {query}"
        for strange in ("%00", "%ff", "a" * 3_000, "..%2f", "%F0%9F%91%8D"):
            answer = await world.page(method, re.sub(r"{(\w+):str}", strange, path))
            assert answer.status_code < 500, f"{path}, {strange}"
