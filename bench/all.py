"""Run every bench, one after the other, and print what has a target in one table.

`python bench/all.py --help`; how to read the figures: bench/README.md.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import command
from bench.figures import Figure

#: What a command writes: its figures, and what is wrong.
Report = dict[str, Any]

HERE = Path(__file__).resolve().parent
#: In this order, with what keeps each to some minutes.
COMMANDS: dict[str, list[str]] = {
    "signing": [],
    "confirming": [],
    "servers": [],
    "reading": [],
    "screening": [],
    "letters": [],
    "results": [],
    "dashboard": [],
    "updates": [],
    "voiding": [],
    "transfer": ["--signatures", "50000"],
    "export": [],
}


def measure(name: str, arguments: list[str], file: Path) -> Report:
    """What the bench of that name writes, while it prints its own lines."""
    print(f"\n# {name}", flush=True)
    ended = subprocess.run(
        [sys.executable, HERE / f"{name}.py", *arguments, "--json", file], check=False
    )
    if not file.exists():
        return {"figures": [], "wrong": [f"ended with {ended.returncode}, and nothing was told"]}
    report: Report = json.loads(file.read_text())
    return report


def table(reports: dict[str, Report]) -> tuple[list[str], bool]:
    """The lines of all figures that have a target, and whether all is as it should be."""
    lines, is_well = [Figure.heading("")], True
    for name, report in reports.items():
        for told in report["figures"]:
            if told.pop("met") is not None:
                part = told.pop("part")
                what = f"{name}, {part}" if part != name else name
                figure = Figure(**{**told, "name": f"{what}: {told['name']}"})
                lines.append(figure.line)
                is_well &= bool(figure.met)
        for wrong in report["wrong"]:
            lines.append(f"{name}: WRONG: {wrong}")
            is_well = False
    return lines, is_well


def main() -> int:
    """Measure everything; 1 when a target is missed or something is wrong, else 0."""
    wanted = command.asking(
        "Run every bench, and print one table of what has a target.", databases=False
    ).parse_args()
    with tempfile.TemporaryDirectory(prefix="campaign-bench-") as folder:
        reports = {
            name: measure(name, arguments, Path(folder) / f"{name}.json")
            for name, arguments in COMMANDS.items()
        }
    if wanted.json:
        wanted.json.write_text(json.dumps(reports, indent=2) + "\n")
    lines, is_well = table(reports)
    print("\n# All of it\n", *lines, sep="\n")
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
