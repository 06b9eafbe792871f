"""From sound to words and from words to sound, with what runs here."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator

import numpy as np
import pytest

from fakes.flite import silence, spoken
from fakes.hearing import FRAME, FRAME_MS, Notebook, Scripted
from vivavoce.interviewer.plan import Language
from vivavoce.interviewer.ports import Final, Partial, SpeechStarted, SpeechStopped, VoiceFailed
from vivavoce.interviewer.speech.espeak import Espeak
from vivavoce.interviewer.speech.hearing import MAX_UNFINISHED
from vivavoce.interviewer.speech.recognisers import Sphinx
from vivavoce.interviewer.speech.shapes import HEARD_RATE, SPOKEN_RATE
from vivavoce.interviewer.stage import STIR_SECONDS
from vivavoce.interviewer.voices import VOICES

ANSWERS = (
    "In my last job I worked with customers every day and I learned to listen before I answer.",
    "I would first write a test that shows the problem, then fix it.",
    "Give me a moment please.",
    "I have finished.",
    "Yes.",
)


@pytest.fixture(scope="module")
async def sphinx() -> AsyncIterator[Sphinx]:
    recogniser = Sphinx()
    yield recogniser
    await recogniser.close()


def noise(seconds: float, level: float = 300.0) -> bytes:
    samples = np.random.default_rng(1).normal(0.0, level, round(seconds * HEARD_RATE))
    return samples.astype(np.int16).tobytes()


def keys(seconds: float) -> bytes:
    """Typing: short bursts that die away."""
    random = np.random.default_rng(2)
    samples = np.zeros(round(seconds * HEARD_RATE))
    for start in random.integers(0, len(samples) - 400, round(seconds * 8)):
        samples[start : start + 200] += random.normal(0, 8000, 200) * np.exp(-np.arange(200) / 40)
    return samples.clip(-32768, 32767).astype(np.int16).tobytes()


def wrong_words(said: str, heard: str) -> tuple[int, int]:
    """Errors and words."""
    wanted, got = re.sub(r"[^a-z' ]", "", said.lower()).split(), heard.split()
    row = list(range(len(got) + 1))
    for i, word in enumerate(wanted, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(got, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1], len(wanted)


async def test_a_spoken_answer_becomes_its_words(sphinx: Sphinx) -> None:
    errors = words = 0
    for voice in ("rms", "awb"):
        for answer in ANSWERS[:3]:
            notebook = Notebook(sphinx)
            notebook.hear(silence(0.5) + spoken(answer, voice) + silence(1.0))
            wrong, count = wrong_words(answer, await notebook.text())
            errors, words = errors + wrong, words + count
    assert errors / words <= 0.2


async def test_words_come_while_they_are_said_and_stay_until_they_are_final(sphinx: Sphinx) -> None:
    notebook = Notebook(sphinx)
    pcm = silence(0.5) + spoken(ANSWERS[0]) + silence(1.0)
    for start in range(0, len(pcm), FRAME):
        notebook.hear(pcm[start : start + FRAME])
        await asyncio.sleep(0.002)
    await notebook.text()
    kinds = [type(event) for event in notebook.events]
    assert kinds[0] is SpeechStarted
    assert kinds[-1] is Final
    partials = [event.text for event in notebook.events if isinstance(event, Partial)]
    assert len(partials) > 5
    assert len(partials[-1].split()) > 10


async def test_start_and_end_of_speech_are_placed_where_they_were(sphinx: Sphinx) -> None:
    notebook = Notebook(sphinx)
    said = spoken(ANSWERS[0])
    notebook.hear(silence(2.0) + said + silence(1.0))
    await notebook.text()
    started = next(event for event in notebook.events if isinstance(event, SpeechStarted))
    stopped = next(event for event in notebook.events if isinstance(event, SpeechStopped))
    end_ms = 2000 + len(said) // 32
    assert started.at_ms is not None
    assert stopped.at_ms is not None
    assert 2000 <= started.at_ms < 2400
    assert end_ms - 600 < stopped.at_ms <= end_ms
    assert 0.3 < stopped.silence < 0.5


@pytest.mark.parametrize("sound", [silence(6.0), noise(6.0), keys(6.0)], ids=["silence", "noise", "typing"])
@pytest.mark.parametrize("agent_speaks", [True, False])
async def test_what_is_no_speech_gives_no_events(sound: bytes, *, agent_speaks: bool) -> None:
    recogniser = Scripted()
    notebook = Notebook(recogniser)
    notebook.hearing.agent_speaks(speaks=agent_speaks)
    notebook.hear(sound)
    assert await notebook.text() == ""
    assert notebook.events == []
    assert recogniser.begun == recogniser.cancelled


async def test_the_first_sound_of_speech_is_known_a_moment_before_it_is_reported() -> None:
    notebook = Notebook(Scripted())
    notebook.hear(silence(1.0))
    assert not notebook.hearing.stirs
    stirred_ms = 0
    pcm = spoken(ANSWERS[0])
    for start in range(0, len(pcm), FRAME):
        notebook.hear(pcm[start : start + FRAME])
        if notebook.count(SpeechStarted):
            break
        stirred_ms += FRAME_MS * notebook.hearing.stirs
    assert not notebook.hearing.stirs
    assert FRAME_MS <= stirred_ms < STIR_SECONDS * 1000
    await notebook.hearing.close()


async def test_a_pause_in_mid_answer_loses_nothing(sphinx: Sphinx) -> None:
    notebook = Notebook(sphinx)
    notebook.hear(silence(0.5) + spoken("I worked with customers every day") + silence(1.5))
    notebook.hear(spoken("and I learned to listen") + silence(1.0))
    text = await notebook.text()
    assert "customers every day" in text
    assert text.endswith("listen")
    assert notebook.count(Final) == 2


async def test_a_very_long_answer_is_recognised_piece_by_piece() -> None:
    recogniser = Scripted()
    notebook = Notebook(recogniser)
    speech = b"".join(spoken(ANSWERS[0]).strip(b"\0") for _ in range(8))
    notebook.hear(speech + silence(1.0))
    await notebook.until(lambda: notebook.count(Final) == recogniser.begun - recogniser.cancelled)
    await notebook.hearing.close()
    assert recogniser.begun >= 2
    assert notebook.count(SpeechStarted) == notebook.count(SpeechStopped)


async def test_finals_come_in_the_order_of_speaking_and_a_recogniser_that_cannot_keep_up_is_given_up() -> (
    None
):
    recogniser = Scripted()
    recogniser.release.clear()
    notebook = Notebook(recogniser)
    for _ in range(MAX_UNFINISHED + 2):
        notebook.hear(spoken("I have finished.") + silence(1.0))
    assert notebook.failure is not None
    await notebook.hearing.close()


async def test_a_recogniser_that_fails_is_told_once() -> None:
    notebook = Notebook(Scripted(fault=VoiceFailed("down")))
    notebook.hear(spoken("I have finished.") + silence(1.0))
    await notebook.text()
    assert str(notebook.failure) == "down"


async def test_a_decoder_that_dies_is_replaced_and_no_word_is_lost() -> None:
    sphinx = Sphinx()
    notebook = Notebook(sphinx)
    said = silence(0.3) + spoken("Could you repeat the question please?") + silence(1.0)
    notebook.hear(said[: len(said) // 2])
    await notebook.until(lambda: notebook.count(Partial) > 0)
    for process in list(sphinx.processes):
        process.kill()
    notebook.hear(said[len(said) // 2 :])
    assert "repeat the question" in await notebook.text()
    await sphinx.close()


async def test_idle_decoders_end() -> None:
    sphinx = Sphinx(idle_seconds=0.05)
    sphinx.warm()
    async with asyncio.timeout(20):
        while not sphinx.processes:  # noqa: ASYNC110 - another process tells nothing when it starts
            await asyncio.sleep(0.02)
        while sphinx.processes:  # noqa: ASYNC110 - nor when it ends
            await asyncio.sleep(0.02)
    await sphinx.close()


@pytest.mark.parametrize(
    ("language", "text"), [("en", "Tell me about yourself."), ("fr", "Parlez-moi de vous, s'il vous plaît.")]
)
async def test_espeak_speaks_english_and_french(language: Language, text: str) -> None:
    sound = np.frombuffer(b"".join([piece async for piece in Espeak(language).speak(text)]), np.int16)
    assert 1.0 < len(sound) / SPOKEN_RATE < 4.0
    assert 3_000 < np.abs(sound.astype(int)).max() < 32_767


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_each_local_voice_is_one_of_its_own(language: Language) -> None:
    spoken = {
        voice: b"".join([piece async for piece in Espeak(language, voice).speak("Bonjour, Camille.")])
        for voice in VOICES["local"]
    }
    assert all(spoken.values())
    assert len(set(spoken.values())) == len(spoken)


async def test_speaking_together_gives_everyone_the_own_words() -> None:
    async def length(language: Language, text: str) -> int:
        return len(b"".join([piece async for piece in Espeak(language).speak(text)]))

    alone = [await length("en", "One."), await length("fr", "Une phrase bien plus longue que l'autre.")]
    together = await asyncio.gather(
        length("en", "One."), length("fr", "Une phrase bien plus longue que l'autre.")
    )
    assert all(abs(a - b) < 4_800 for a, b in zip(alone, together, strict=True))


async def test_nothing_heavy_is_loaded_until_a_voice_needs_it() -> None:
    script = (
        "import sys; from vivavoce.interviewer.voice import LiveVoices;"
        "from vivavoce.interviewer.links import websocket;"
        "from vivavoce.interviewer.speech.choice import Speech; from vivavoce.settings import Settings;"
        "settings = Settings(secret_key='', agent_secret='', openai_api_key='k');"
        "LiveVoices(Speech(settings)).hears('fr');"
        "print(*sorted({'livekit', 'openai', 'av', 'numpy', 'pocketsphinx'} & set(sys.modules)))"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    assert output.split() == []
