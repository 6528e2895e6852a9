"""A comment is public once a moderator passed it, and only while its signature counts."""

import pytest
from sqlalchemy import select

from campaign.lib.db import db, transaction
from campaign.petitions import commenting, services, setting_aside
from campaign.petitions.models import Petition, Signature
from campaign.petitions.rules import CommentState
from tests import factories
from tests.factories import NOW
from tests.moderation.deciding import deeds
from tests.page_reader import PageReader
from tests.staff import StaffReader

DOOR = "/staff/comments/"
WORDS = "Because <b>doors</b> should open."


@pytest.fixture
def signature(petition: Petition) -> Signature:
    """Sam has signed, confirmed, and said why; without showing the name."""
    return factories.confirmed(petition, comment=WORDS)


def passed(signature: Signature) -> None:
    """Mo makes the comment public."""
    with transaction():
        picks = {signature.ref: signature.signed_at}
        assert commenting.decide(picks, standing=CommentState.WAITING, to=CommentState.PASSED)


def is_public(reader: PageReader) -> bool:
    return "should open." in reader.get("/campaigns/archive").text


def standing(signature: Signature) -> CommentState | None:
    return db.session.scalars(
        select(Signature.comment_state).where(Signature.id == signature.id)
    ).one()


def test_the_whole_trip(mo_reads: StaffReader, reader: PageReader, signature: Signature) -> None:
    assert not is_public(reader)
    page = mo_reads.get(DOOR)
    assert WORDS in page.text
    assert "A supporter" in page.text
    assert "Sam Signer" not in page.text

    page = mo_reads.press(page, "Make public")

    assert "1 comment is public now." in page.text
    assert "There are none." in page.text
    shown = reader.get("/campaigns/archive")
    assert WORDS in shown.text
    assert "A supporter" in shown.text
    assert "Sam Signer" not in shown.text
    about = f"signature:{signature.ref}"
    assert deeds("comment.passed") == [(about, None)]
    assert deeds("comments.read") == [("comments:waiting", "1")]

    mo_reads.press(page, "Undo")
    assert not is_public(reader)
    assert standing(signature) is CommentState.WAITING


@pytest.mark.usefixtures("signature")
def test_nothing_of_it_leaks_before(reader: PageReader) -> None:
    for address in ("/campaigns/archive", "/campaigns/archive.json", "/campaigns/archive/sign"):
        text = reader.get(address).response.get_data(as_text=True)
        assert "should open." not in text


def test_a_public_name_stands_under_it(petition: Petition, reader: PageReader) -> None:
    passed(factories.confirmed(petition, comment=WORDS, shows_name=True))

    (figure,) = reader.get("/campaigns/archive").soup.select("figure.theirs")
    assert figure.select_one("figcaption bdi").text == "Sam Signer"
    assert figure.select_one("blockquote").text == WORDS


@pytest.mark.parametrize("deed", ["withdraw", "erase", "hold", "void"])
def test_it_is_gone_as_soon_as_the_signature_does_not_count(
    signature: Signature, reader: PageReader, deed: str
) -> None:
    passed(signature)
    assert is_public(reader)

    with transaction():
        match deed:
            case "withdraw":
                services.withdraw(signature, now=NOW)
            case "erase":
                services.erase(signature, now=NOW)
            case "hold":
                setting_aside.hold(signature, reason="?", now=NOW)
            case "void":
                setting_aside.void(signature, reason="?", now=NOW)

    assert not is_public(reader)
    if deed in ("withdraw", "erase"):
        assert standing(signature) is None


def test_what_is_signed_anew_waits_anew(signature: Signature, petition: Petition) -> None:
    seen = {signature.ref: signature.signed_at}
    with transaction():
        services.withdraw(signature, now=NOW)
    factories.confirmed(petition, comment="Something else.", now=NOW.replace(hour=13))

    with transaction():
        decided = commenting.decide(seen, standing=CommentState.WAITING, to=CommentState.PASSED)

    assert decided == []
    assert standing(signature) is CommentState.WAITING


def test_only_comments_of_confirmed_signatures_wait(
    petition: Petition, mo_reads: StaffReader
) -> None:
    factories.sign(petition, comment=WORDS)
    factories.confirmed(petition, "lena@example.org")

    assert commenting.waiting() == (0, None)
    assert WORDS not in mo_reads.get(DOOR).text


def test_of_two_moderators_the_first_decides(
    mo_reads: StaffReader, reader: PageReader, signature: Signature
) -> None:
    page = mo_reads.get(DOOR)
    mo_reads.press(page, "Refuse")

    page = mo_reads.press(page, "Make public")

    assert "1 was left alone: a colleague was quicker" in page.text
    assert standing(signature) is CommentState.REFUSED
    assert not is_public(reader)


def test_all_that_are_ticked_at_once(petition: Petition, mo_reads: StaffReader) -> None:
    for n in range(3):
        factories.confirmed(petition, f"sam-{n}@example.org", comment=f"Reason {n}")
    page = mo_reads.get(DOOR)
    picks = [box["value"] for box in page.soup.select("main [type=checkbox]")]

    page = mo_reads.press(page, "Refuse all ticked ones", pick=picks[:2])

    assert "2 comments were refused. Nobody sees them." in page.text
    assert commenting.waiting() == (1, NOW)
    assert "Reason 0" in mo_reads.get(f"{DOOR}?state=refused").text


@pytest.mark.parametrize(
    "pick", [[], ["nothing"], ["a/2026-13-40"], ["a/2026-01-01"], ["/" * 300], ["a\x00/2026-01-01"]]
)
def test_nonsense_is_told(mo_reads: StaffReader, signature: Signature, pick: list[str]) -> None:
    page = mo_reads.press(mo_reads.get(DOOR), "Make all ticked ones public", pick=pick, status=422)

    assert "Tick at least one comment." in page.text
    assert standing(signature) is CommentState.WAITING


def test_organisers_do_not_decide(olive_reads: StaffReader) -> None:
    olive_reads.get(DOOR, status=403)
