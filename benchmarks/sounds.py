"""What a microphone hears besides answers, made by synthesis: coughs, keyboards, the hum of a room."""

import numpy as np
from numpy.typing import NDArray

RATE = 16_000
FULL = 32_767

Sound = NDArray[np.float64]
"""Samples between -1 and 1."""


def cough(random: np.random.Generator) -> Sound:
    """One to three bursts: air that breaks through, its noise in the throat, sometimes a voiced end."""
    bursts = []
    for _ in range(random.integers(1, 4)):
        opening = _noise(random, random.uniform(0.02, 0.05)) * random.uniform(0.7, 1.0)
        throat = _noise(random, random.uniform(0.08, 0.22))
        for formant in (random.uniform(400, 700), random.uniform(1200, 1800), random.uniform(2300, 3000)):
            throat = throat + _resonated(throat, formant, bandwidth=random.uniform(150, 350))
        throat *= np.exp(-np.arange(len(throat)) / RATE / random.uniform(0.04, 0.1))
        parts = [opening, _scaled(throat, 0.6)]
        if random.random() < 0.5:
            parts.append(_scaled(_voiced(random, random.uniform(0.06, 0.15)), 0.35))
        parts.append(np.zeros(round(random.uniform(0.12, 0.35) * RATE)))
        bursts.append(np.concatenate(parts))
    return _scaled(np.concatenate(bursts), 1.0)


def keyboard(random: np.random.Generator, seconds: float) -> Sound:
    """Keys that go down and up again at a typist's pace, each a click and the ringing of the case."""
    whole = np.zeros(round(seconds * RATE))
    at, pace = 0.0, random.uniform(4.0, 9.0)
    while at < seconds:
        for delay, loud in (
            (0.0, random.uniform(0.5, 1.0)),
            (random.uniform(0.06, 0.11), random.uniform(0.2, 0.5)),
        ):
            start = round((at + delay) * RATE)
            click = _click(random)[: max(0, len(whole) - start)] * loud
            whole[start : start + len(click)] += click
        at += random.exponential(1 / pace) * 0.5 + 0.5 / pace
    return _scaled(whole, 1.0)


def room(random: np.random.Generator, seconds: float) -> Sound:
    """A fan and a street: noise that falls by 3 dB an octave, of which the loudness wanders a little."""
    size = round(seconds * RATE)
    spectrum = np.fft.rfft(random.standard_normal(size))
    spectrum /= np.sqrt(np.maximum(np.fft.rfftfreq(size, 1 / RATE), 40.0))
    steps = np.arange(0, size + RATE, RATE)
    wandering = np.interp(np.arange(size), steps, random.uniform(0.7, 1.3, len(steps)))
    return _scaled(np.fft.irfft(spectrum, size) * wandering, 1.0)


def at_level(sound: Sound, decibels: float) -> Sound:
    """Its loudness where it sounds at all, in dB below full scale."""
    sounding = sound[np.abs(sound) > 0.02 * np.max(np.abs(sound))]
    return sound * 10 ** (decibels / 20) / np.sqrt(np.mean(sounding**2))


def from_pcm(pcm: bytes) -> Sound:
    return np.frombuffer(pcm, np.int16) / FULL


def to_pcm(sound: Sound) -> bytes:
    return (np.clip(sound, -1, 1) * FULL).astype(np.int16).tobytes()


def _noise(random: np.random.Generator, seconds: float) -> Sound:
    return random.standard_normal(round(seconds * RATE))


def _voiced(random: np.random.Generator, seconds: float) -> Sound:
    """Glottal pulses through a throat, falling in pitch and dying away."""
    size = round(seconds * RATE)
    pitch = np.linspace(random.uniform(160, 260), random.uniform(90, 150), size)
    pulses = np.diff(np.floor(np.cumsum(pitch) / RATE), prepend=0.0)
    sound = _resonated(pulses, random.uniform(500, 800), 120) + _resonated(
        pulses, random.uniform(1100, 1600), 200
    )
    return sound * np.exp(-np.arange(size) / RATE / random.uniform(0.04, 0.09))


def _click(random: np.random.Generator) -> Sound:
    """A few milliseconds of noise, and two or three resonances of plastic and metal that ring after it."""
    size = round(0.04 * RATE)
    time = np.arange(size) / RATE
    click = random.standard_normal(size) * np.exp(-time / random.uniform(0.001, 0.003))
    for _ in range(random.integers(2, 4)):
        ringing = np.sin(2 * np.pi * random.uniform(800, 5500) * time + random.uniform(0, 6))
        click += ringing * np.exp(-time / random.uniform(0.003, 0.01)) * random.uniform(0.3, 1.0)
    return click


def _resonated(sound: Sound, hertz: float, bandwidth: float) -> Sound:
    """Through one resonance, by its impulse response."""
    time = np.arange(round(0.03 * RATE)) / RATE
    response = np.exp(-np.pi * bandwidth * time) * np.sin(2 * np.pi * hertz * time)
    return np.convolve(sound, response)[: len(sound)]


def _scaled(sound: Sound, peak: float) -> Sound:
    return sound * peak / np.max(np.abs(sound))
