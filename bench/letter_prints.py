"""How soon letters are printed, and how much memory that takes; beside plain typst."""

import re
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec
import typst

from bench.figures import Figure
from bench.letter_texts import LAYOUT, SENDER, SLUG, Written, case_of
from campaign.letters import glyphs, printing, sheets, typesetting
from campaign.letters.printing import Letter
from campaign.letters.rules import KIT_MOST
from campaign.letters.sheets import Evening

ONE_BY_ONE = 200
#: Our processes and the plain ones take turns so often.
TURNS = 3
MADE_AT = datetime(2017, 12, 1, tzinfo=UTC)

#: The least that prints these letters: no place on the sheet, no window, no marks, no sizes.
PLAIN = """\
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set page(paper: "a4", margin: 25mm)
#set text(font: ("Source Serif 4", "Noto Serif SC", "Scheherazade New"), size: 11pt, lang: "en")
#for letter in data.letters {
  pagebreak(weak: true)
  par(letter.address.join(linebreak()))
  par(letter.date)
  par(letter.subject)
  for words in letter.paragraphs { par(words) }
}
"""

Result = TypeVar("Result")


class Alone(NamedTuple):
    """What a process of its own needed for one file."""

    seconds: float
    #: The most memory it held, in MB, everything included.
    peak: float


def of_one_letter(written: Written) -> Iterator[Figure]:
    """How long one letter takes to print where others were printed before; beside plain typst."""
    ours, busy, plain = [], [], []
    with tempfile.TemporaryDirectory(prefix="campaign-bench-") as folder:
        printer = _Plain(Path(folder))
        for letter in written.letters(SENDER)[:ONE_BY_ONE]:
            start, start_busy = time.perf_counter(), time.process_time()
            _print([letter])
            ours.append(time.perf_counter() - start)
            busy.append(time.process_time() - start_busy)
            start = time.perf_counter()
            printer.print([letter])
            plain.append(time.perf_counter() - start)
    median = statistics.median(ours)
    yield Figure("one letter as PDF: median", median * 1000, "ms", target=5)
    yield Figure("one letter as PDF: processor time", statistics.median(busy) * 1000, "ms")
    yield Figure("one letter as PDF: of plain typst", median / statistics.median(plain), "times")


def of_many_letters(written: Written) -> Iterator[Figure]:
    """Time and memory for all letters in one file, ours beside plain typst."""
    letters, ours, plain = written.letters(), [], []
    for _ in range(TURNS):
        ours.append(_alone(_print_ours, letters))
        plain.append(_alone(_print_plainly, letters))
    seconds, of_plain = (statistics.median(run.seconds for run in runs) for runs in (ours, plain))
    name = f"{len(letters):,} letters in one PDF"
    yield Figure(f"{name}: median", seconds, "s")
    yield Figure(f"{name}: of plain typst", seconds / of_plain, "times", target=1.5)
    yield Figure(f"{name}: most memory", max(run.peak for run in ours), "MB", target=300)
    yield Figure(f"{name}: plain typst's memory", max(run.peak for run in plain), "MB")

    kit = _alone(_print_kit, letters[:KIT_MOST])
    yield Figure(f"kit of {KIT_MOST} letters", kit.seconds, "s")
    yield Figure(f"kit of {KIT_MOST} letters: most memory", kit.peak, "MB")


def _alone(work: Callable[[list[Letter]], Result], letters: list[Letter]) -> Result:
    """What the work returns, done in a fresh process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(work, letters).result()


def _print(letters: Sequence[Letter]) -> bytes:
    return printing.letters_pdf(letters, LAYOUT, title="Letters", made_at=MADE_AT)


def _print_ours(letters: list[Letter]) -> Alone:
    return _measured(lambda: _print(letters))


def _print_plainly(letters: list[Letter]) -> Alone:
    with tempfile.TemporaryDirectory(prefix="campaign-bench-") as folder:
        return _measured(lambda: _Plain(Path(folder)).print(letters))


def _print_kit(letters: list[Letter]) -> Alone:
    case = case_of(SLUG)
    target = case.main_targets[0]
    evening = Evening(
        language="en",
        title="A home in peace for Ni Yulan",
        ask="Write to the director and ask for an end to the harassment.",
        person="Ni Yulan (倪玉兰)",
        role=target.role["en"],
        deadline="31 December 2017",
        asks=tuple(ask.text for ask in case.asks),
        say=case.say,
        avoid=case.avoid,
        link="https://campaign.example.org/campaigns/ni-yulan",
        posted_link="https://campaign.example.org/campaigns/ni-yulan/posted",
        letters=len(letters),
        target_lines=letters[0].address,
    )
    return _measured(lambda: sheets.kit_pdf(evening, letters, LAYOUT, made_at=MADE_AT))


def _measured(work: Callable[[], bytes]) -> Alone:
    start = time.perf_counter()
    made = work()
    seconds = time.perf_counter() - start
    assert made.startswith(b"%PDF-")
    return Alone(seconds, _peak())


def _peak() -> float:
    """The most memory that this process has held, in MB.

    Linux starts the count of `getrusage` at what the parent held, so it is asked otherwise there.
    """
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(found[1]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1024**2 if sys.platform == "darwin" else 1024)


class _Plain:
    """typst without us: with our fonts and standards, but the least template there is."""

    def __init__(self, folder: Path) -> None:
        (folder / "plain.typ").write_text(PLAIN)
        self._compiler = typst.Compiler(
            folder / "plain.typ",
            root=folder,
            font_paths=typst.Fonts(
                include_system_fonts=False,
                include_embedded_fonts=False,
                font_paths=[glyphs.FOLDER],
            ),
        )

    def print(self, letters: Sequence[Letter]) -> bytes:
        """The letters in one file."""
        data = msgspec.json.encode({"title": "Letters", "letters": letters}).decode()
        made: Any = self._compiler.compile(
            sys_inputs={"data": data}, format="pdf", pdf_standards=typesetting.STANDARDS
        )
        assert isinstance(made, bytes)
        return made
