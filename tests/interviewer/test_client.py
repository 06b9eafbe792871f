"""The client of the internal endpoints: what it repeats, and what it tells apart."""

from collections.abc import AsyncIterator

import pytest

from fakes.plans import small_plan
from fakes.product import FakeProduct, fake_product
from vivavoce.interviewer.client import Client, InterviewClient, LeaseLost, Refused, Unreachable
from vivavoce.interviewer.conversation.moves import StoreTurn


@pytest.fixture
async def product() -> AsyncIterator[FakeProduct]:
    async with fake_product(small_plan()) as product:
        yield product


@pytest.fixture
async def client(product: FakeProduct) -> AsyncIterator[Client]:
    client = Client(product.url, product.secret)
    yield client
    await client.close()


@pytest.fixture
async def interview(client: Client) -> InterviewClient:
    interview = client.interview("int_1")
    await interview.take_lease("agent-1")
    return interview


async def test_the_plan_and_the_history_come_as_they_are(
    product: FakeProduct, interview: InterviewClient
) -> None:
    assert await interview.plan() == product.plan
    await interview.post_turn(StoreTurn(1, "agent", "Hello.", question_id="q1", pending=True))
    history = await interview.history()
    assert [(turn.turn_number, turn.role, turn.content, turn.question_id) for turn in history] == [
        (1, "agent", "Hello.", "q1")
    ]


async def test_a_turn_whose_acknowledgement_was_lost_is_posted_again_and_stored_once(
    product: FakeProduct, interview: InterviewClient
) -> None:
    product.failing = 2
    await interview.post_turn(StoreTurn(1, "agent", "Hello."))
    assert product.transcript == [("agent", "Hello.")]


async def test_a_refusal_is_told_by_its_code_and_not_repeated(
    product: FakeProduct, interview: InterviewClient
) -> None:
    await interview.post_turn(StoreTurn(1, "agent", "Hello."))
    with pytest.raises(Refused) as refused:
        await interview.post_turn(StoreTurn(1, "agent", "Goodbye."))
    assert (refused.value.status, refused.value.code) == (409, "TURN_CONFLICT")


async def test_a_lost_lease_is_told_apart(product: FakeProduct, interview: InterviewClient) -> None:
    product.taken_by("another")
    with pytest.raises(LeaseLost):
        await interview.post_turn(StoreTurn(1, "agent", "Hello."))
    with pytest.raises(LeaseLost):
        await interview.keep_lease(1)


async def test_a_product_that_stays_away_is_unreachable_within_the_patience(
    interview: InterviewClient,
) -> None:
    nobody = Client("http://127.0.0.1:9", "agent-secret")
    with pytest.raises(Unreachable):
        await nobody.interview("int_1").keep_lease(0.3)
    await nobody.close()


async def test_a_wrong_secret_is_refused_at_once(product: FakeProduct) -> None:
    stranger = Client(product.url, "wrong")
    with pytest.raises(Refused) as refused:
        await stranger.interview("int_1").plan()
    assert refused.value.status == 401
    await stranger.close()


async def test_parts_of_the_recording_are_stored_once(
    product: FakeProduct, interview: InterviewClient
) -> None:
    assert (await interview.recording()).reference is None
    product.failing = 1
    stored = await interview.put_part(1, b"mp3")
    assert (stored.parts, stored.reference) == (1, "recording:int_1")
    assert product.parts == [b"mp3"]
