"""The letters that are measured, how unlike they are, and how soon one is drafted."""

import random
import re
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bench.figures import Figure
from campaign.config import ROOT
from campaign.letters import drafting, layouts, papers, variety
from campaign.letters.case import Case, Tone
from campaign.letters.casefile import CaseFile
from campaign.letters.drafting import Brief, Draft, Issued
from campaign.letters.printing import Letter

#: What the variety is measured of: seed and language.
WORDINGS = (("ni-yulan", "en"), ("ni-yulan", "fr"), ("wang-family-in-peace", "en"))
#: A fixed version and seed: the same seeds give the same letters, and the same figures of variety.
VERSION = SEED = "bench"
DRAFTED = 10_000
WITHOUT_OWN_WORDS = 100
WITH_OWN_WORDS = 1_000
OWN_WORDS = 45
OWN_SENTENCE = 9

#: The seed whose letters are counted, drafted and printed.
SLUG = "ni-yulan"
LAYOUT = layouts.LAYOUTS["din-b"]
SENDER = ("Sam Writer", "7 Quiet Lane", "10115 Berlin", "GERMANY")

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


def letters_written(number: int) -> Written:
    """So many formal letters in English, drafted one after the other."""
    case = case_of(SLUG)
    brief = _brief(case)
    return Written(case, brief, _issue(case, brief, number))


def case_of(slug: str) -> Case:
    """The case of one of our seeds."""
    return CaseFile(ROOT / "seeds" / "campaigns" / slug / "letter.md").case


def _brief(case: Case, language: str = "en", tone: Tone = Tone.FORMAL) -> Brief:
    return Brief(language, case.main_targets[0], tone)


def _issue(case: Case, brief: Brief, number: int) -> list[Draft]:
    return variety.issue(case, brief, number, version=VERSION, seed=SEED)


def of_variety() -> Iterator[Figure]:
    """How alike the letters of our seeds are."""
    for slug, language in WORDINGS:
        case = case_of(slug)
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
    drafts = letters_written(DRAFTED).drafts
    equal = len(drafts) - len({_text(draft) for draft in drafts})
    yield Figure(f"equal among {DRAFTED:,}: {SLUG}, en, formal", equal, target=0)


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
