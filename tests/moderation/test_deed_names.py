"""No deed can be written into the trail that pages have no name for."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from campaign.campaigns.rules import Move
from campaign.config import ROOT
from campaign.letters.rules import AnswerKind, PostedState
from campaign.lib.languages import LANGUAGES, said
from campaign.moderation.deed_names import DEED_NAMES
from campaign.moderation.rules import OPPOSITE, ReportState
from campaign.petitions.rules import CommentState, Verdict

MODULES = sorted((ROOT / "campaign").rglob("*.py"))
#: Deeds whose key has a part that is reckoned, as the code spells them, and all that it can be.
RECKONED: dict[str, Iterable[str]] = {
    "campaign.{what}": Move,
    "campaign.{Move.CLOSE}": [Move.CLOSE],
    "comment.{to}": CommentState,
    "letters.{kind}-noted": AnswerKind,
    "letters.{state}": set(PostedState) - {PostedState.HELD},
    "report.{to}": ReportState,
    "screening.listed-{verdict}": Verdict,
    "signature.{deed}": OPPOSITE,
    "signatures.{deed}": OPPOSITE,
    "signatures.{undoing.deed}": OPPOSITE,
}


def spelt(deed: ast.expr) -> list[str]:
    """What an argument can be; a part that is reckoned stands in braces."""
    match deed:
        case ast.Constant(value=str(key)):
            return [key]
        case ast.IfExp():
            return spelt(deed.body) + spelt(deed.orelse)
        case ast.JoinedStr():
            return [ast.unparse(deed)[2:-1]]
        case _:
            return ["{" + ast.unparse(deed) + "}"]


def noting(node: ast.AST, *names: str) -> Iterator[ast.Call]:
    for call in ast.walk(node):
        if isinstance(call, ast.Call) and ast.unparse(call.func) in names:
            yield call


def written(source: str) -> Iterator[str]:
    """The deeds a module can write, by `trail.note` or by a helper that hands its `deed` on."""
    tree = ast.parse(source)
    helpers, handing_on = {"trail.note": "{deed}"}, set()
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and function.name.startswith("_note"):
            for call in noting(function, "trail.note"):
                handing_on.add(call)
                helpers[function.name] = spelt(call.args[0])[0]
    for call in noting(tree, *helpers):
        if call not in handing_on:
            for deed in spelt(call.args[0]):
                whole = helpers[ast.unparse(call.func)].replace("{deed}", deed)
                yield from ([whole] if "{" not in whole else reckoned(whole))


def reckoned(deed: str) -> list[str]:
    before, _, rest = deed.partition("{")
    return [f"{before}{part}{rest.partition('}')[2]}" for part in RECKONED[deed]]


@pytest.mark.parametrize(
    "module",
    [module for module in MODULES if "trail.note(" in module.read_text()],
    ids=lambda module: str(module.relative_to(ROOT / "campaign")),
)
def test_every_deed_that_can_be_written_has_a_name(module: Path) -> None:
    deeds = set(written(module.read_text()))

    assert deeds
    assert deeds - set(DEED_NAMES) == set(), "give it a name in moderation/deed_names.py"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_deeds_are_called_the_same(language: str) -> None:
    names = [said(name, language) for name in DEED_NAMES.values()]

    assert sorted(names) == sorted(set(names))
