"""A moment written into a frame of sound, in the lowest bits of its samples, where nobody hears it.

Pages and agents read the same monotonic clock, so what left a page can be timed where it is heard.
"""

import time

import numpy as np

BITS = 48
MICROSECONDS = 1e6
_WEIGHTS = 1 << np.arange(BITS, dtype=np.int64)


def stamped(frame: bytes) -> bytes:
    samples = np.frombuffer(frame, np.int16).copy()
    now = int(time.monotonic() * MICROSECONDS)
    samples[:BITS] = (samples[:BITS] & ~1) | ((now >> np.arange(BITS, dtype=np.int64)) & 1).astype(np.int16)
    return samples.tobytes()


def seconds_since(frame: bytes) -> float:
    bits = np.frombuffer(frame, np.int16, BITS) & 1
    return time.monotonic() - int((bits.astype(np.int64) * _WEIGHTS).sum()) / MICROSECONDS
