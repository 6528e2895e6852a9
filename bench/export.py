"""How long a file of signatures takes, beside the least it could; its first byte, its memory.

`python bench/export.py --help`; how to read the figures: bench/README.md.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import command, export_files, export_site, sites
from bench.figures import Figure
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
            yield from export_files.beside_the_least(rows)
            db.session.remove()
            db.engine.dispose()
        yield from export_site.on_the_web(site, folder / "campaign.log", rows)


def main() -> int:
    """Measure what is asked for; the exit status."""
    parser = command.asking("Measure how long a file of signatures takes.")
    parser.add_argument("--rows", type=int, default=ROWS, help=f"signatures (else {ROWS})")
    wanted = parser.parse_args()
    return command.run(
        wanted, {kind: measure(kind, wanted.rows) for kind in command.databases(wanted)}
    )


if __name__ == "__main__":
    sys.exit(main())
