"""How often a sentence ends after these words, in English, by the language model that pocketsphinx brings along.

Bare words say less than punctuated ones about whether more comes; how often they were last in millions of sentences
says some of that again. A look-up takes a microsecond; the model takes 35 MB, and a tenth of a second to load.
"""

from collections.abc import Callable, Sequence
from functools import cache

LOOKED_AT = 2
"""The model knows three words in a row: two, and the end."""


def likelihood(said: Sequence[str]) -> float | None:
    """The decimal logarithm of the share; None where pocketsphinx is not installed."""
    end_after = load()
    return None if end_after is None else end_after(said[-LOOKED_AT:])


@cache
def load() -> Callable[[Sequence[str]], float] | None:
    try:
        from pocketsphinx import Config, LogMath, NGramModel, get_model_path  # noqa: PLC0415 - only where needed
    except ImportError:
        return None
    logarithms = LogMath()
    model = NGramModel(Config(lm=None), logarithms, get_model_path("en-us/en-us.lm.bin"))
    return lambda said: float(logarithms.log_to_log10(model.prob(["</s>", *reversed(said)])))
