"""The recruiter's pages of candidates."""

import re
from typing import Any

from world import World

GRACE = {
    "firstName": "Grace",
    "lastName": "Hopper",
    "email": "grace@example.org",
    "phone": "",
    "locale": "fr",
}


async def add(world: World, form: dict[str, str], member: str = "OWNER") -> Any:
    return await world.page("POST", "/candidates", member=member, data=form)


async def test_a_candidate_is_added_and_shown(world: World) -> None:
    made = await add(world, GRACE | {"email": " grace@example.org "}, "MEMBER")
    assert made.status_code == 303
    page = (await world.page("GET", made.headers["location"])).text
    for words in ("Grace Hopper", "grace@example.org", "French", "The candidate is added.", "None yet."):
        assert words in page


async def test_all_faults_are_told_at_once_and_nothing_typed_is_lost(world: World) -> None:
    answer = await add(world, {"firstName": "G" * 201, "email": "grace@", "phone": "0 1", "locale": "xx"})
    assert answer.status_code == 422
    for field in ("firstName", "email", "locale"):
        assert f'<a href="#{field}">' in answer.text
    for typed in ("G" * 201, "grace@", "0 1"):
        assert f'value="{typed}"' in answer.text


async def test_an_address_that_is_taken_says_so_whatever_its_case(world: World) -> None:
    await add(world, GRACE)
    again = await add(world, GRACE | {"email": "GRACE@example.org"})
    assert again.status_code == 422
    assert "A candidate with this address is already here." in again.text
    assert 'value="GRACE@example.org"' in again.text


async def test_a_wrong_address_is_mended_and_what_the_form_does_not_show_stays(world: World) -> None:
    wanted = {"email": "grcae@example.org", "locale": "fr-CA", "tags": ["navy"]}
    candidate = await world.made("/api/v1/candidates", wanted)
    page = f"/candidates/{candidate['id']}"
    form = (await world.page("GET", f"{page}/edit", member="MEMBER")).text
    assert 'value="grcae@example.org"' in form
    assert re.search(r'value="fr" checked', form)
    saved = await world.page("POST", page, member="MEMBER", data=GRACE)
    assert saved.status_code == 303
    shown = (await world.page("GET", saved.headers["location"])).text
    for words in ("Grace Hopper", "grace@example.org", "The changes are saved.", "navy", "fr-CA"):
        assert words in shown


async def test_a_change_to_an_address_that_is_taken_keeps_what_was_typed(world: World) -> None:
    await add(world, GRACE)
    candidate = await world.candidate("ada@example.org")
    answer = await world.page("POST", f"/candidates/{candidate['id']}", data=GRACE | {"locale": "xx"})
    assert answer.status_code == 422
    assert '<a href="#locale">' in answer.text
    answer = await world.page("POST", f"/candidates/{candidate['id']}", data=GRACE)
    assert answer.status_code == 422
    assert "A candidate with this address is already here." in answer.text
    assert 'value="Hopper"' in answer.text


async def test_the_list_finds_by_name_and_address_and_counts_interviews(world: World) -> None:
    await world.interview()
    await add(world, GRACE)
    for search, found in (("lovel", ["Ada Lovelace"]), ("GRACE@", ["Grace Hopper"]), ("%", []), ("e", None)):
        page = (await world.page("GET", "/candidates", params={"search": search})).text
        names = re.findall(r'class="whole"[^>]*>([^<]+)<', page)
        assert names == (["Grace Hopper", "Ada Lovelace"] if found is None else found), search
    page = (await world.page("GET", "/candidates")).text
    assert re.search(r"ada@example\.org</td>\s*<td class=\"right figures\">1<", page)
    assert re.search(r"grace@example\.org</td>\s*<td class=\"right figures\">0<", page)


async def test_a_candidates_page_lists_their_interviews(world: World) -> None:
    interview = await world.interview()
    page = (await world.page("GET", f"/candidates/{interview['candidateId']}")).text
    assert f'href="/interviews/{interview["id"]}">Backend engineer<' in page
    assert f'/interviews/new?candidateId={interview["candidateId"]}"' in page


async def test_addresses_that_make_no_sense_are_refused_in_words(world: World) -> None:
    for query in ("page=0", "page=x", "search=%ff", "search=%00", "search=" + "x" * 201):
        assert (await world.page("GET", f"/candidates?{query}")).status_code == 400, query
    assert "This page is empty." in (await world.page("GET", "/candidates?page=9")).text
    assert (await world.page("GET", "/candidates/cand_%00")).status_code == 404
