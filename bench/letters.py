"""How unlike letters are, how soon they are drafted and printed, and how much memory that takes.

`python bench/letters.py --help`; how to read the figures: bench/README.md.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import command, letter_prints, letter_site, letter_texts
from bench.figures import Figure
from campaign.letters.rules import COMPARED


def measure() -> Iterator[Figure]:
    """Every figure, as soon as it is there. Raises WrongAnswer, DidNotStart."""
    yield from letter_texts.of_variety()
    written = letter_texts.letters_written(COMPARED)
    yield from letter_texts.of_drafting(written)
    yield from letter_prints.of_one_letter(written)
    yield from letter_prints.of_many_letters(written)
    yield from letter_site.on_the_web(written)


def main() -> int:
    """Measure everything; the exit status."""
    parser = command.asking(
        "Measure how unlike letters are, and how soon they are drafted and printed.",
        databases=False,
    )
    return command.run(parser.parse_args(), {"letters": measure()})


if __name__ == "__main__":
    sys.exit(main())
