"""The variety meter: how alike the letters of a case are, and which section needs another passage.

Likeness is the Jaccard index of word 5-runs: what a filter, or a clerk with two letters in hand,
would notice. One third of it equals the half by which WriteToThem tells form letters.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import NamedTuple

from campaign.letters.case import Case
from campaign.letters.drafting import Brief, Draft, Issued, draft_unlike

RUN_WORDS = 5
#: The nearest two letters to one target should not be more alike than this.
ALIKE = 0.33

Runs = frozenset[int]


class Report(NamedTuple):
    """What a set of drafts shows. Likeness is between 0 and 1."""

    letters: int
    #: How many letters are word for word like another one.
    equal: int
    #: Likeness of each letter to its nearest neighbour: half of them are below the median.
    median: float
    largest: float
    most_repeated: str
    #: In how many of the letters it stands.
    repeated: int
    #: The slot that makes letters most alike, and how many passages it can draw from.
    weakest: str
    passages: int


def words_of(text: str) -> list[str]:
    """The words alone: without punctuation, in lower case."""
    return re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold())


def runs_of(text: str) -> Runs:
    """Every run of five words, hashed: enough to compare texts, not enough to read one."""
    words = words_of(text)
    return frozenset(
        hash(tuple(words[n : n + RUN_WORDS])) for n in range(len(words) - RUN_WORDS + 1)
    )


def nearest(letters: Sequence[Runs]) -> list[float]:
    """For each letter, how alike the most similar of the others is."""
    holders: dict[int, list[int]] = defaultdict(list)
    found = [0.0] * len(letters)
    for number, runs in enumerate(letters):
        shared = Counter(chain.from_iterable(holders[run] for run in runs))
        for other, common in shared.items():
            alike = common / (len(runs) + len(letters[other]) - common)
            found[number] = max(found[number], alike)
            found[other] = max(found[other], alike)
        for run in runs:
            holders[run].append(number)
    return found


def issue(case: Case, brief: Brief, number: int, *, version: str, seed: str) -> list[Draft]:
    """That many drafts, each chosen to be unlike those before it."""
    issued, drafts = Issued(), []
    for n in range(number):
        drafts.append(draft_unlike(case, brief, issued, version=version, seed=f"{seed}/{n}"))
        issued.add(drafts[-1].trace)
    return drafts


def say_something(drafts: Iterable[Draft]) -> bool:
    """Whether any of them holds more than a farewell: else there is nothing to measure."""
    return any(set(draft.sentences) - {"farewell"} for draft in drafts)


def report(drafts: Sequence[Draft]) -> Report:
    """How alike these drafts are. At least one is needed, and it must say something."""
    texts = [" ".join((draft.subject, *draft.paragraphs)) for draft in drafts]
    likeness = sorted(nearest([runs_of(text) for text in texts]))
    slots: dict[str, Counter[str]] = defaultdict(Counter)
    for draft in drafts:
        for slot, sentence in draft.sentences.items():
            slots[slot][sentence] += 1
    sentence, repeated = max(
        (times.most_common(1)[0] for slot, times in slots.items() if slot != "farewell"),
        key=lambda found: found[1],
    )
    weakest = max(slots, key=lambda slot: _shared_words(slots[slot], len(drafts)))
    return Report(
        letters=len(drafts),
        equal=len(texts) - len(set(texts)),
        median=likeness[len(likeness) // 2],
        largest=likeness[-1],
        most_repeated=sentence,
        repeated=repeated,
        weakest=weakest,
        passages=len(slots[weakest]),
    )


def in_words(report: Report) -> str:
    """The report for people, with what to do about it."""
    verdict = (
        "They differ enough."
        if report.largest <= ALIKE
        else f"At most {ALIKE:.2f} is wanted: write more passages, or ask for more own words."
    )
    return (
        f"  letters            {report.letters}, {report.equal} of them equal to another\n"
        f"  nearest neighbour  {report.largest:.2f} at most, {report.median:.2f} for half of them\n"
        f"  most repeated      in {report.repeated}: {report.most_repeated}\n"
        f"  next passage for   {report.weakest}, which has {report.passages}\n"
        f"  {verdict}"
    )


def _shared_words(times: Counter[str], letters: int) -> float:
    """How many words of this slot two letters share on average."""
    return sum((count / letters) ** 2 * len(words_of(text)) for text, count in times.items())


def own_share(text: str, drawable: Iterable[str]) -> float:
    """Which part of a letter's words is in no sentence that could have been drawn: 0 to 1.

    A word is drawn where five in a row are. A shorter sentence that is drawn, such as the
    salutation, is left out: nobody would write another.
    """
    sentences = chain.from_iterable(map(_sentences, drawable))
    drawn = frozenset(chain.from_iterable(map(_runs, sentences)))
    own = total = 0
    for words in _sentences(text):
        places = {
            place
            for start, run in enumerate(_runs(words))
            if run in drawn
            for place in range(start, start + len(run))
        }
        if len(words) >= RUN_WORDS or not places:
            own, total = own + len(words) - len(places), total + len(words)
    return own / total if total else 0.0


def _sentences(text: str) -> Iterable[list[str]]:
    """The words of each."""
    return filter(None, map(words_of, re.split(r"[.!?…:]\s|\n", text)))


def _runs(words: Sequence[str]) -> list[tuple[str, ...]]:
    """Every five words in a row; of a shorter sentence, all of it."""
    starts = range(max(1, len(words) - RUN_WORDS + 1))
    return [tuple(words[start : start + RUN_WORDS]) for start in starts]
