"""How unlike letters are, how soon they are drafted and printed, and how much memory that takes.

`python bench/letters.py --help`; how to read the figures: bench/README.md.
"""

import argparse
import json
import os
import platform
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import letter_prints, letter_site, letter_texts, sites
from bench.letter_figures import HEADING, Figure
from campaign.letters.rules import COMPARED
from campaign.lib import logs


def measure() -> Iterator[Figure]:
    """Every figure, as soon as it is there. Raises WrongAnswer, DidNotStart."""
    yield from letter_texts.of_variety()
    written = letter_texts.letters_written(COMPARED)
    yield from letter_texts.of_drafting(written)
    yield from letter_prints.of_one_letter(written)
    yield from letter_prints.of_many_letters(written)
    yield from letter_site.on_the_web(written)


def main() -> int:
    """Measure everything. 1 when a target is missed or an answer was wrong, else 0."""
    parser = argparse.ArgumentParser(
        description="Measure how unlike letters are, and how soon they are drafted and printed."
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    wanted = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):  # so that processes and folders go too
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    logs.set_up(as_json=True, quiet=True)
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} processors, load "
        f"{os.getloadavg()[0]:.1f}\n\n{HEADING}"
    )
    figures, wrong = [], ""
    try:
        for figure in measure():
            print(figure.line, flush=True)
            figures.append(figure)
    except (sites.DidNotStart, letter_site.WrongAnswer) as trouble:
        wrong = str(trouble)
        print(f"WRONG: {wrong}")
    if wanted.json:
        report = {"figures": [figure.for_programs() for figure in figures], "wrong": wrong}
        wanted.json.write_text(json.dumps(report, indent=2) + "\n")
    missed = [figure for figure in figures if figure.met is False]
    return 1 if missed or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
