"""What all commands here have in common: what may be asked for, the lines, the file, the end."""

import argparse
import json
import os
import platform
import signal
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from bench import running, sites
from bench.figures import Figure
from campaign.lib import logs

KINDS = ("sqlite", "postgresql")


def asking(description: str, *, databases: bool = True) -> argparse.ArgumentParser:
    """A parser that knows `--json` and, for what is measured on `databases`, on which."""
    parser = argparse.ArgumentParser(description=description)
    if databases:
        parser.add_argument("--database", choices=[*KINDS, "both"], default="both")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    return parser


def databases(wanted: argparse.Namespace) -> tuple[str, ...]:
    """The kinds of databases that are asked for."""
    return KINDS if wanted.database == "both" else (wanted.database,)


def run(wanted: argparse.Namespace, parts: Mapping[str, Iterator[Figure]]) -> int:
    """Print each figure of each part as soon as it is there, and write them all into the file.

    Returns the exit status: 1 when a target is missed, when something is wrong, or when the one
    database that was asked for is not here; else 0.
    """
    for number in (signal.SIGTERM, signal.SIGINT):  # so that servers, databases and folders go too
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    logs.set_up(as_json=True, quiet=True)
    print(
        f"Python {platform.python_version()}, {os.cpu_count()} processors, "
        f"load {os.getloadavg()[0]:.1f}"
    )
    told: list[dict[str, object]] = []
    wrong: list[str] = []
    for part, figures in parts.items():
        print(f"\n{Figure.heading(part)}")
        try:
            for figure in figures:
                print(figure.line, flush=True)
                told.append({"part": part, **figure.for_programs()})
        except sites.NotHere as absent:
            print(f"not measured: {absent}")
            wrong += [str(absent)] if len(parts) == 1 else []
        except (running.DidNotStart, sites.WrongAnswer) as trouble:
            print(f"WRONG: {trouble}")
            wrong.append(f"{part}: {trouble}")
    if wanted.json:
        report = {"figures": told, "wrong": wrong}
        wanted.json.write_text(json.dumps(report, indent=2) + "\n")
    return 1 if wrong or any(figure["met"] is False for figure in told) else 0
