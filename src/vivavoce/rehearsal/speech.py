"""How simulated candidates sound: by flite where it is, which recognisers understand, else by espeak-ng."""

import asyncio
import io
import shutil
import wave

from vivavoce.interviewer.plan import Language
from vivavoce.interviewer.ports import VoiceFailed
from vivavoce.interviewer.speech import espeak
from vivavoce.interviewer.speech.shapes import HEARD_RATE, SPOKEN_RATE
from vivavoce.rehearsal.personas import Pitch

FLITE_VOICES: dict[Pitch, str] = {"high": "slt", "low": "rms"}
ESPEAK_VOICES: dict[Pitch, str] = {"high": "clear", "low": "calm"}
FLITE_SECONDS = 30.0
MAX_KEPT = 256


class CandidateVoice:
    """One language; what was said once is kept, since many candidates tell the same stories."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._flite = shutil.which("flite") if language == "en" else None
        self._kept: dict[tuple[str, Pitch], bytes] = {}

    @property
    def available(self) -> bool:
        return self._flite is not None or espeak.available()

    async def spoken(self, text: str, pitch: Pitch) -> bytes:
        """PCM16 mono at HEARD_RATE. Raises VoiceFailed."""
        kept = self._kept.get((text, pitch))
        if kept is None:
            kept = await (self._by_flite(text, pitch) if self._flite else self._by_espeak(text, pitch))
            if len(self._kept) < MAX_KEPT:
                self._kept[text, pitch] = kept
        return kept

    async def _by_flite(self, text: str, pitch: Pitch) -> bytes:
        assert self._flite
        arguments = ("-voice", FLITE_VOICES[pitch], "-t", text, "-o", "/dev/stdout")
        process = await asyncio.create_subprocess_exec(
            self._flite, *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        async with asyncio.timeout(FLITE_SECONDS):
            written, _ = await process.communicate()
        try:
            with wave.open(io.BytesIO(written)) as file:
                assert (file.getframerate(), file.getnchannels()) == (HEARD_RATE, 1)
                sound: bytes = file.readframes(file.getnframes())
                return sound
        except (wave.Error, EOFError) as fault:
            raise VoiceFailed("flite makes no sound") from fault

    async def _by_espeak(self, text: str, pitch: Pitch) -> bytes:
        import av  # noqa: PLC0415 - 20 MB that only voices need
        import numpy as np  # noqa: PLC0415 - as above

        speaker = espeak.Espeak(self._language, ESPEAK_VOICES[pitch])
        sound = b"".join([piece async for piece in speaker.speak(text)])
        frame = av.AudioFrame.from_ndarray(
            np.frombuffer(sound, np.int16).reshape(1, -1), format="s16", layout="mono"
        )
        frame.sample_rate = SPOKEN_RATE
        resampler = av.AudioResampler(format="s16", layout="mono", rate=HEARD_RATE)
        pieces = (*resampler.resample(frame), *resampler.resample(None))
        return b"".join(piece.to_ndarray().tobytes() for piece in pieces)
