"""How unlike letters are, how soon they are drafted and printed, and how much memory that takes.

`python bench/letters.py --help`; how to read the figures: bench/README.md.
"""

import argparse
import json
import os
import platform
import random
import re
import resource
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec
import typst
from pikepdf import Pdf

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import sites
from campaign.campaigns import queries as campaigns
from campaign.config import ROOT
from campaign.letters import (
    drafting,
    glyphs,
    layouts,
    papers,
    printing,
    queries,
    services,
    sheets,
    variety,
)
from campaign.letters.case import Case, Tone
from campaign.letters.casefile import CaseFile
from campaign.letters.drafting import Brief, Draft, Issued
from campaign.letters.forms import WriteForm
from campaign.letters.printing import Letter
from campaign.letters.rules import COMPARED, KIT_MOST
from campaign.letters.sheets import Evening
from campaign.lib import logs, tokens
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction

#: What the variety is measured of: seed and language.
WORDINGS = (("ni-yulan", "en"), ("ni-yulan", "fr"), ("wang-family-in-peace", "en"))
#: A fixed version and seed: the same seeds give the same letters, and the same figures of variety.
VERSION = SEED = "bench"
DRAFTED = 10_000
WITHOUT_OWN_WORDS = 100
WITH_OWN_WORDS = 1_000
OWN_WORDS = 45
OWN_SENTENCE = 9

ONE_BY_ONE = 200
#: Our processes and the plain ones take turns so often.
TURNS = 3
TIMES_ON_THE_WEB = 10

LAYOUT = layouts.LAYOUTS["din-b"]
MADE_AT = datetime(2017, 12, 1, tzinfo=UTC)
SENDER = ("Sam Writer", "7 Quiet Lane", "10115 Berlin", "GERMANY")

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

#: Common words, as people may type them in their own sentences.
VOCABULARY = re.findall(
    r"\w+",
    """
a able about above across after again against air all almost along already also always am among an
and another answer any anything are arm around as ask at away back bad be beautiful became because
become bed been before began begin behind believe best better between big board boat body book both
bottom boy bring brother brought build built business but buy by call came can car care carry cause
certain change child children city class clear climb close come common complete could country course
cover cross cut daughter day dear deep did different do doctor does done door down dream during each
else end enough even evening ever every example eye face fact fall family far fast father felt few
find fine first floor follow food foot for force forget form found four free friend from full gave
get girl give glad go gone good got great grow had half hand happen happy hard has have he head hear
heard heart heavy held help her here high him his hold home hope house how i idea if important in
into is it its journey just keep kept key kind kitchen knew know language last late law learn least
leave letter life light like listen little live long look lost lot love made make man many matter
may me mean meet mind money more morning most mother mouth move much must my name near need never
new news next night no not note nothing now number of often old on once one only open or other our
out outside over own paper parent part pass past pay people perhaps person piece place plan point
possible power problem promise put question quiet reach read ready real remember rest rich right
room run said same saw say school see seem send shall she short should show simple since sleep so
some son soon sound space speak start stay step still stone stop street such sure take talk teach
tell than thank that the their them then there these they thing think this those though thought
three through time to today together told tomorrow too took true try two under until up us use very
voice want was way we week well went were what when where which while who whole why will window wish
with without woman word work world would write wrong year yes yet you your
""",
)

Result = TypeVar("Result")


class WrongAnswer(Exception):
    """The site answered otherwise than it should; the message is what it said."""


@dataclass(frozen=True)
class Figure:
    """One line of the table."""

    name: str
    value: float
    unit: str = ""
    #: At most this is wanted.
    target: float | None = None

    @property
    def met(self) -> bool | None:
        """Whether it is as wanted; None where nothing is."""
        return None if self.target is None else self.value <= self.target


class Alone(NamedTuple):
    """What a process of its own needed for one file."""

    seconds: float
    #: The most memory it held, in MB, everything included.
    peak: float


@dataclass(frozen=True)
class Written:
    """A case, and letters that were drafted from it."""

    case: Case
    brief: Brief
    drafts: Sequence[Draft]

    def letters(self, sender: tuple[str, ...] = ()) -> list[Letter]:
        """The drafts as letters to print."""
        language = self.brief.language
        return [
            Letter(
                language=language,
                sender=sender,
                address=papers.address_lines(self.brief.target, language, None, LAYOUT),
                date="1 December 2017",
                subject=draft.subject,
                paragraphs=(draft.salutation, *draft.paragraphs, draft.farewell),
                signature=sender[0] if sender else "",
            )
            for draft in self.drafts
        ]


def _case(slug: str) -> Case:
    return CaseFile(ROOT / "seeds" / "campaigns" / slug / "letter.md").case


def _brief(case: Case, language: str = "en", tone: Tone = Tone.FORMAL) -> Brief:
    return Brief(language, case.main_targets[0], tone)


def _issue(case: Case, brief: Brief, number: int) -> list[Draft]:
    return variety.issue(case, brief, number, version=VERSION, seed=SEED)


# Variety


def of_variety() -> Iterator[Figure]:
    """How alike the letters of our seeds are."""
    for slug, language in WORDINGS:
        case = _case(slug)
        for tone in Tone:
            brief, name = _brief(case, language, tone), f"{slug}, {language}, {tone}"
            without = _issue(case, brief, WITHOUT_OWN_WORDS)
            yield Figure(
                f"alike, {WITHOUT_OWN_WORDS}: {name}", _most_alike(without), target=variety.ALIKE
            )
            own = _issue_with_own_words(case, brief, WITH_OWN_WORDS)
            yield Figure(
                f"alike, {WITH_OWN_WORDS:,} with own words: {name}",
                _most_alike(own),
                target=variety.ALIKE,
            )
    case = _case("ni-yulan")
    drafts = _issue(case, _brief(case), DRAFTED)
    equal = len(drafts) - len({_text(draft) for draft in drafts})
    yield Figure(f"equal among {DRAFTED:,}: ni-yulan, en, formal", equal, target=0)


def _most_alike(drafts: Sequence[Draft]) -> float:
    return max(variety.nearest([variety.runs_of(_text(draft)) for draft in drafts]))


def _text(draft: Draft) -> str:
    return " ".join((draft.subject, *draft.paragraphs))


def _issue_with_own_words(case: Case, brief: Brief, number: int) -> list[Draft]:
    """As variety.issue, but every volunteer adds some sentences."""
    issued, drafts = Issued(), []
    for n in range(number):
        own = replace(brief, own_words=_own_words(random.Random(f"{SEED}/{n}")))
        drafts.append(drafting.draft_unlike(case, own, issued, version=VERSION, seed=f"{SEED}/{n}"))
        issued.add(drafts[-1].trace)
    return drafts


def _own_words(chance: random.Random) -> str:
    words = chance.choices(VOCABULARY, k=OWN_WORDS)
    sentences = (words[n : n + OWN_SENTENCE] for n in range(0, OWN_WORDS, OWN_SENTENCE))
    return " ".join(" ".join(sentence).capitalize() + "." for sentence in sentences)


# Drafting and printing


def of_drafting(written: Written) -> Iterator[Figure]:
    """How long one draft takes when so many have been issued."""
    issued, times = Issued(draft.trace for draft in written.drafts), []
    for n in range(len(written.drafts)):
        start = time.perf_counter()
        drafting.draft_unlike(
            written.case, written.brief, issued, version=VERSION, seed=f"another/{n}"
        )
        times.append(time.perf_counter() - start)
    against = f"draft against {len(written.drafts):,}"
    yield Figure(f"{against}: median", statistics.median(times) * 1000, "ms", target=1)
    slow = statistics.quantiles(times, n=100)[-1]
    yield Figure(f"{against}: 99 of 100 within", slow * 1000, "ms")


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
    case = _case("ni-yulan")
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
        address="campaign.example.org/campaigns/ni-yulan",
        link="https://campaign.example.org/campaigns/ni-yulan",
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
            sys_inputs={"data": data}, format="pdf", pdf_standards=printing.STANDARDS
        )
        assert isinstance(made, bytes)
        return made


# The web


def on_the_web(written: Written) -> Iterator[Figure]:
    """What a volunteer waits for: three drafts, and three letters with a copy as one PDF."""
    case = _with_three_targets(written.case)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="campaign-bench-")))
        database = stack.enter_context(sites.fresh_database("sqlite", folder, "campaign"))
        site = stack.enter_context(closing(sites.Site(folder, database)))
        _open_letters(site, case)
        log = folder / "campaign.log"
        stack.enter_context(site.served(log))
        volunteer = stack.enter_context(closing(_Volunteer(site, case)))
        try:
            drafts = [volunteer.draft() for _ in range(TIMES_ON_THE_WEB)]
            files = [volunteer.take_away(f"web/{n}") for n in range(TIMES_ON_THE_WEB)]
        except (WrongAnswer, OSError, HTTPException) as wrong:
            raise WrongAnswer(f"{wrong!r}\n{sites.tail(log)}") from wrong
    seconds = statistics.median(files)
    yield Figure("web: letter.pdf, three and a copy: median", seconds * 1000, "ms", target=1000)
    yield Figure("web: write, three drafts: median", statistics.median(drafts) * 1000, "ms")


def _with_three_targets(case: Case) -> Case:
    """The case with two more offices to write to; its missions stay."""
    first = case.main_targets[0]
    more = [
        msgspec.structs.replace(
            first,
            key=key,
            role={"en": role},
            salutation={"en": salutation},
            address=("1 Example Street", "Beijing Shi 100000"),
        )
        for key, role, salutation in (
            ("mayor", "Mayor of Beijing", "Dear Mayor"),
            ("ministry", "Minister of Justice", "Dear Minister"),
        )
    ]
    return msgspec.structs.replace(
        case, targets=(*case.targets, *more), passages={"en": case.passages["en"]}
    )


def _open_letters(site: sites.Site, case: Case) -> None:
    """Give the open campaign letters; as many were drafted before as a new one is compared with."""
    site.open_petition()
    with site.app.app_context():
        now = utc_now()
        with transaction():
            campaign = campaigns.public_by_slug(sites.SLUG)
            assert campaign
            services.give_to(campaign, case, now=now)
            action = queries.of_campaign(campaign)
            assert action
            for target in case.main_targets:
                services.draft_many(action, Brief("en", target), COMPARED, seed=SEED, now=now)
        db.engine.dispose()


class _Volunteer:
    """Somebody in Canada who writes to all targets."""

    def __init__(self, site: sites.Site, case: Case) -> None:
        self._page, self._case = site.page, case
        self._connection = HTTPConnection(urlsplit(site.base_url).netloc, timeout=20)
        with site.app.app_context():
            token = tokens.for_forms(WriteForm.purpose, utc_now())
        self._answers = [
            ("form_token", token),
            ("language", "en"),
            ("tone", "formal"),
            *(("targets", target.key) for target in case.main_targets),
            ("country", "CA"),
            ("layout", ""),
            ("name", SENDER[0]),
            ("address", "\n".join(SENDER[1:])),
            ("wants_copy", "y"),
        ]

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def draft(self) -> float:
        """Ask for a draft to each target; the seconds it took."""
        seconds, page = self._post("write", [("do", "draft")])
        for target in self._case.main_targets:
            if f'name="letter-{target.key}-text"' not in page.decode():
                raise WrongAnswer(f"no letter to {target.key} on the page")
        return seconds

    def take_away(self, seed: str) -> float:
        """Ask for letters nobody has asked for before, as PDF; the seconds it took."""
        written = []
        for target in self._case.main_targets:
            letter = drafting.draft(self._case, Brief("en", target), version=VERSION, seed=seed)
            written += [
                (f"letter-{target.key}-subject", letter.subject),
                (f"letter-{target.key}-text", letter.body),
            ]
        seconds, file = self._post("letter.pdf", written)
        if not file.startswith(b"%PDF-"):
            raise WrongAnswer("letter.pdf is no PDF")
        if (pages := len(Pdf.open(BytesIO(file)).pages)) != len(self._case.main_targets) + 1:
            raise WrongAnswer(f"letter.pdf has {pages} pages")
        return seconds

    def _post(self, name: str, answers: Sequence[tuple[str, str]]) -> tuple[float, bytes]:
        body = urlencode([*self._answers, *answers]).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        start = time.perf_counter()
        self._connection.request("POST", f"{self._page}/{name}", body=body, headers=kind)
        answer = self._connection.getresponse()
        content = answer.read()
        seconds = time.perf_counter() - start
        if answer.status != 200:
            raise WrongAnswer(f"{name}: status {answer.status}")
        return seconds, content


# All of it


def measure() -> Iterator[Figure]:
    """Every figure, as soon as it is there. Raises WrongAnswer, DidNotStart."""
    case = _case("ni-yulan")
    brief = _brief(case)
    yield from of_variety()
    written = Written(case, brief, _issue(case, brief, COMPARED))
    yield from of_drafting(written)
    yield from of_one_letter(written)
    yield from of_many_letters(written)
    yield from on_the_web(written)


def _print_line(figure: Figure) -> None:
    target = "" if figure.target is None else f"≤ {figure.target:g}"
    met = {True: "met", False: "MISSED", None: ""}[figure.met]
    line = f"{figure.name:<62} {_number(figure):>9} {figure.unit:<5} {target:>7}  {met}"
    print(line.rstrip(), flush=True)


def _number(figure: Figure) -> str:
    if isinstance(figure.value, int):
        return str(figure.value)
    return f"{figure.value:.0f}" if figure.value >= 100 else f"{figure.value:.2f}"


def _for_programs(figure: Figure) -> dict[str, object]:
    return {
        "name": figure.name,
        "value": round(figure.value, 4),
        "unit": figure.unit,
        "target": figure.target,
        "met": figure.met,
    }


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
        f"{os.getloadavg()[0]:.1f}\n\n{'':<62} {'measured':>9} {'':<5} {'target':>7}"
    )
    figures, wrong = [], ""
    try:
        for figure in measure():
            _print_line(figure)
            figures.append(figure)
    except (sites.DidNotStart, WrongAnswer) as trouble:
        wrong = str(trouble)
        print(f"WRONG: {wrong}")
    if wanted.json:
        report = {"figures": [_for_programs(figure) for figure in figures], "wrong": wrong}
        wanted.json.write_text(json.dumps(report, indent=2) + "\n")
    missed = [figure for figure in figures if figure.met is False]
    return 1 if missed or wrong else 0


if __name__ == "__main__":
    sys.exit(main())
