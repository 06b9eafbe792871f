"""pocketsphinx in a process of its own: `python -m vivavoce.interviewer.speech.sphinx`.

The decoder holds Python's lock while it works, up to a third of a second at the end of an utterance; in the
agent's process every interview would stand still for that time. The process ends when its input does.

Input: a kind, the utterance's number, a length, and that many bytes of audio. Output: lines of JSON.
"""

import json
import os
import select
import signal
import struct
import sys
from typing import Any, BinaryIO

HEADER = struct.Struct("<cII")
AUDIO, END, FORGET = b"a", b"e", b"f"
MAX_PAYLOAD = 1 << 20
TELL_BYTES = 16_000
"""Half a second: so often at least there are words, however late this process is."""


def main() -> None:
    # Ctrl-C at a terminal reaches the whole group; the agent decides when this ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    listen(sys.stdin.buffer, sys.stdout.fileno())


def listen(source: BinaryIO, answers: int) -> None:
    from pocketsphinx import Decoder  # noqa: PLC0415 - an extra of the package, loaded in this process only

    decoder = Decoder(loglevel="FATAL")
    current: int | None = None
    told, untold = "", 0
    while header := source.read(HEADER.size):
        kind, number, length = HEADER.unpack(header)
        assert length <= MAX_PAYLOAD
        payload = source.read(length)
        if current != number:
            if current is not None:
                decoder.end_utt()
            decoder.start_utt()
            current, told, untold = number, "", 0
        if kind == AUDIO:
            decoder.process_raw(payload)
            untold += length
            if untold >= TELL_BYTES or not _more_is_waiting(source):
                untold = 0
                if (text := _text(decoder)) != told:
                    told = text
                    _answer(answers, number, "partial", text)
            continue
        decoder.end_utt()
        current = None
        if kind == END:
            _answer(answers, number, "final", _text(decoder))


def _more_is_waiting(source: BinaryIO) -> bool:
    return bool(select.select([source], [], [], 0)[0])


def _text(decoder: Any) -> str:
    found = decoder.hyp()
    return found.hypstr.strip() if found else ""


def _answer(descriptor: int, number: int, kind: str, text: str) -> None:
    os.write(descriptor, json.dumps({"utterance": number, kind: text}).encode() + b"\n")


if __name__ == "__main__":
    main()
