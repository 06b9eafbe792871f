"""pocketsphinx in a process of its own: `python -m vivavoce.interviewer.speech.sphinx`.

The decoder holds Python's lock while it works, up to a third of a second at the end of an utterance; in the
agent's process every interview would stand still for that time. The process ends when its input does.

Input: a kind, the utterance's number, a length, and that many bytes of audio. Output: lines of JSON.
"""

import itertools
import json
import os
import re
import signal
import struct
import sys
import tempfile
from pathlib import Path
from typing import Any, BinaryIO

HEADER = struct.Struct("<cII")
AUDIO, END, FORGET = b"a", b"e", b"f"
MAX_PAYLOAD = 1 << 20
TELL_BYTES = 6_400
"""A fifth of a second between two looks at the words."""
COARSE = re.compile(
    r"(?:\w*(?:fuck|shit|cunt|whore|nigg|bitch)\w*|(?:ass|asses|asshole|bastard|cock|dick|faggot|piss|slut|tits)s?)"
    r"(?:\(\d\))? "
)


def main() -> None:
    # Ctrl-C at a terminal reaches the whole group; the agent decides when this ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listen(sys.stdin.buffer, sys.stdout.fileno())


def listen(source: BinaryIO, answers: int) -> None:
    decoder = _decoder()
    current: int | None = None
    told, before, untold = "", "", 0
    while header := source.read(HEADER.size):
        kind, number, length = HEADER.unpack(header)
        assert length <= MAX_PAYLOAD
        payload = source.read(length)
        if current != number:
            if current is not None:
                decoder.end_utt()
            decoder.start_utt()
            current, told, before, untold = number, "", "", 0
        if kind == AUDIO:
            decoder.process_raw(payload)
            untold += length
            if untold >= TELL_BYTES:
                text = _text(decoder)
                agreed, before, untold = _common_beginning(before, text), text, 0
                if agreed != told:
                    told = agreed
                    _answer(answers, number, "partial", agreed)
            continue
        decoder.end_utt()
        current = None
        if kind == END:
            _answer(answers, number, "final", _text(decoder))


def _decoder() -> Any:
    """English, without the words that nobody should find in a transcript because a machine misheard."""
    from pocketsphinx import Decoder, get_model_path  # noqa: PLC0415 - loaded in this process only

    whole = Path(get_model_path("en-us/cmudict-en-us.dict"))
    with tempfile.NamedTemporaryFile("w", suffix=".dict", encoding="utf-8") as kept:
        with whole.open(encoding="utf-8") as entries:
            kept.writelines(entry for entry in entries if not COARSE.match(entry))
        kept.flush()
        return Decoder(loglevel="FATAL", dict=kept.name)


def _common_beginning(one: str, other: str) -> str:
    """The newest words of a hypothesis change most; what two in a row agree on rarely does."""
    pairs = zip(one.split(), other.split(), strict=False)
    return " ".join(word for word, _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))


def _text(decoder: Any) -> str:
    found = decoder.hyp()
    return found.hypstr.strip() if found else ""


def _answer(descriptor: int, number: int, kind: str, text: str) -> None:
    os.write(descriptor, json.dumps({"utterance": number, kind: text}).encode() + b"\n")


if __name__ == "__main__":
    main()
