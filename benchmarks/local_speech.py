"""What runs here with models from the disk: how well and how fast faster-whisper hears, how fast piper speaks.

    .venv/bin/python benchmarks/local_speech.py --whisper FOLDER [--piper VOICE.onnx]

English is said by flite, French by espeak-ng: nobody's real voice, so words wrong are to be compared, not believed.
"""

import argparse
import asyncio
import re
import sys
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from fakes.flite import silence, spoken
from vivavoce.interviewer.speech.espeak import Espeak
from vivavoce.interviewer.speech.piper import Piper
from vivavoce.interviewer.speech.recognisers import Sphinx
from vivavoce.interviewer.speech.shapes import HEARD_RATE, SPOKEN_RATE, Recogniser, Speaker
from vivavoce.interviewer.speech.whisper import Whisper

ENGLISH = (
    "In my last job I worked with customers every day and I learned to listen before I answer.",
    "I would first write a test that shows the problem, then fix it, and look whether the test passes.",
    "A customer was angry because her order came broken. I listened and offered her a new one.",
    "The hardest part was to agree on a smaller release, because everybody wanted their own feature in it.",
)
FRENCH = (
    "Dans mon dernier poste, je travaillais tous les jours avec des clients et j'ai appris à écouter.",
    "J'écrirais d'abord un test qui montre le problème, puis je le corrigerais.",
    "Une cliente était en colère parce que sa commande était arrivée cassée. Je lui en ai proposé une autre.",
)


async def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--whisper", type=Path, required=True)
    arguments.add_argument("--piper", type=Path)
    given = arguments.parse_args()
    before = psutil.Process().memory_info().rss
    whisper = Whisper(given.whisper)
    begun = time.monotonic()
    await whisper.transcribe(silence(1.0), "en")
    grown = (psutil.Process().memory_info().rss - before) // 10**6
    print(f"{given.whisper.name}: loaded in {time.monotonic() - begun:.1f} s, {grown} MB")
    english = [spoken(text, voice) for text in ENGLISH for voice in ("rms", "awb")]
    texts = [text for text in ENGLISH for _ in range(2)]
    sphinx = Sphinx()
    await heard("faster-whisper, English", whisper.recogniser("en"), texts, english)
    await heard("pocketsphinx, English", sphinx, texts, english)
    await sphinx.close()
    french = [await said(Espeak("fr"), text) for text in FRENCH]
    await heard("faster-whisper, French (espeak-ng's voice)", whisper.recogniser("fr"), list(FRENCH), french)
    if given.piper:
        await spoken_by(Piper(given.piper), whisper)


async def heard(name: str, recogniser: Recogniser, texts: list[str], sounds: list[bytes]) -> None:
    wrong = words = 0
    waits = []
    for text, sound in zip(texts, sounds, strict=True):
        utterance = recogniser.begin(lambda _: None)
        utterance.feed(sound)
        begun = time.monotonic()
        got = await utterance.finish()
        waits.append(time.monotonic() - begun)
        errors, count = wrong_words(text, got)
        wrong, words = wrong + errors, words + count
    seconds = sum(map(len, sounds)) / 2 / HEARD_RATE
    print(
        f"{name}: {wrong / words:.0%} of {words} words wrong; {sum(waits) / seconds:.2f} of the sound's length;"
        f" longest wait {max(waits):.1f} s for {max(map(len, sounds)) / 2 / HEARD_RATE:.1f} s"
    )


async def spoken_by(piper: Piper, whisper: Whisper) -> None:
    await said(piper, "One.")
    begun, seconds, wrong, words = time.monotonic(), 0.0, 0, 0
    sounds = []
    for text in ENGLISH:
        sounds.append(await said(piper, text))
        seconds += len(sounds[-1]) / 2 / HEARD_RATE
    took = time.monotonic() - begun
    for text, sound in zip(ENGLISH, sounds, strict=True):
        errors, count = wrong_words(text, await whisper.transcribe(sound, "en"))
        wrong, words = wrong + errors, words + count
    print(
        f"piper: {took / seconds:.2f} of the sound's length; whisper hears {wrong / words:.0%} of its words wrong"
    )


async def said(speaker: Speaker, text: str) -> bytes:
    """At the rate at which candidates are heard."""
    import av  # noqa: PLC0415 - as in the product
    import numpy as np  # noqa: PLC0415 - as above

    pcm = b"".join([piece async for piece in speaker.speak(text)])
    frame = av.AudioFrame.from_ndarray(
        np.frombuffer(pcm, np.int16).reshape(1, -1), format="s16", layout="mono"
    )
    frame.sample_rate = SPOKEN_RATE
    resampler = av.AudioResampler(format="s16", layout="mono", rate=HEARD_RATE)
    return b"".join(
        one.to_ndarray().tobytes() for one in (*resampler.resample(frame), *resampler.resample(None))
    )


def wrong_words(said_text: str, got_text: str) -> tuple[int, int]:
    """Errors and words."""
    wanted, got = (re.findall(r"[\w']+", text.lower()) for text in (said_text, got_text))
    row = list(range(len(got) + 1))
    for i, word in enumerate(wanted, 1):
        before, row[0] = row[0], i
        for j, other in enumerate(got, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (word != other))
    return row[-1], len(wanted)


if __name__ == "__main__":
    asyncio.run(main())
