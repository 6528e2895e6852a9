"""Hand-overs: fixed for ever, numbered, honest about what was taken back since."""

import csv
import hashlib
import io
import re
import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from campaign.accounts.models import TrailEntry
from campaign.campaigns.models import Campaign
from campaign.exports import (
    hand_over_list as listing,
    hand_over_paper as paper,
    hand_over_queries as queries,
    hand_over_services as services,
)
from campaign.exports.hand_over_rules import (
    MAKING_LIFETIME,
    Covers,
    ErasedMeanwhile,
    Kind,
    Naming,
    NobodyNew,
    NobodyToHandOver,
    OneBeingMade,
    initials,
)
from campaign.exports.models import HandOver, HandOverFile
from campaign.letters import print_words as words
from campaign.lib.clock import utc_now
from campaign.lib.db import db, transaction
from campaign.petitions import services as petitions, setting_aside
from campaign.petitions.models import Petition, Signature
from campaign.retention import forget_due
from tests import factories
from tests.conftest import on_one_database
from tests.factories import NOW, PASSWORD
from tests.letters.payloads import PAYLOADS
from tests.letters.reading import poppler, squeezed, words_of
from tests.page_reader import Page, PageReader
from tests.staff import StaffReader

HAND_OVERS = "/staff/campaigns/archive/hand-overs/"
BOTH = "Download the sheets (PDF, 3 pages)"


@pytest.fixture
def petition(app: Flask) -> Petition:
    """An open petition whose campaign has a slug that the tests know."""
    return factories.petition(factories.campaign("archive"))


@pytest.fixture
def olive(app: Flask, petition: Petition) -> StaffReader:
    """Olive, in the team."""
    account = factories.account("organiser", "Olive", team_of=[petition.campaign])
    return StaffReader(app, account)


def signed(
    petition: Petition, *names: str, shows_name: bool = True, **changes: Any
) -> list[Signature]:
    """Confirmed signatures, one after the other; what screening takes for no name is released."""
    signatures = [
        factories.confirmed(
            petition,
            f"{name[:3].encode().hex()}{minute}-{shows_name}@example.org",
            name=name,
            shows_name=shows_name,
            **{"now": NOW + timedelta(minutes=minute), **changes},
        )
        for minute, name in enumerate(names)
    ]
    with transaction():
        for signature in signatures:
            setting_aside.release(signature, now=NOW)
    return signatures


def front_of(hand_over: HandOver) -> paper.Front:
    return paper.Front(
        site="Campaign",
        link="http://campaign.test/campaigns/archive",
        wordings=queries.wordings(hand_over),
        last=queries.last_before(hand_over),
    )


def begun(petition: Petition, **changes: Any) -> HandOver:
    """A hand-over whose files are not made yet."""
    by = changes.pop("by", None) or factories.account()
    values = {"covers": Covers.ALL, "naming": Naming.NAMES, "now": NOW, **changes}
    with transaction():
        hand_over = services.begin(petition, by=by, **values)
        services.put_in(queries.members(hand_over))
        return services.fix(hand_over.id)


def files_of(hand_over: HandOver) -> paper.Files:
    making = paper.make(hand_over, front_of(hand_over))
    while True:
        try:
            next(making)
        except StopIteration as made:
            files: paper.Files = made.value
            return files


def made(petition: Petition, **changes: Any) -> tuple[HandOver, paper.Files]:
    """A whole hand-over, without its page."""
    hand_over = begun(petition, **changes)
    files = files_of(hand_over)
    with transaction():
        services.keep(hand_over.id, files.content, pages=files.pages, in_part=files.in_part)
    return hand_over, files


def rows(files: paper.Files) -> list[dict[str, str]]:
    text = files.content[Kind.CSV].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def pdf_words(files: paper.Files) -> str:
    return words_of(files.content[Kind.PDF])


def page_words(files: paper.Files, page: int) -> str:
    options = ("-raw", "-f", str(page), "-l", str(page), "-", "-")
    return " ".join(poppler("pdftotext", *options, pdf=files.content[Kind.PDF]).decode().split())


def make_on_page(reader: StaffReader, *, status: int = 200, **answers: Any) -> Page:
    answers = {"current_password": PASSWORD, **answers}
    return reader.press(reader.get(HAND_OVERS), "Make the hand-over", status=status, **answers)


def test_from_the_button_to_a_receipt_and_files_that_are_what_it_says(
    olive: StaffReader, petition: Petition
) -> None:
    signed(petition, "Sam Signer", "Lena Writer")
    signed(petition, "Held Back", shows_name=False)

    making = make_on_page(olive)
    receipt = olive.get(making.link("Receipt and files"))
    pdf = olive.press(receipt, BOTH).response
    table = olive.press(receipt, "Download the table (CSV)").response

    assert "Both files are ready." in making.text
    assert receipt.h1 == "Hand-over no. 1: Open the archive"
    for response, name in ((pdf, "archive-hand-over-1.pdf"), (table, "archive-hand-over-1.csv")):
        assert hashlib.sha256(response.data).hexdigest() in receipt.text
        assert f"sha256sum {name}" in receipt.text
        assert response.headers["Content-Disposition"] == f"attachment; filename={name}"
        assert response.headers["Cache-Control"] == "no-store"
    said = words_of(pdf.data)
    assert "Sam Signer" in said
    assert "Held Back" not in said
    assert b"Held Back" not in table.data
    trail = db.session.execute(
        select(TrailEntry.deed, TrailEntry.who, TrailEntry.about, TrailEntry.reason)
        .where(TrailEntry.deed.startswith("hand-over."))
        .order_by(TrailEntry.id)
    ).all()
    about = ("Olive", "campaign:archive")
    assert trail == [
        ("hand-over.made", *about, "no. 1: all, names"),
        ("hand-over.taken", *about, "no. 1: pdf"),
        ("hand-over.taken", *about, "no. 1: csv"),
    ]


def test_the_cover_says_who_asks_what_of_whom_with_how_many_and_when(petition: Petition) -> None:
    signed(petition, "Sam Signer", "Lena Writer")
    signed(petition, "Held Back", shows_name=False)

    _, files = made(petition)

    cover = page_words(files, 1)
    for said in (
        "Open the archive",
        "The archive must open its doors.",
        "the keeper of the archive",
        "3 signatures, each confirmed by its owner",
        "Hand-over no. 1",
        "1 March 2026, 12:00 UTC",
        "2 people who chose to be named",
        "1 person who chose not to be named",
        "http://campaign.test/campaigns/archive",
    ):
        assert said in cover
    assert "We ask you to open the archive." in page_words(files, 2)
    assert "Page 2 of 3" in page_words(files, 2)
    last = page_words(files, 3)
    assert "Hand-over no. 1" in last
    assert "Nos. 1 to 2" in last
    assert "1 Sam Signer Canada 2 Lena Writer Canada" in last
    assert "Besides these: 1 person who chose not to be named, and is counted." in last
    assert "Page 3 of 3" in last


def test_names_are_numbered_without_gaps_in_the_order_of_confirming(petition: Petition) -> None:
    late, early, hidden = (
        factories.sign(petition, f"{name}@example.org", name=name, shows_name=name != "Hidden")
        for name in ("Late", "Early", "Hidden")
    )
    for minute, signature in enumerate((early, hidden, late)):
        factories.confirm(signature, now=NOW + timedelta(days=1, minutes=minute))

    _, files = made(petition)

    assert rows(files) == [
        {
            "number": number,
            "name": name,
            "country": "CA",
            "signed_on_utc": "2026-03-01",
            "confirmed_on_utc": "2026-03-02",
            "version": "1",
        }
        for number, name in (("1", "Early"), ("2", "Late"))
    ]


def test_only_what_counts_is_handed_over(petition: Petition) -> None:
    _, withdrawn, voided, held = signed(petition, "Stays", "Back", "Void", "Held")
    factories.sign(petition, "pending@example.org", name="Pending", shows_name=True)
    with transaction():
        petitions.withdraw(withdrawn, now=NOW)
        setting_aside.void(voided, reason="Not a name.", now=NOW)
        setting_aside.hold(held, reason="Many at once.", now=NOW)

    hand_over, files = made(petition)

    assert [row["name"] for row in rows(files)] == ["Stays"]
    assert (hand_over.total, hand_over.named) == (1, 1)


def test_initials_stand_in_for_names_where_the_campaign_chose_so(petition: Petition) -> None:
    signed(petition, "Léa M. Gauvrin", "倪玉兰", "🙂")

    _, files = made(petition, naming=Naming.INITIALS)

    assert [row["name"] for row in rows(files)] == ["L. G.", "倪", "–"]
    said = pdf_words(files)
    assert "Gauvrin" not in said
    assert "玉兰" not in said
    assert "1 L. G. Canada" in said
    assert "by initials and country" in said


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Léa Gauvrin", "L. G."),
        ("María José Peñalver Ibarroz", "M. I."),
        ("Suharti", "S."),
        ("倪玉兰", "倪"),
        ("김서연", "김"),
        ("ليلى الهادي", "ل. ا."),
        ("“Jo” O’Brien", "J. O."),
        ("4 Sam 2", "S."),
        ("🙂", ""),
        ("", ""),
    ],
)
def test_initials(name: str, expected: str) -> None:
    assert initials(name) == expected


def test_names_in_many_scripts_print_and_what_cannot_is_said(petition: Petition) -> None:
    names = ("倪玉兰", "ليلى الهادي", "ئايگۈل تۇرسۇن", "Анна Лугов", "Ελένη Παπαδής", "Nguyễn Thảo")
    signed(petition, *names, "Sam 🙂 Signer", "अनन्या वर्माली")

    hand_over, files = made(petition)

    said = squeezed(pdf_words(files))
    for name in (*names[:1], *names[3:]):
        assert squeezed(name) in said
    assert "7Sam†Signer" in said
    assert "8†Canada" in said
    assert squeezed("† stands for letters that these sheets cannot print") in said
    assert hand_over.in_part == 2
    assert [row["name"] for row in rows(files)] == [*names, "Sam 🙂 Signer", "अनन्या वर्माली"]


def test_a_name_beside_a_dagger_of_its_own_is_whole(petition: Petition) -> None:
    signed(petition, "Sam †")

    _, files = made(petition)

    assert files.in_part == 0
    assert "stands for letters" not in pdf_words(files)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_people_type_is_never_run_by_typst(payload: str) -> None:
    """In names and in words; typst alone, because it takes the longest."""
    assert words.name(words.printable(payload), 9.5, 70)
    assert words.blocks(payload, "en") is not None


def test_typst_code_and_formulas_in_names_and_words_stay_what_they_are(app: Flask) -> None:
    code = '#panic("x") $x^2$ *b* #sys.inputs @a <b> \\u{41}'
    campaign = factories.campaign("archive", title=code, ask=code)
    petition = factories.petition(campaign, addressee=code, statement=f"`{code}`")
    signed(petition, code, "=SUM(A1)", "+1", "@x")

    _, files = made(petition)

    said = squeezed(pdf_words(files))
    assert said.count(squeezed(code)) >= 5, "title, ask, addressee, statement, name"
    assert [row["name"] for row in rows(files)] == [code, "'=SUM(A1)", "'+1", "'@x"]


def test_the_wording_prints_as_it_reads_on_the_page(app: Flask) -> None:
    statement = (
        "We ask **you**:\n\n1. to open *it*\n2. to say [why](https://example.org/why)\n\n"
        "> As she said\nit.\n\n## And then\n\n- soon\n  - sooner\n\n<script>x</script>\n\n    code"
    )
    petition = factories.petition(factories.campaign("archive"), statement=statement)
    signed(petition, "Sam")

    said = page_words(made(petition)[1], 2)

    for part in (
        "We ask you:",
        "1. to open it",
        "2. to say why (https://example.org/why)",
        "As she said it.",
        "And then",
        "• soon",
        "<script>x</script>",
        "code",
    ):
        assert part in said
    assert "**" not in said


def test_markdown_with_nothing_in_it_prints_what_there_is(app: Flask) -> None:
    statement = (
        "##\n\n-\n\n1.\n\n![a](b)\n\n>\n\n```\n```\n\n***\n\n#### Deep\n\n[](x) **** end \u0301"
    )
    petition = factories.petition(factories.campaign("archive"), statement=statement)
    signed(petition, "Sam")

    said = page_words(made(petition)[1], 2)

    assert "Deep" in said
    assert "end" in said


def test_each_wording_is_printed_with_how_many_signed_it(petition: Petition) -> None:
    signed(petition, "Sam", "Lena")
    factories.petition(
        petition.campaign, statement="We ask you again.", reason="It had closed once more."
    )
    signed(petition, "Third", now=NOW + timedelta(days=1))

    hand_over, files = made(petition)

    said = page_words(files, 2)
    assert hand_over.versions == {"1": 2, "2": 1}
    assert said.index("signed by 2 people") < said.index("We ask you to open the archive.")
    assert said.index("signed by 1 person") < said.index("We ask you again.")
    assert [row["version"] for row in rows(files)] == ["1", "1", "2"]


def test_each_language_is_printed_in_its_own_words(petition: Petition) -> None:
    factories.translation(petition.campaign)
    signed(petition, "Sam")
    signed(petition, "Lena", language="fr", now=NOW + timedelta(days=1))

    hand_over, files = made(petition)

    assert "Open the archive" in page_words(files, 1), "the cover is in the campaign's language"
    said = page_words(files, 2)
    assert hand_over.versions == {"1": 1, "2": 1}
    assert "We ask you to open the archive." in said
    assert "Wording 2: Ouvrez les archives" in said
    assert "To: la gardienne des archives · Français" in said
    assert [row["version"] for row in rows(files)] == ["1", "2"]


def test_what_a_signer_changes_later_does_not_change_what_is_frozen(
    olive: StaffReader, petition: Petition
) -> None:
    sam, _ = signed(petition, "Sam Signer", "Lena Writer")
    hand_over, files = made(petition)
    with transaction():
        petitions.withdraw(sam, now=NOW)
    signed(petition, "Too Late", now=NOW + timedelta(days=1))

    receipt = olive.get(f"{HAND_OVERS}1")
    taken = olive.press(receipt, "Download the table (CSV)").response.data

    assert taken == files.content[Kind.CSV]
    assert "Signatures 2" in receipt.text
    assert "1 taken back by their owners: no. 1" in receipt.text
    assert "1 of its signatures still counts today." in receipt.text
    assert queries.signed_versions(hand_over) == {"1": 2}


def test_whatever_became_of_its_signatures_is_told_by_numbers(
    olive: StaffReader, petition: Petition
) -> None:
    people = signed(petition, *(f"Person {number}" for number in range(1, 10)))
    (unnamed,) = signed(petition, "Hidden", shows_name=False)
    made(petition)
    with transaction():
        for signature in (*people[1:5], unnamed):
            petitions.withdraw(signature, now=NOW)
        petitions.erase(people[6], now=NOW)
        setting_aside.void(people[7], reason="Not a name.", now=NOW)
        setting_aside.hold(people[8], reason="Looks odd.", now=NOW)
        petitions.show_name(people[0], shows=False)

    text = olive.get(f"{HAND_OVERS}1").text

    assert "6 taken back by their owners: nos. 2–5, 7, and 1 that is not listed" in text
    assert "1 removed by a moderator: no. 8" in text
    assert "1 set aside by a moderator, and not counted just now: no. 9" in text
    assert "1 still counted, but the name is not to be shown any more: no. 1" in text
    assert "2 of its signatures still count today." in text
    assert "Person" not in text


def test_signed_again_and_never_confirmed_is_taken_back_too(petition: Petition) -> None:
    (sam,) = signed(petition, "Sam")
    hand_over, _ = made(petition)
    with transaction():
        petitions.withdraw(sam, now=NOW)
    db.session.execute(delete(Signature))
    db.session.commit()

    changes = queries.changes_since(hand_over)

    assert changes["taken-back"].numbers == [1]


def test_new_ones_are_those_in_no_hand_over_before(petition: Petition) -> None:
    released, _ = signed(petition, "Released", "First")
    with transaction():
        setting_aside.hold(released, reason="Looks odd.", now=NOW)
    made(petition)
    with transaction():
        setting_aside.release(released, now=NOW)
    signed(petition, "Second", now=NOW + timedelta(days=1))

    hand_over, files = made(petition, covers=Covers.NEW)

    assert hand_over.number == 2
    assert [row["name"] for row in rows(files)] == ["Released", "Second"]
    assert "those that are new since hand-over no. 1 of 1 March 2026" in page_words(files, 1)
    with pytest.raises(NobodyNew):
        begun(petition, covers=Covers.NEW)


def test_one_that_was_broken_off_takes_nobody_from_the_next(petition: Petition) -> None:
    signed(petition, "Sam")
    begun(petition)
    with pytest.raises(OneBeingMade):
        made(petition, covers=Covers.NEW, now=NOW + MAKING_LIFETIME)

    later = NOW + MAKING_LIFETIME + timedelta(seconds=1)
    _, files = made(petition, covers=Covers.NEW, now=later)

    assert [row["name"] for row in rows(files)] == ["Sam"]


def test_nothing_is_made_of_nobody(olive: StaffReader, petition: Petition) -> None:
    factories.sign(petition)

    page = make_on_page(olive, status=409)

    assert str(NobodyToHandOver.message) in page.text
    assert db.session.scalars(select(HandOver)).all() == []


def test_a_hand_over_of_unnamed_people_alone_has_no_list(petition: Petition) -> None:
    signed(petition, "Hidden", "Hidden Too", shows_name=False)

    hand_over, files = made(petition)

    assert (hand_over.total, hand_over.named, files.pages) == (2, 0, 2)
    assert "2 people who chose not to be named, and are counted" in page_words(files, 1)
    assert rows(files) == []


def test_making_one_asks_for_proof(olive: StaffReader, petition: Petition) -> None:
    signed(petition, "Sam")

    refused = make_on_page(olive, status=422, current_password="a wrong one", naming="initials")

    assert db.session.scalars(select(HandOver)).all() == []
    assert refused.one('[name="naming"][checked]')["value"] == "initials"


@pytest.mark.parametrize("answers", [{"covers": "some"}, {"naming": "addresses"}])
def test_a_choice_that_is_not_there_is_a_slip(
    olive: StaffReader, petition: Petition, answers: dict[str, str]
) -> None:
    signed(petition, "Sam")

    make_on_page(olive, status=422, **answers)

    assert db.session.scalars(select(HandOver)).all() == []


def test_of_many_who_press_at_once_one_makes_it(app: Flask, petition: Petition) -> None:
    signed(petition, "Sam", "Lena")
    olive, petition_id = factories.account(), petition.id
    db.session.rollback()
    troubles: list[BaseException] = []
    start = threading.Barrier(6)

    def press() -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    mine = db.session.get(Petition, petition_id)
                    assert mine is not None
                    services.begin(mine, covers=Covers.ALL, naming=Naming.NAMES, by=olive, now=NOW)
            except BaseException as trouble:
                troubles.append(trouble)

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [type(trouble) for trouble in troubles] == [OneBeingMade] * 5
    assert db.session.scalars(select(HandOver.number)).all() == [1]


def test_the_same_page_makes_one_however_often_it_is_sent(
    olive: StaffReader, petition: Petition
) -> None:
    signed(petition, "Sam")
    page, beside_it = olive.get(HAND_OVERS), olive.get(HAND_OVERS)

    def press(page: Page, **answers: str) -> str:
        answers = {"current_password": PASSWORD, **answers}
        return olive.press(page, "Make the hand-over", **answers).h1

    assert press(page) == "Making hand-over no. 1"
    assert press(page, naming="initials") == "Making hand-over no. 2"
    assert press(beside_it) == "Making hand-over no. 3"
    # Whatever was made meanwhile; and a code is good once, so a second press proves nothing.
    assert press(page, current_password="used up") == "Hand-over no. 1: Open the archive"
    assert press(page, naming="initials") == "Hand-over no. 2: Open the archive"
    assert press(beside_it) == "Hand-over no. 3: Open the archive"
    assert db.session.scalar(select(func.count()).select_from(HandOver)) == 3


def test_the_page_of_one_that_broke_off_makes_it_after_all(
    olive: StaffReader, petition: Petition
) -> None:
    signed(petition, "Sam")
    page = olive.get(HAND_OVERS)
    answers: dict[str, Any] = {"covers": Covers.ALL, "naming": Naming.NAMES, "by": olive.account}
    key = page.one('[name="key"]')["value"]
    press = services.press_of(petition, key, **answers)
    first = begun(petition, **answers, press=press, now=utc_now())

    def once_more(page: Page, status: int) -> Page:
        return olive.press(page, "Make the hand-over", status=status, current_password=PASSWORD)

    waiting = once_more(page, 409)
    with transaction():
        first.made_at -= MAKING_LIFETIME

    assert str(OneBeingMade.message) in waiting.text
    assert "Both files are ready." in once_more(waiting, 200).text


@pytest.mark.parametrize("covers", list(Covers))
def test_while_one_is_being_made_there_is_no_second_with_the_same_people(
    olive: StaffReader, petition: Petition, covers: Covers
) -> None:
    signed(petition, "Sam")
    made(petition)
    signed(petition, "New", now=NOW + timedelta(days=1))
    first = begun(petition, covers=Covers.NEW, now=utc_now())

    refused = make_on_page(olive, status=409, covers=covers, naming="initials")

    assert str(OneBeingMade.message) in refused.text
    assert not refused.soup.select("[name=current_password]")  # theirs was right
    assert "Being made just now" in refused.one("tbody").get_text()
    assert refused.one('[name="covers"][checked]')["value"] == covers
    assert refused.one('[name="naming"][checked]')["value"] == "initials"
    assert db.session.scalars(select(HandOver.number).order_by(HandOver.number)).all() == [1, 2]
    with transaction():
        services.give_up(first.id)
    assert "Both files are ready." in make_on_page(olive, covers=Covers.NEW).text


def test_each_petition_numbers_its_own(petition: Petition) -> None:
    other = factories.petition()
    signed(petition, "Sam")
    signed(other, "Lena")

    assert [made(of)[0].number for of in (petition, other, petition)] == [1, 1, 2]


def test_who_erases_while_it_is_made_is_in_no_file(
    petition: Petition,
) -> None:
    sam, _ = signed(petition, "Sam", "Lena")
    hand_over = begun(petition)
    files = files_of(hand_over)
    with transaction():
        petitions.erase(sam, now=NOW)

    with pytest.raises(ErasedMeanwhile), transaction():
        services.keep(hand_over.id, files.content, pages=files.pages, in_part=files.in_part)
    with pytest.raises(ErasedMeanwhile):
        files_of(hand_over)

    assert db.session.scalars(select(HandOverFile)).all() == []


def test_what_fails_on_the_way_leaves_nothing_and_says_why(
    olive: StaffReader, petition: Petition, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam, _ = signed(petition, "Sam", "Lena")
    real = listing.read

    def read(hand_over: HandOver) -> Any:
        with transaction():
            petitions.erase(db.session.merge(sam), now=NOW)
        return real(hand_over)

    monkeypatch.setattr(listing, "read", read)

    page = make_on_page(olive)

    assert str(ErasedMeanwhile.message) in page.text
    assert db.session.scalars(select(HandOver)).all() == []


def test_an_erased_person_takes_the_files_along_and_the_receipt_stays(
    olive: StaffReader, petition: Petition
) -> None:
    sam, _ = signed(petition, "Sam", "Lena")
    _, files = made(petition)
    with_buttons = olive.get(f"{HAND_OVERS}1")
    with transaction():
        petitions.erase(db.session.get_one(Signature, sam.id), now=NOW)

    refused = olive.press(with_buttons, BOTH, status=410)
    forget_due(utc_now())

    assert "The files are not kept here any more" in refused.text
    assert db.session.scalars(select(HandOverFile)).all() == []
    receipt = olive.get(f"{HAND_OVERS}1")
    assert hashlib.sha256(files.content[Kind.PDF]).hexdigest() in receipt.text
    assert "That was done on" in receipt.text
    assert "Download" not in receipt.text


def test_who_takes_back_without_erasing_leaves_the_files(petition: Petition) -> None:
    (sam,) = signed(petition, "Sam")
    hand_over, _ = made(petition)
    with transaction():
        petitions.withdraw(sam, now=NOW)

    forget_due(NOW)

    assert queries.has_files(hand_over)


def test_ninety_days_after_the_closing_no_file_is_left_and_the_numbers_are(
    petition: Petition,
) -> None:
    long_ago = utc_now() - timedelta(days=200)
    signed(petition, "Sam", "Lena", now=long_ago)
    hand_over, _ = made(petition, now=long_ago)
    factories.close(petition.campaign, at=utc_now() - timedelta(days=91))

    forget_due(utc_now())

    assert db.session.scalars(select(HandOverFile)).all() == []
    db.session.refresh(hand_over)
    assert hand_over.files_destroyed_at is not None
    assert (hand_over.total, queries.changes_since(hand_over)) == (2, {})


def test_what_was_broken_off_goes_after_an_hour(petition: Petition) -> None:
    signed(petition, "Sam")
    begun(petition)

    for later, left in ((timedelta(), 1), (timedelta(seconds=1), 0)):
        with transaction():
            services.forget([], now=NOW + MAKING_LIFETIME + later)
        assert len(db.session.scalars(select(HandOver)).all()) == left


def test_a_stolen_database_shows_no_name(petition: Petition) -> None:
    signed(petition, "Sam Signer")
    made(petition)

    files = db.session.scalars(select(HandOverFile)).all()
    assert len(files) == 2
    for file in files:
        assert b"Sam Signer" not in file.sealed
        assert b"%PDF" not in file.sealed


def test_what_came_of_it_is_written_down_and_can_be_mended(
    olive: StaffReader, petition: Petition
) -> None:
    signed(petition, "Sam")
    made(petition)
    typed = {"handed_to": "Minister Adil", "handed_on": "2026-03-02", "answer": "She will\nread."}

    page = olive.press(olive.get(f"{HAND_OVERS}1"), "Write it down", **typed)
    page = olive.press(page, "Write it down", answer="She has read it.")

    assert "Handed to Minister Adil , 2 March 2026" in page.text
    assert "What they said She has read it." in page.text
    assert "Minister Adil" in olive.get(HAND_OVERS).text
    deeds = db.session.scalars(select(TrailEntry.deed)).all()
    assert deeds.count("hand-over.noted") == 2


@on_one_database
@pytest.mark.parametrize(
    "typed",
    [
        {"handed_on": "2999-01-01"},
        {"handed_on": "2026-02-30"},
        {"handed_to": "x" * 201},
        {"answer": "x" * 10_001},
    ],
)
def test_slips_are_told_and_nothing_typed_is_lost(
    olive: StaffReader, petition: Petition, typed: dict[str, str]
) -> None:
    signed(petition, "Sam")
    made(petition)
    typed = {"handed_to": "Minister Adil", **typed}

    page = olive.press(olive.get(f"{HAND_OVERS}1"), "Write it down", status=422, **typed)

    assert page.value("handed_to") == typed["handed_to"]
    assert "One thing to mend" in page.text


def test_two_who_write_at_once_are_shown_both_texts(olive: StaffReader, petition: Petition) -> None:
    signed(petition, "Sam")
    made(petition)
    first, second = olive.get(f"{HAND_OVERS}1"), olive.get(f"{HAND_OVERS}1")
    olive.press(first, "Write it down", answer="She will read it.")

    both = olive.press(second, "Write it down", status=409, answer="She will not.")
    olive.press(both, "Write it down", answer="She will, and will not.")

    assert both.value("answer") == "She will not."
    assert "This stands there now: She will read it." in both.text
    assert "She will, and will not." in olive.get(f"{HAND_OVERS}1").text


@pytest.mark.parametrize(
    ("role", "status"), [("organiser", 404), ("moderator", 403), ("administrator", 200)]
)
def test_nobody_else_learns_that_there_is_one(
    app: Flask, petition: Petition, role: str, status: int
) -> None:
    signed(petition, "Sam")
    made(petition)
    xan = StaffReader(app, factories.account(role, "Xan"))

    xan.get(HAND_OVERS, status=status)
    xan.get(f"{HAND_OVERS}1", status=status)
    for address in ("", "1", "1/pdf", "1/csv"):
        if status != 200:
            xan.post(HAND_OVERS + address, status=status)


def test_whoever_is_not_signed_in_is_asked_to(reader: PageReader, petition: Petition) -> None:
    page = reader.get(HAND_OVERS)

    assert page.h1 == "Sign in"


def test_there_is_no_hand_over_where_there_is_none(
    app: Flask, olive: StaffReader, petition: Petition
) -> None:
    signed(petition, "Sam")
    begun(petition)
    alone = factories.campaign("letters-only")
    ada = StaffReader(app, factories.account("administrator", "Ada"))

    olive.get(f"{HAND_OVERS}1", status=404)
    olive.get(f"{HAND_OVERS}7", status=404)
    olive.post(f"{HAND_OVERS}7/pdf", status=404)
    page = ada.get(f"/staff/campaigns/{alone.slug}/hand-overs/")

    assert "has no petition" in page.text


def test_files_are_taken_with_a_button_of_ones_own_alone(
    olive: StaffReader, petition: Petition
) -> None:
    signed(petition, "Sam")
    made(petition)

    page = olive.post(f"{HAND_OVERS}1/pdf", status=200, data={"form_token": "forged"})

    assert "Please press the button once more." in page.text
    assert olive.get(f"{HAND_OVERS}1/pdf").address == f"{HAND_OVERS}1"


def lines(*names: str) -> list[listing.Line]:
    day = NOW.date()
    return [
        listing.Line(number, name, words.printable(name), "GB", day, day, 1)
        for number, name in enumerate(names, 1)
    ]


def test_every_page_holds_what_was_reckoned_for_it(petition: Petition) -> None:
    odd = (
        "W" * 200,
        "Maria " * 33,
        "倪玉兰" * 20,
        "ليلى الهادي " * 8,
        "Emma Tremblette McArdin",
        "A-b" * 40,
        "i" * 30,
    )
    signed(petition, *(odd[n % 7] if n % 3 else "Léa Gauvrin" for n in range(60)))

    _, files = made(petition)

    pages = poppler("pdfinfo", "-", pdf=files.content[Kind.PDF]).decode()
    assert f"Pages: {files.pages}" in " ".join(pages.split())
    for page in range(3, files.pages + 1):
        assert f"Page {page} of {files.pages}" in page_words(files, page)


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_list_stands_between_the_margins_whichever_way_it_is_read(
    app: Flask, language: str
) -> None:
    petition = factories.petition(factories.campaign(language=language))
    signed(petition, *("Léa Gauvrin" for _ in range(60)))

    _, files = made(petition)

    boxes = poppler("pdftotext", "-bbox", "-f", "3", "-", "-", pdf=files.content[Kind.PDF]).decode()
    edges = [float(edge) for edge in re.findall(r'x(?:Min|Max)="([\d.]+)"', boxes)]
    margin, width = 20 / 25.4 * 72, 210 / 25.4 * 72
    assert margin - 1 < min(edges) < max(edges) < width - margin + 1


def test_latin_initials_keep_their_full_stops_in_an_arabic_list(app: Flask) -> None:
    petition = factories.petition(factories.campaign(language="ar"))
    signed(petition, "Léa Gauvrin")

    _, files = made(petition, naming=Naming.INITIALS)

    assert " L. G." in page_words(files, 3)


def test_a_hundred_ordinary_names_are_a_page() -> None:
    sheets = list(listing.sheets(lines(*["Léa Gauvrin"] * 230), "en"))

    assert [[len(column) for column in sheet] for sheet in sheets] == [
        [50, 50],
        [50, 50],
        [30],
    ]


def test_long_lists_are_joined_and_numbered_through(
    petition: Petition, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paper, "SET", 1)
    monkeypatch.setattr(listing, "READ", 7)
    monkeypatch.setattr(listing, "_NAMES", 5)
    signed(petition, *(f"Person {number}" for number in range(1, 26)))

    _, files = made(petition)

    said = pdf_words(files)
    positions = [said.index(f" {number} Person {number} ") for number in range(1, 26)]
    assert positions == sorted(positions)
    assert files.pages == 5
    assert "Page 5 of 5" in page_words(files, 5)
    info = poppler("pdfinfo", "-", pdf=files.content[Kind.PDF]).decode()
    assert "Tagged: yes" in " ".join(info.split())
    campaign: Campaign = petition.campaign
    assert campaign.title in info
