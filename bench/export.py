"""How long a file of signatures takes, beside the least it could; its first byte, its memory.

`python bench/export.py --help`; how to read the figures: bench/README.md.
"""

import argparse
import json
import os
import platform
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import export_files, export_site, sites
from bench.letter_figures import HEADING, Figure
from campaign.lib import logs
from campaign.lib.db import db

ROWS = 200_000


def measure(kind: str, rows: int) -> Iterator[Figure]:
    """Every figure of one kind of database, as soon as it is there.

    Raises NotHere, DidNotStart, WrongAnswer.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="campaign-bench-")))
        database = stack.enter_context(sites.fresh_database(kind, folder, "campaign"))
        site = stack.enter_context(closing(sites.Site(folder, database)))
        site.open_petition()
        with site.app.app_context():
            export_files.sign(rows)
            yield from export_files.beside_the_least(kind, rows)
            db.session.remove()
            db.engine.dispose()
        yield from export_site.on_the_web(site, folder / "campaign.log", kind, rows)


def main() -> int:
    """Measure everything. 1 when a target is missed or an answer was wrong, else 0."""
    parser = argparse.ArgumentParser(description="Measure how long a file of signatures takes.")
    kinds = ("sqlite", "postgresql")
    parser.add_argument("--database", choices=kinds, help="only this kind")
    parser.add_argument("--rows", type=int, default=ROWS, help=f"signatures (else {ROWS})")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    wanted = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):  # so that processes and folders go too
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    logs.set_up(as_json=True, quiet=True)
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} processors, load "
        f"{os.getloadavg()[0]:.1f}\n\n{HEADING}"
    )
    figures, wrong = list[Figure](), ""
    for kind in [wanted.database] if wanted.database else kinds:
        try:
            for figure in measure(kind, wanted.rows):
                print(figure.line, flush=True)
                figures.append(figure)
        except sites.NotHere as trouble:
            print(f"{kind}: left out, {trouble}")
        except (sites.DidNotStart, export_site.WrongAnswer) as trouble:
            wrong = f"{kind}: {trouble}"
            print(f"WRONG: {wrong}")
    if wanted.json:
        report = {"figures": [figure.for_programs() for figure in figures], "wrong": wrong}
        wanted.json.write_text(json.dumps(report, indent=2) + "\n")
    return 1 if wrong or any(figure.met is False for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
