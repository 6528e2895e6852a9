"""The volunteer's page: choose, draft, change, take away; without an account, and nothing kept."""

import re
from io import BytesIO
from typing import Any

import docx
import pytest
from flask import Flask
from msgspec.structs import replace
from sqlalchemy import select, text

from campaign.letters import papers, placeholders, rules
from campaign.letters.case import Need, Passage
from campaign.letters.models import IssuedDraft, LetterAction
from campaign.lib.db import Model, db
from tests import factories
from tests.conftest import on_one_database
from tests.page_reader import Page, PageReader

WRITE = "/campaigns/archive/write"


@pytest.fixture
def action(app: Flask) -> LetterAction:
    return factories.letter_action(factories.campaign("archive"))


def draft(reader: PageReader, **answers: Any) -> Page:
    return reader.press(reader.get(WRITE), "Draft my letter", **answers)


def letter(page: Page, target: str = "keeper") -> str:
    return page.value(f"letter-{target}-text")


@pytest.mark.usefixtures("action")
def test_the_form_asks_little_and_a_press_gives_a_letter(reader: PageReader) -> None:
    page = draft(reader)

    assert page.value("letter-keeper-subject").endswith("Ada Adil")
    assert letter(page).startswith("Dear Keeper,\n\n")
    assert letter(page).split("\n\n")[-1] in ("Yours faithfully,", "Yours sincerely,")
    assert "So far all of it is ours." in page.text


@pytest.mark.usefixtures("action")
def test_own_words_and_what_one_says_of_oneself_are_in_the_letter(reader: PageReader) -> None:
    page = draft(
        reader,
        own_words="Because doors matter to us all, and windows do as well.",
        place="Lyon",
    )

    assert (
        letter(page).split("\n\n")[2] == "Because doors matter to us all, and windows do as well."
    )
    assert "this comes from Lyon." in letter(page)
    own = re.search(r"(\d+) % of it is in your own words", page.text)
    assert own
    assert int(own[1]) >= 10


@pytest.mark.usefixtures("action")
def test_another_press_gives_another_letter_and_keeps_what_was_chosen(reader: PageReader) -> None:
    page = draft(reader, own_words="Because doors matter.", tone="warm", points=["door"])
    again = reader.press(page, "Another version")

    assert letter(again) != letter(page)
    assert again.value("own_words") == "Because doors matter."
    assert [box["value"] for box in again.soup.select('[name="points"][checked]')] == ["door"]
    assert again.soup.select('[name="tone"][value="warm"][checked]')


@on_one_database
@pytest.mark.parametrize("field", ["tone", "language", "targets", "points"])
@pytest.mark.parametrize("way", ["write", "letter.txt", "letter.pdf"])
@pytest.mark.parametrize("do", ["keep", "draft"])
@pytest.mark.usefixtures("action")
def test_a_choice_that_nobody_was_given_is_refused_and_the_letter_stays(
    reader: PageReader, field: str, way: str, do: str
) -> None:
    typed = {"tone": "warm", "language": "en", "targets": "keeper", "do": do}
    mine = {"letter-keeper-text": "Dear Keeper,\n\nHello."}

    page = reader.post(
        f"/campaigns/archive/{way}", status=422, data={**typed, **mine, field: "bogus"}
    )

    assert letter(page) == "Dear Keeper,\n\nHello."
    assert page.one(".summary")


@pytest.mark.usefixtures("action")
def test_changes_are_kept_and_weighed(reader: PageReader) -> None:
    page = draft(reader)
    mine = "Dear Keeper,\n\nEvery word of this letter is my very own, and I mean it.\n\nLena"

    kept = reader.press(page, "Keep my changes", **{"letter-keeper-text": mine})

    assert letter(kept) == mine
    assert "100 % of it is in your own words" in kept.text


@pytest.mark.usefixtures("action")
def test_nothing_of_the_writer_is_kept(reader: PageReader) -> None:
    secrets = ["Lena Volunteer", "7 Quiet Lane", "Because doors matter.", "Lyon"]
    page = draft(reader, own_words=secrets[2], place=secrets[3])
    reader.press(page, "PDF", name=secrets[0], address=secrets[1])

    kept = " ".join(
        str(row)
        for table in Model.metadata.sorted_tables
        if table.name not in ("case_version", "campaign")
        for row in db.session.execute(select(table))
    )
    assert not [secret for secret in secrets if secret in kept]
    assert db.session.scalar(select(IssuedDraft.target)) == "keeper"


@pytest.mark.usefixtures("action")
def test_the_letter_can_be_taken_away_as_it_stands(reader: PageReader) -> None:
    page = draft(reader)
    changed = letter(page).replace("Dear Keeper", "Dear Keeper of all doors")
    answers = {"letter-keeper-text": changed, "name": "Lena Volunteer", "address": "7 Quiet Lane"}

    plain = reader.press(page, "Text", **answers).response
    word = reader.press(page, "Word (DOCX)", **answers).response
    pdf = reader.press(page, "PDF", **answers).response

    assert plain.mimetype == "text/plain"
    assert changed in plain.text
    assert plain.text.startswith("Lena Volunteer\n7 Quiet Lane\n\n")
    assert "CHINA" in plain.text
    paragraphs = [p.text for p in docx.Document(BytesIO(word.data)).paragraphs]
    assert "Dear Keeper of all doors," in paragraphs
    assert pdf.data.startswith(b"%PDF-")
    for response in (plain, word, pdf):
        assert response.headers["Content-Disposition"].startswith("attachment; filename=archive-")
        assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("action")
def test_print_opens_the_pdf_in_the_browser(reader: PageReader) -> None:
    response = reader.press(draft(reader), "Print").response

    assert response.mimetype == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("inline")


@pytest.mark.usefixtures("action")
def test_a_writer_in_canada_gets_the_copy_for_the_embassy(reader: PageReader) -> None:
    page = draft(reader)

    both = reader.press(page, "Text", country="CA", layout="plain").response.text.split("\f")
    alone = reader.press(page, "Text", country="CH").response.text

    assert "Copy: Ambassador in Canada" in both[0]
    assert "Copy of a letter to: Keeper of the archive" in both[1]
    assert "Ottawa, Ontario K1N 5H3" in both[1]
    assert "CANADA" not in both[1], "a letter that stays in the country names none"
    assert "Copy" not in alone


@pytest.mark.usefixtures("action")
def test_envelopes_and_labels_can_be_printed(reader: PageReader) -> None:
    page = draft(reader)

    for button in ("Envelope", "Labels"):
        assert reader.press(page, button, country="CA").response.data.startswith(b"%PDF-")


def test_several_targets_get_several_letters_in_one_file(app: Flask, reader: PageReader) -> None:
    targets = tuple(factories.keeper(key=key, role={"en": f"The {key}"}) for key in ("a", "b", "c"))
    factories.letter_action(factories.campaign("archive"), targets=(*targets, factories.mission()))

    page = draft(reader, targets=["a", "c"])
    file = reader.press(page, "Text", country="CA", layout="plain").response.text

    assert letter(page, "a") != letter(page, "c")
    assert not page.soup.select('[name="letter-b-text"]')
    assert len(file.split("\f")) == 3, "two letters and a copy"


@on_one_database
@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"own_words": "x" * (rules.OWN_WORDS_LENGTH + 1)}, "At most 1,500 characters"),
        ({"language": "xx"}, "Not a valid choice"),
        ({"tone": "rude"}, "Not a valid choice"),
        ({"points": ["nothing"]}, "'nothing' is not a valid choice"),
        ({"targets": ["nobody"]}, "'nobody' is not a valid choice"),
        ({"targets": []}, "Choose at least one."),
        ({"place": "x" * 201}, "At most 200 characters"),
    ],
)
@pytest.mark.usefixtures("action")
def test_a_slip_is_told_and_nothing_is_lost(
    reader: PageReader, answers: dict[str, Any], words: str
) -> None:
    page = reader.press(
        reader.get(WRITE),
        "Draft my letter",
        status=422,
        **{"own_words": "Because doors matter.", **answers},
    )

    assert words in page.text
    assert page.value("own_words") == answers.get("own_words", "Because doors matter.")


@pytest.mark.usefixtures("action")
def test_a_letter_that_our_fonts_do_not_hold_can_be_taken_along_unprinted(
    reader: PageReader,
) -> None:
    own = "Doors matter 🕊️, and in Hebrew: דלת."
    page = draft(reader, own_words=own)
    answers = {"name": "לנה", "address": "רחוב השקט 7"}

    plain = reader.press(page, "Text", **answers).response.text
    word = reader.press(page, "Word (DOCX)", **answers).response
    paragraphs = [p.text for p in docx.Document(BytesIO(word.data)).paragraphs]

    assert own in letter(reader.press(page, "Keep my changes", **answers))
    for taken in (plain.split("\n\n"), paragraphs):
        assert own in taken
        assert taken[0] == "לנה\nרחוב השקט 7"
    assert "cannot be printed: 🕊 ד ל ת" in reader.press(page, "PDF", status=422).text


@on_one_database
@pytest.mark.usefixtures("action")
def test_of_an_empty_letter_it_is_not_said_that_it_can_go(reader: PageReader) -> None:
    page = draft(reader)
    assert "It can go as it is" in page.text

    emptied = reader.press(page, "Keep my changes", status=422, **{"letter-keeper-text": ""})

    assert "It can go as it is" not in emptied.text


@pytest.mark.usefixtures("action")
def test_of_an_envelope_only_the_addresses_must_be_printable(reader: PageReader) -> None:
    page = draft(reader, own_words="A snowman ☃.")

    for button in ("Envelope", "Labels"):
        assert reader.press(page, button).response.data.startswith(b"%PDF-")
        refused = reader.press(page, button, status=422, name="☃")
        assert "This character cannot be printed: ☃" in refused.one("#name-error").get_text()


@on_one_database
@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"letter-keeper-text": ""}, "The letter is empty."),
        ({"letter-keeper-text": "x " * rules.LETTER_LENGTH}, "At most 6,000 characters"),
        ({"letter-keeper-text": "Dear ☃"}, "This character cannot be printed: ☃"),
        ({"letter-keeper-subject": "x" * 201}, "At most 200 characters"),
        ({"name": "☃"}, "This character cannot be printed: ☃"),
        ({"address": "\n".join("1234567")}, "At most 6 lines, please."),
        ({"layout": "papyrus"}, "Not a valid choice"),
        ({"letter-keeper-text": "a\ufffdb"}, "Some characters could not be read"),
    ],
)
@pytest.mark.usefixtures("action")
def test_a_letter_that_cannot_be_printed_comes_back_with_all_that_was_typed(
    reader: PageReader, answers: dict[str, Any], words: str
) -> None:
    page = draft(reader)

    back = reader.press(page, "PDF", status=422, **{"name": "Lena Volunteer", **answers})

    assert words in back.text
    typed = answers.get("letter-keeper-text", letter(page))
    assert letter(back) == typed.strip()
    assert back.value("name") == answers.get("name", "Lena Volunteer")


def test_an_address_that_the_window_cannot_show_is_told_before_printing(
    app: Flask, reader: PageReader
) -> None:
    keeper = factories.keeper(address=("One", "Two", "Three", "Four", "Five"), own_address=())
    factories.letter_action(factories.campaign("archive"), targets=(keeper,))
    page = draft(reader)

    back = reader.press(page, "PDF", status=422, country="US")
    fine = reader.press(page, "PDF", country="US", layout="plain-us")

    assert "the window shows" in back.text
    assert "Please choose an envelope without a window" in back.text
    assert letter(back) == letter(page)
    assert fine.response.data.startswith(b"%PDF-")


@pytest.mark.usefixtures("action")
def test_without_a_letter_there_is_nothing_to_take_away(reader: PageReader) -> None:
    form = reader.get(WRITE)
    chosen = {"targets": "keeper", "language": "en", "tone": "formal"}

    back = reader.post(
        "/campaigns/archive/letter.pdf",
        status=422,
        data={"form_token": form.value("form_token"), **chosen},
    )

    assert "There is no letter yet." in back.text


@pytest.mark.usefixtures("action")
def test_days_of_english_facts_keep_their_direction_on_an_arabic_page(reader: PageReader) -> None:
    days = reader.get(f"/ar{WRITE}").soup.select(".dated-facts dt")

    assert days
    assert all(day.select('bdi[lang="ar"]') for day in days)


@pytest.mark.usefixtures("action")
@pytest.mark.parametrize("file", papers.FILES)
def test_the_address_of_a_file_leads_to_where_it_is_made(reader: PageReader, file: str) -> None:
    assert reader.get(f"/campaigns/archive/{file}").address == WRITE


@pytest.mark.usefixtures("action")
def test_a_long_letter_has_no_mail_link(reader: PageReader) -> None:
    page = draft(reader)
    short = reader.press(page, "Keep my changes", **{"letter-keeper-text": "Dear Keeper, open up."})
    long = reader.press(page, "Keep my changes", **{"letter-keeper-text": "Open up. " * 200})

    assert short.link("Open in my mail program").startswith("mailto:?subject=")
    assert len(short.link("Open in my mail program")) <= rules.MAILTO_LENGTH
    assert "It is too long for a mail link" in long.text
    assert not long.soup.select('a[href^="mailto:?subject"]')


def test_a_campaign_that_has_closed_takes_no_letters_and_loses_none(
    reader: PageReader, action: LetterAction
) -> None:
    page = draft(reader)
    factories.close(action.campaign, at=factories.NOW)

    assert reader.get(WRITE).address == "/campaigns/archive"
    back = reader.press(page, "PDF", status=409)
    assert "This campaign takes no letters just now" in back.text
    assert letter(back) == letter(page)
    assert "takes no letters" in reader.press(page, "Draft it anew", status=409).text


@pytest.mark.usefixtures("action")
def test_who_drafts_anew_is_told_that_the_text_goes(reader: PageReader) -> None:
    choices = draft(reader).one("details.again").get_text()

    assert "Another version takes the place of the text above" in choices


def test_who_writes_by_hand_gets_the_address_and_an_empty_page(
    app: Flask, reader: PageReader
) -> None:
    factories.letter_action(factories.campaign("archive"), passages={}, facts=(), person=None)

    before = reader.get("/campaigns/archive")
    page = reader.press(reader.get(WRITE), "Begin my letter", own_words="Every word is mine.")

    assert "The words are yours; we print them" in before.text
    assert "We help with a draft" not in before.text
    assert letter(page) == "Dear Keeper,\n\nEvery word is mine."
    assert (
        "Another version takes the place of the text above" in page.one("details.again").get_text()
    )
    assert "CHINA" in reader.press(page, "Text").response.text
    assert db.session.scalar(select(IssuedDraft.id)) is None


def test_letters_in_french_are_french_in_all_their_parts(app: Flask, reader: PageReader) -> None:
    words = factories.passages()
    action = factories.letter_action(
        factories.campaign("archive"),
        passages={"en": words, "fr": words},
        person=replace(factories.case().person, called={"en": "Ms. Adil", "fr": "Mme Adil"}),
        targets=(
            factories.keeper(
                role={"en": "Keeper", "fr": "Gardien"},
                salutation={"en": "Dear Keeper", "fr": "Monsieur le Gardien"},
            ),
        ),
    )

    page = reader.press(reader.get("/fr" + WRITE), "Préparer ma lettre")

    assert action.case.passages.keys() == {"en", "fr"}
    assert letter(page).startswith("Monsieur le Gardien,")
    assert "CHINE" in reader.press(page, "Texte").response.text


@pytest.mark.parametrize("slug", ["nothing", "plain"])
def test_where_there_are_no_letters_there_is_no_such_page(
    app: Flask, reader: PageReader, slug: str
) -> None:
    factories.campaign("plain")

    reader.get(f"/campaigns/{slug}/write", status=404)
    reader.get(f"/campaigns/{slug}/evening", status=404)
    reader.get(f"/campaigns/{slug}/posted", status=404)


@pytest.mark.usefixtures("action")
def test_posted_letters_are_told_by_number(reader: PageReader) -> None:
    page = draft(reader)

    thanks = reader.press(page, "I posted it", letters="3")

    assert thanks.address == "/campaigns/archive/posted?thanks=1"
    assert "3 letters posted so far." in reader.get("/campaigns/archive/posted").text
    assert "3 letters are on their way in all." in thanks.text
    assert "3 letters posted so far." in reader.get("/campaigns/archive").text
    assert reader.get("/campaigns/archive.json").response.get_json()["letters"] == {"posted": 3}


@on_one_database
@pytest.mark.parametrize("letters", ["0", "-1", "many", "", "10001", "1e3"])
@pytest.mark.usefixtures("action")
def test_a_number_of_letters_is_a_number(reader: PageReader, letters: str) -> None:
    back = reader.press(draft(reader), "I posted it", status=422, letters=letters)

    assert "number" in back.text
    assert db.session.execute(text("SELECT count(*) FROM posted")).scalar() == 0


def test_a_letter_speaks_only_of_claims_that_were_ticked(app: Flask, reader: PageReader) -> None:
    who = (Passage("A lawyer writes this.", needs=(Need.WORKS_IN_LAW,)),) * 6
    factories.letter_action(
        factories.campaign("archive"), passages={"en": factories.passages(who=who)}
    )

    assert "A lawyer" not in letter(draft(reader))
    assert "A lawyer" in letter(draft(reader, works_in_law="y"))


def test_placeholders_are_explained_for_whoever_writes_passages() -> None:
    assert all(placeholders.PLACEHOLDERS.values())
