"""What `vivavoce rehearse` is asked for. Imports nothing heavy: the command line stays quick."""

import argparse

PERSONAS = ("thorough", "terse", "rambling", "nervous", "silent", "interrupting", "off-topic", "hostile")
MOST_CANDIDATES = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--configuration", metavar="ID|NAME", help="default: the organization's default one")
    what.add_argument("--stage", metavar="ID", help="what a stage of a campaign asks, for the campaign's job")
    parser.add_argument("--job", metavar="ID", help="default: the newest that is open")
    parser.add_argument("--persona", choices=PERSONAS, default="thorough", help="default: thorough")
    parser.add_argument(
        "--language", choices=("en", "fr"), default="en", help="where the configuration leaves it open"
    )
    parser.add_argument("--text", action="store_true", help="type instead of speaking: done in seconds")
    parser.add_argument("--seed", type=int, default=0, help="another one says the same in another way")
    parser.add_argument("--candidates", type=_candidates, default=1, metavar="N", help="so many at once")


def _candidates(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= MOST_CANDIDATES:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {MOST_CANDIDATES}")
    return int(text)
