"""Organisers write letters: from nothing to what volunteers are given."""

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.accounts.models import Account, TrailEntry
from campaign.campaigns.models import Campaign
from campaign.letters import queries, services, working
from campaign.letters.models import CaseDraft, CaseVersion
from campaign.lib import meanwhile
from campaign.lib.db import db, transaction
from tests import factories
from tests.conftest import on_one_database
from tests.factories import NOW
from tests.page_reader import Page, PageReader
from tests.staff import StaffReader

LETTERS = "/staff/campaigns/archive/letters"
EDIT = f"{LETTERS}/edit"


@pytest.fixture
def campaign(app: Flask) -> Campaign:
    """An open campaign that has no letters yet."""
    return factories.campaign("archive")


@pytest.fixture
def olive(app: Flask, campaign: Campaign) -> StaffReader:
    """Olive, in her team."""
    return StaffReader(app, factories.account("organiser", "Olive", team_of=[campaign]))


@pytest.fixture
def letters(campaign: Campaign) -> Campaign:
    """The campaign, with letters."""
    factories.letter_action(campaign)
    return campaign


def several(sentence: str, number: int) -> str:
    """As many passages as a section needs."""
    beginnings = ("Today", "Now", "Again", "Openly", "Gladly", "Plainly", "Briefly", "Truly")
    return "\n\n".join(f"{word} {sentence}" for word in beginnings[:number])


def save(reader: StaffReader, part: str, *, more: bool = False, **typed: Any) -> Page:
    page = reader.get(f"{EDIT}/{part}{'?more=1' if more else ''}")
    return reader.press(page, "Save draft", **typed)


def test_letters_grow_from_nothing_to_what_a_volunteer_is_given(
    olive: StaffReader, reader: PageReader
) -> None:
    begin = olive.get(olive.get(LETTERS).link("Begin letters"))
    first = olive.get(begin.link("Begin with a blank page"))
    olive.press(
        first,
        "Save draft",
        **{
            "person-name": "Ada Adil",
            "person-family_name": "Adil",
            "person-called-en": "Ms. Adil",
            "appeals_before": "2030-12-31",
            "guidance": "One page is enough.",
        },
    )
    save(
        olive,
        "facts",
        **{
            "facts-_new-key": "Door 2010",
            "facts-_new-happened_on": "2010-05",
            "facts-_new-says": "The door was closed.",
            "facts-_new-sources": "A newspaper, 6 May 2010 https://example.org/door",
            "facts-_new-checked_on": "2026-01-01",
        },
    )
    save(olive, "asks", **{"asks-_new-text": "open the door"})
    save(olive, "asks", more=True, **{"asks-_new-text": "open the window"})
    save(
        olive,
        "targets",
        **{
            "targets-_new-role-en": "Keeper of the archive",
            "targets-_new-salutation-en": "Dear Keeper",
            "targets-_new-address": "1 Main Street\nOttawa",
            "targets-_new-country": "CA",
        },
    )
    save(
        olive,
        "passages-en",
        **{
            "passages-en-subject": several("{person}", 8),
            "passages-en-opening": several("somebody thinks of {called}.", 8),
            "passages-en-who": several("a writer lives in {place}.", 6).replace(
                "\n\n", "\n\n[place] "
            ),
            "passages-en-facts-door-2010-label": "The door",
            "passages-en-facts-door-2010-wordings": several("the door of {on} is shut.", 3),
            "passages-en-ask": several("there are requests:", 6),
            "passages-en-asks-open-the-door": several("open the door.", 3),
            "passages-en-asks-open-the-window": several("open the window.", 3),
            "passages-en-closing": several("an answer would be welcome.", 6),
            "passages-en-farewell": "Yours faithfully,\n\nYours sincerely,",
        },
    )

    page = olive.get(f"{EDIT}/passages-en")
    assert "{place} is filled in by the volunteer" in page.text, "the first passage has no [place]"
    refused = olive.press(olive.get(f"{LETTERS}/publish"), "Publish these letters", status=422)
    link = refused.link("English, Who writes, passage 1")
    assert link == f"{EDIT}/passages-en#passages-en-who"
    who = "[place] " + several("a writer lives in {place}.", 6).replace("\n\n", "\n\n[place] ")
    page = save(olive, "passages-en", **{"passages-en-who": who})
    assert "To mend on this page Nothing." in page.text
    done = olive.press(olive.get(f"{LETTERS}/publish"), "Publish these letters")

    assert "Published." in done.text
    draft = reader.press(reader.get("/campaigns/archive/write"), "Draft my letter")
    letter = draft.value("letter-keeper-of-the-archive-text")
    assert letter.startswith("Dear Keeper,")
    assert "the door of May 2010 is shut." in letter
    assert "somebody thinks of Ms. Adil." in letter
    assert db.session.get(CaseDraft, 1) is None
    assert deeds("letters.published") == 1


def test_pages_that_are_only_looked_at_change_nothing(
    olive: StaffReader, letters: Campaign
) -> None:
    for part in ("page", "facts", "asks", "targets", "cards", "passages-en"):
        olive.get(f"{EDIT}/{part}?more=1")
    for page in ("preview", "publish", "begin"):
        olive.get(f"{LETTERS}/{page}")

    assert db.session.scalar(select(func.count()).select_from(CaseDraft)) == 0


_NO_SOURCES = "A newspaper\njavascript:alert(1)\nThe radio http://example.org/door"


def test_whatever_is_unfinished_is_kept_and_told(olive: StaffReader, letters: Campaign) -> None:
    page = save(
        olive,
        "facts",
        **{
            "facts-door-happened_on": "in spring",
            "facts-door-says": "",
            "facts-door-sources": _NO_SOURCES,
            "facts-door-checked_on": "yesterday",
        },
    )

    assert page.value("facts-door-happened_on") == "in spring"
    assert page.value("facts-door-sources") == _NO_SOURCES
    for message in (
        "when was it? A day like 2002-04-27",
        "say in a sentence what happened",
        "“A newspaper”: a source is a title, then its address",
        "“javascript:alert(1)”: a source is a title",
        "“The radio http://example.org/door”: a source is a title",
        "“yesterday” is no date like 2026-04-27",
        "“door” has no source",
    ):
        assert message in page.text
    links = {str(a["href"]) for a in page.soup.select(".faults a")}
    assert links >= {"#facts-door-happened_on", "#facts-door-says", "#facts-door-sources"}


@on_one_database
@pytest.mark.parametrize(
    ("part", "typed", "message"),
    [
        ("page", {"person-name": ""}, "what is the person’s name?"),
        ("page", {"person-script": ""}, "by a tag like zh-Hans"),
        ("page", {"person-script": "<b>"}, "by a tag like zh-Hans"),
        ("page", {"person-called-en": ""}, "how is Ada Adil called in en?"),
        ("page", {"person-own_script": "𓀀"}, "no font of ours can print 𓀀"),
        ("page", {"appeals_before": ""}, "say until when letters are asked for"),
        ("asks", {"asks-door-text": ""}, "begin with a verb"),
        ("targets", {"targets-keeper-role-en": ""}, "which office is written to?"),
        ("targets", {"targets-keeper-salutation-en": ""}, "has no salutation in en"),
        ("targets", {"targets-keeper-script": ""}, "by a tag like zh-Hans"),
        ("cards", {"cards-guidance": "Send cards."}, "what do the cards say?"),
        ("passages-en", {"passages-en-opening": "One."}, "1 passages for a formal letter"),
        ("passages-en", {"passages-en-opening": "[plce] One."}, "there is no condition [plce]"),
        ("passages-en", {"passages-en-opening": "{nmae} and {"}, "no placeholder {nmae}"),
        ("passages-en", {"passages-en-opening": "I write."}, "“I” speaks for the writer"),
        ("passages-en", {"passages-en-opening": "[for nobody] Hm."}, "there is no “nobody”"),
        ("passages-en", {"passages-en-opening": "𓀀"}, "no font of ours can print 𓀀"),
        ("passages-en", {"passages-en-facts-door-label": ""}, "name the fact in a few words"),
    ],
)
def test_each_fault_is_told_beside_its_box(
    olive: StaffReader, letters: Campaign, part: str, typed: dict[str, str], message: str
) -> None:
    page = save(olive, part, **typed)

    told = [item for item in page.soup.select(".faults li") if message in item.get_text()]
    assert told, page.text
    refused = olive.press(olive.get(f"{LETTERS}/publish"), "Publish these letters", status=422)
    assert "were not published" in refused.text
    assert message in refused.text


@on_one_database
@pytest.mark.parametrize(
    ("part", "box", "typed", "message"),
    [
        ("page", "guidance", "x" * 4001, "At most 4,000 characters, please; this has 4,001."),
        ("page", "person-name", "x" * 501, "At most 500 characters"),
        ("page", "say", b"caf\xe9", "Some characters could not be read."),
        ("passages-en", "passages-en-opening", "x" * 20_001, "At most 20,000 characters"),
    ],
)
def test_a_box_that_cannot_be_kept_is_shown_again_with_all_that_was_typed(
    olive: StaffReader, letters: Campaign, part: str, box: str, typed: Any, message: str
) -> None:
    page = olive.get(f"{EDIT}/{part}")

    again = olive.press(page, "Save draft", status=422, **{box: typed})

    assert message in again.one(f'.summary a[href="#{box}"]').get_text()
    assert db.session.scalar(select(func.count()).select_from(CaseDraft)) == 0


def test_html_and_hidden_signs_are_text(olive: StaffReader, letters: Campaign) -> None:
    page = save(
        olive, "page", guidance="<script>1</script>\x00\u202e**x**", say="a\r\n\r\nb\u2028c"
    )

    assert page.value("guidance") == "<script>1</script>**x**"
    assert page.value("say") == "a\n\nb\nc"


def test_two_who_write_in_different_parts_do_not_meet(
    app: Flask, olive: StaffReader, letters: Campaign
) -> None:
    other = StaffReader(app, factories.account("organiser", "Otto", team_of=[letters]))
    hers, his = olive.get(f"{EDIT}/facts"), other.get(f"{EDIT}/asks")

    olive.press(hers, "Save draft", **{"facts-door-says": "The door was shut."})
    other.press(his, "Save draft", **{"asks-door-text": "open it"})

    content = queries.content(letters)
    assert content["facts"][0]["says"] == "The door was shut."
    assert content["asks"][0]["text"] == "open it"


def test_the_second_of_two_is_shown_both_wordings_and_nothing_is_overwritten(
    app: Flask, olive: StaffReader, letters: Campaign
) -> None:
    other = StaffReader(app, factories.account("organiser", "Otto", team_of=[letters]))
    hers, his = olive.get(f"{EDIT}/facts?more=1"), other.get(f"{EDIT}/facts?more=1")

    olive.press(
        hers,
        "Save draft",
        **{"facts-door-says": "Hers.", "facts-_new-says": "Her new fact.", "facts-_new-key": "h"},
    )
    page = other.press(
        his,
        "Save draft",
        status=409,
        **{"facts-door-says": "His.", "facts-_new-says": "His new fact.", "facts-_new-key": "i"},
    )

    assert "Somebody changed this while you had it open." in page.text
    assert "This stands there now: Hers." in page.text
    assert len(page.soup.select(".theirs")) == 1
    assert page.value("facts-door-says") == "His."
    assert page.value("facts-h-says") == "Her new fact."
    assert page.value("facts-_new-says") == "His new fact."
    assert queries.content(letters)["facts"][0]["says"] == "Hers."
    assert queries.content(letters)["facts"][2]["always"] is True

    other.press(page, "Save draft")

    facts = {fact["key"]: fact["says"] for fact in queries.content(letters)["facts"]}
    assert (facts["door"], facts["h"], facts["i"]) == ("His.", "Her new fact.", "His new fact.")
    assert queries.content(letters)["facts"][2]["always"] is True


def test_who_typed_the_same_is_not_held_up(
    app: Flask, olive: StaffReader, letters: Campaign
) -> None:
    page = olive.get(f"{EDIT}/page")

    olive.press(page, "Save draft", guidance="The same.")
    olive.press(page, "Save draft", guidance="The same.")

    assert queries.content(letters)["guidance"] == "The same."


def test_a_fact_goes_with_its_wordings_and_says_so_before(
    olive: StaffReader, letters: Campaign
) -> None:
    page = olive.get(f"{EDIT}/facts")
    assert "Remove it, and its 4 wordings" in page.text

    olive.press(page, "Save draft", **{"facts-door-gone": "y"})

    content = queries.content(letters)
    assert [fact["key"] for fact in content["facts"]] == ["key", "lock", "window"]
    assert sorted(content["passages"]["en"]["facts"]) == ["key", "lock", "window"]


@pytest.mark.parametrize(
    ("part", "box"),
    [
        ("facts", "passages-en-facts-door-wordings"),
        ("facts", "passages-en-facts-door-label"),
        ("asks", "passages-en-asks-door"),
    ],
)
def test_what_was_typed_of_something_that_went_meanwhile_is_shown_and_kept(
    olive: StaffReader, letters: Campaign, part: str, box: str
) -> None:
    page = olive.get(f"{EDIT}/passages-en")
    save(olive, part, **{f"{part}-door-gone": "y"})

    beside = olive.press(page, "Save draft", status=409, **{box: "The door was of oak."})

    assert beside.value(box) == "The door was of oak."
    group = next(g for g in beside.soup.select("fieldset") if g.select(f"[name='{box}']"))
    assert "This is no longer there." in group.get_text()
    assert "(blank)" in group.get_text(), "the colleague's"
    kept = olive.press(beside, "Save draft")
    assert kept.value(box) == "The door was of oak."
    assert "there is no" in kept.one("aside .faults").get_text()
    gone = olive.press(kept, "Save draft", **dict.fromkeys(boxes_of(kept, f"{part}-door"), ""))
    assert boxes_of(gone, f"{part}-door") == []


def test_what_was_typed_of_a_fact_that_had_no_wordings_is_kept_too(
    olive: StaffReader, letters: Campaign
) -> None:
    save(olive, "facts", more=True, **{"facts-_new-key": "roof", "facts-_new-says": "It leaks."})
    page = olive.get(f"{EDIT}/passages-en")
    save(olive, "facts", **{"facts-roof-gone": "y"})

    wordings = "passages-en-facts-roof-wordings"
    kept = olive.press(page, "Save draft", **{wordings: "The roof leaks."})

    assert kept.value(wordings) == "The roof leaks."
    assert "This is no longer there." in kept.text


def boxes_of(page: Page, words: str) -> list[str]:
    return [str(box["name"]) for box in page.soup.select(f"form [name^='passages-en-{words}']")]


def test_a_target_that_passages_and_asks_still_name_is_told(
    olive: StaffReader, letters: Campaign
) -> None:
    save(olive, "asks", **{"asks-door-targets": ["keeper"]})
    save(olive, "targets", **{"targets-keeper-gone": "y"})

    page = olive.get(f"{EDIT}/asks")

    assert "there is no “keeper”" in page.text
    assert "keeper (no longer there)" in page.text


def test_keys_are_made_from_words_and_never_twice(olive: StaffReader, letters: Campaign) -> None:
    save(olive, "asks", more=True, **{"asks-_new-key": "Door!", "asks-_new-text": "one"})
    save(olive, "asks", more=True, **{"asks-_new-text": "Let her go, at once, and home"})
    save(olive, "asks", more=True, **{"asks-_new-text": "打开大门"})

    keys = [ask["key"] for ask in queries.content(letters)["asks"]]
    assert keys == ["door", "window", "door-2", "let-her-go-at", "ask-5"]


def test_a_row_left_blank_is_none(olive: StaffReader, letters: Campaign) -> None:
    page = olive.press(olive.get(f"{EDIT}/facts"), "Save and add another fact")
    olive.press(page, "Save draft")

    assert db.session.scalar(select(func.count()).select_from(CaseDraft)) == 0


def test_a_language_comes_and_goes_while_nothing_is_written_in_it(
    olive: StaffReader, letters: Campaign
) -> None:
    page = olive.press(olive.get(f"{EDIT}/page"), "Add the language", language="de")
    assert page.h1.startswith("German")
    written = olive.press(page, "Save draft", **{"passages-de-closing": "Mit Dank."})
    assert "Remove this language" not in written.text
    token = written.soup.select('[name="form_token"]')[0]["value"]
    olive.post(f"{LETTERS}/languages/de/remove", status=409, data={"form_token": token})
    empty = olive.press(written, "Save draft", **{"passages-de-closing": ""})

    olive.press(empty, "Remove this language")

    olive.get(f"{EDIT}/passages-de", status=404)
    olive.press(olive.get(f"{EDIT}/page"), "Add the language", status=422, language="xx")


def test_samples_are_drafted_from_the_working_copy(olive: StaffReader, letters: Campaign) -> None:
    save(olive, "passages-en", **{"passages-en-closing": "A closing that is not published."})

    page = olive.press(olive.get(f"{EDIT}/passages-en"), "Save and see sample letters")

    samples = page.soup.select(".sample")
    assert len(samples) == 3
    assert all("A closing that is not published." in sample.get_text() for sample in samples)
    assert len({sample.get_text() for sample in samples}) == 3
    assert "What they say of the writer is made up" in page.text
    assert "from Littleville" in samples[1].get_text()
    action = queries.of_campaign(letters)
    assert action is not None
    assert action.drafted_count == 0


def test_the_meter_measures_the_working_copy(olive: StaffReader, letters: Campaign) -> None:
    assert "Of 100 letters to the first target" in olive.get(f"{EDIT}/passages-en").text

    page = save(olive, "passages-en", **{"passages-en-opening": "{unknown}"})

    assert "It is measured once there are passages" in page.text
    assert "No letter can be drawn yet" in olive.get(f"{LETTERS}/preview").text


def test_what_was_not_looked_at_is_not_published(
    app: Flask, olive: StaffReader, letters: Campaign
) -> None:
    save(olive, "page", guidance="Hers.")
    page = olive.get(f"{LETTERS}/publish")
    save(StaffReader(app, olive.account), "page", guidance="Changed since.")

    again = olive.press(page, "Publish these letters", status=409)

    assert "Please look at them again" in again.text
    assert "Published." in olive.press(again, "Publish these letters").text


def test_a_campaign_that_is_not_open_may_publish_what_is_not_complete(
    app: Flask, olive: StaffReader, campaign: Campaign
) -> None:
    factories.close(campaign, at=NOW)
    save(olive, "page", guidance="Only this.")

    olive.press(olive.get(f"{LETTERS}/publish"), "Publish these letters")

    action = queries.of_campaign(campaign)
    assert action is not None
    assert action.case.guidance == "Only this."


def test_the_working_copy_is_thrown_away_when_somebody_is_sure(
    olive: StaffReader, letters: Campaign
) -> None:
    save(olive, "page", guidance="A bad idea.")
    page = olive.get(f"{LETTERS}/publish")
    olive.press(page, "Throw the working copy away", status=422)

    olive.press(page, "Throw the working copy away", sure="y")

    assert queries.content(letters)["guidance"] == "One page is enough."


def deeds(deed: str) -> int:
    found = select(func.count()).select_from(TrailEntry).where(TrailEntry.deed == deed)
    return db.session.scalar(found) or 0


def test_what_a_colleague_wrote_since_is_not_thrown_away_unseen(
    app: Flask, olive: StaffReader, letters: Campaign
) -> None:
    otto = StaffReader(app, factories.account("organiser", "Otto", team_of=[letters]))
    save(olive, "page", guidance="A bad idea.")
    page = olive.get(f"{LETTERS}/publish")
    save(otto, "page", guidance="His work.")
    unsure = olive.press(page, "Throw the working copy away", status=422)

    for opened in (page, unsure):
        refused = olive.press(opened, "Throw the working copy away", status=409, sure="y")
        assert "so it was not thrown away" in refused.one(".summary").get_text()
        assert "by Otto and not published yet" in refused.text
        assert not refused.one('[name="sure"]').has_attr("checked")
    assert queries.content(letters)["guidance"] == "His work."
    assert deeds("letters.thrown-away") == 0

    olive.press(refused, "Throw the working copy away", sure="y")

    assert queries.content(letters)["guidance"] == "One page is enough."
    assert deeds("letters.thrown-away") == 1


def test_what_is_gone_already_is_not_thrown_away_once_more(
    olive: StaffReader, letters: Campaign
) -> None:
    save(olive, "page", guidance="A bad idea.")
    page = olive.get(f"{LETTERS}/publish")

    for _ in range(2):
        done = olive.press(page, "Throw the working copy away", sure="y")
        assert "The working copy is gone" in done.text

    assert deeds("letters.thrown-away") == 1


def test_who_saves_what_was_thrown_away_meanwhile_loses_no_words(
    app: Flask, olive: StaffReader, letters: Campaign
) -> None:
    otto = StaffReader(app, factories.account("organiser", "Otto", team_of=[letters]))
    save(olive, "page", guidance="A bad idea.")
    same, other = otto.get(f"{EDIT}/page"), otto.get(f"{EDIT}/asks")
    olive.press(olive.get(f"{LETTERS}/publish"), "Throw the working copy away", sure="y")

    page = otto.press(same, "Save draft", status=409, guidance="A better idea.")
    otto.press(other, "Save draft", **{"asks-door-text": "open it"})

    assert page.value("guidance") == "A better idea."
    assert "This stands there now: One page is enough." in page.text
    assert queries.content(letters)["asks"][0]["text"] == "open it"


@pytest.mark.parametrize("written", ["", "Mit Dank."])
def test_words_in_a_language_that_went_meanwhile_are_kept(
    app: Flask, olive: StaffReader, letters: Campaign, written: str
) -> None:
    otto = StaffReader(app, factories.account("organiser", "Otto", team_of=[letters]))
    olive.press(olive.get(f"{EDIT}/page"), "Add the language", language="de")
    save(olive, "passages-de", **{"passages-de-closing": written})
    page = otto.get(f"{EDIT}/passages-de")
    olive.press(olive.get(f"{LETTERS}/publish"), "Throw the working copy away", sure="y")
    box = "passages-de-closing"

    if written:
        page = otto.press(page, "Save draft", status=409, **{box: "Mit besten Grüßen."})
        assert page.value(box) == "Mit besten Grüßen."
        assert "This stands there now: (blank)" in page.text
    otto.press(page, "Save draft", **{box: "Mit besten Grüßen."})

    content = queries.content(letters)
    assert content["languages"] == ["en", "de"]
    assert content["passages"]["de"] == {"closing": "Mit besten Grüßen."}


def test_saving_and_throwing_away_at_once_wait_for_each_other(
    app: Flask, olive: StaffReader, letters: Campaign
) -> None:
    save(olive, "page", guidance="A bad idea.")
    seen = meanwhile.fingerprint(queries.content(letters))
    olive_id, campaign_id = olive.account.id if olive.account else 0, letters.id
    db.session.rollback()
    ready, troubles = threading.Event(), list[BaseException]()

    def save_meanwhile() -> None:
        with app.app_context():
            mine = db.session.get_one(Campaign, campaign_id)
            by = db.session.get_one(Account, olive_id)
            stands = meanwhile.fingerprint(working.part_of(queries.content(mine), "asks"))
            typed = {"asks": [{"key": "door", "text": "open it"}]}
            ready.set()
            try:
                with transaction():
                    services.save_part(mine, "asks", typed, seen=stands, by=by, now=NOW)
            except BaseException as trouble:
                troubles.append(trouble)

    saving = threading.Thread(target=save_meanwhile)
    with transaction():
        here = db.session.get_one(Campaign, campaign_id)
        by = db.session.get_one(Account, olive_id)
        services.throw_away(here, seen=seen, by=by, now=NOW)
        saving.start()
        assert ready.wait(5)
        saving.join(0.3)
        assert saving.is_alive()
    saving.join()

    assert troubles == []
    assert queries.content(letters)["asks"] == [{"key": "door", "text": "open it"}]
    assert queries.content(letters)["guidance"] == "One page is enough."


def test_publishing_what_is_published_makes_no_version(
    olive: StaffReader, letters: Campaign
) -> None:
    save(olive, "page", guidance="Another.")
    save(olive, "page", guidance="One page is enough.")

    olive.press(olive.get(f"{LETTERS}/publish"), "Publish these letters")

    assert db.session.scalar(select(func.count()).select_from(CaseVersion)) == 1


def test_letters_begin_with_those_of_another_campaign_of_the_team(
    app: Flask, olive: StaffReader, campaign: Campaign
) -> None:
    mine, foreign = factories.campaign("mine"), factories.campaign("foreign")
    factories.letter_action(mine)
    factories.letter_action(foreign)
    otto = StaffReader(app, factories.account("organiser", "Otto", team_of=[campaign, mine]))
    page = otto.get(f"{LETTERS}/begin")
    otto.press(page, "Copy its letters", status=422, slug="foreign")

    otto.press(page, "Copy its letters", slug="mine")

    assert queries.content(campaign) == queries.content(mine)
    refused = otto.press(page, "Copy its letters", status=409, slug="mine")
    assert "This campaign has letters already." in refused.text


def test_a_copy_of_no_letters_is_none(app: Flask, campaign: Campaign) -> None:
    olive, other = factories.account(), factories.campaign()

    with transaction():
        services.copy_to(campaign, of=other, by=olive, now=NOW)

    assert queries.working_copy(campaign) is None


def test_others_are_told_of_no_such_page(app: Flask, letters: Campaign) -> None:
    xan = StaffReader(app, factories.account("organiser", "Xan"))
    mo = StaffReader(app, factories.account("moderator", "Mo"))
    pages = [f"{EDIT}/{part}" for part in ("page", "facts", "passages-en")]
    pages += [f"{LETTERS}/{page}" for page in ("preview", "publish", "begin")]

    for page in pages:
        xan.get(page, status=404)
        mo.get(page, status=403)
        PageReader(app).get(page, status=200).one('[name="password"]')
    for address in ("edit/page", "publish", "throw-away", "begin", "languages"):
        xan.post(f"{LETTERS}/{address}", status=404)
        mo.post(f"{LETTERS}/{address}", status=403)


@pytest.mark.parametrize("part", ["nothing", "passages-", "passages-xx", "passages-en-x"])
def test_there_is_no_such_part(olive: StaffReader, letters: Campaign, part: str) -> None:
    olive.get(f"{EDIT}/{part}", status=404)
    olive.post(f"{EDIT}/{part}", status=404)


def test_a_forged_form_is_shown_again(olive: StaffReader, letters: Campaign) -> None:
    save(olive, "page", say="Be kind.")
    for address in ("edit/page", "publish", "throw-away", "languages"):
        olive.post(f"{LETTERS}/{address}", status=422, data={"guidance": "Forged."})

    assert queries.content(letters)["guidance"] == "One page is enough."
