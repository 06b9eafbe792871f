"""What is heard on a recording, and when."""

import io

import av
import numpy as np

AUDIBLE = 0.005
"""Of full scale: above what an encoder leaves of silence, below the end of a soft word."""


def loudness(file: bytes) -> np.ndarray:
    """Of both sides, for every hundredth of a second."""
    with av.open(io.BytesIO(file), format="mp3") as opened:
        sound = np.concatenate([frame.to_ndarray() for frame in opened.decode(audio=0)], axis=1)
    hundredths = sound.shape[1] // 160
    return np.abs(sound[:, : hundredths * 160]).reshape(2, hundredths, 160).max(axis=2)


def onset(track: np.ndarray) -> float:
    return float(np.argmax(track > 0.1)) / 100


def heard_between(track: np.ndarray, start_ms: float, end_ms: float) -> tuple[int, int]:
    """When sound begins and ends between these moments, in milliseconds."""
    first = round(max(start_ms, 0) / 10)
    audible = np.flatnonzero(track[first : round(end_ms / 10)] > AUDIBLE)
    assert audible.size, f"nothing is heard between {start_ms} and {end_ms} ms"
    return int(first + audible[0]) * 10, int(first + audible[-1] + 1) * 10
