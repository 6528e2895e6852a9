"""Every word that people see is in every catalogue."""

import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from campaign.config import ROOT
from campaign.lib.languages import DEFAULT, LANGUAGES

WORDS = ROOT / "campaign" / "translations"
TRANSLATED = sorted(set(LANGUAGES) - {DEFAULT})


def catalogue(language: str) -> Catalog:
    with (WORDS / language.replace("-", "_") / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The words that are marked in the code and the templates just now."""
    file = tmp_path_factory.mktemp("words") / "messages.pot"
    pybabel = Path(sys.executable).with_name("pybabel")
    subprocess.run(
        [pybabel, "-q", "extract", "-F", WORDS / "babel.cfg", "-o", file, "."], cwd=ROOT, check=True
    )
    with file.open("rb") as words:
        return read_po(words)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_word_is_missing_and_none_is_left_over(marked: Catalog, language: str) -> None:
    wanted = {message.id for message in marked if message.id}

    present = {message.id for message in catalogue(language) if message.id}

    assert wanted == present, "run make i18n and translate what is new"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_word_is_translated_with_its_placeholders(language: str) -> None:
    for message in catalogue(language):
        if message.id:
            forms = message.string if isinstance(message.string, tuple) else (message.string,)
            assert all(forms), message.id
            assert not list(message.check()), message.id


@pytest.mark.parametrize("language", [one for one in TRANSLATED if not one.startswith("zh")])
def test_words_that_others_follow_keep_their_distance(language: str) -> None:
    """Chinese has no spaces between words."""
    for message in catalogue(language):
        if message.id:
            english = message.id if isinstance(message.id, str) else message.id[0]
            forms = [message.string] if isinstance(message.string, str) else message.string
            for form in forms:
                assert form[0].isspace() == english[0].isspace(), message.id
                assert form[-1].isspace() == english[-1].isspace(), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_says_the_same(language: str) -> None:
    with (WORDS / language.replace("-", "_") / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        compiled = read_mo(file)

    for message in catalogue(language):
        if message.id:
            forms = compiled[message.id].string
            assert (tuple(forms) if isinstance(forms, list) else forms) == message.string
