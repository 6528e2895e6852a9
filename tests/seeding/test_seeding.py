"""The texts in seeds/ come in through the services, whole, once, and strictly."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, func, select

from campaign import demonstration, seeding
from campaign.campaigns import services as campaign_services
from campaign.campaigns.models import Campaign
from campaign.campaigns.rules import Outcome, State
from campaign.letters.models import LetterAction
from campaign.lib.clock import utc_now
from campaign.lib.db import db, dialect, transaction
from campaign.lib.frontmatter import Mistake
from campaign.mail.models import Mail
from campaign.petitions import queries as petitions
from campaign.petitions.models import Petition, Signature
from campaign.posts.models import Post
from tests import factories
from tests.conftest import on_one_database
from tests.page_reader import Page, PageReader
from tests.staff import StaffReader


def seed(folder: Path = seeding.SEEDS, *, demo: bool = False) -> None:
    with transaction():
        seeding.seed(folder, demo=demo, now=factories.NOW)


#: The rows that seeding leaves, for each database, as an organisation has them and as the
#: demonstration does.
_LEFT: dict[tuple[str, bool], list[tuple[Table, list[dict[str, Any]]]]] = {}


def seeded(*, demo: bool = False) -> None:
    """What seeding leaves, for tests that begin there: read once, then put back row by row."""
    left = _LEFT.get((dialect(), demo))
    if left is None:
        seed(demo=demo)
        _LEFT[dialect(), demo] = [
            (table, [dict(row) for row in db.session.execute(table.select()).mappings()])
            for table in Post.metadata.sorted_tables
        ]
        return
    with transaction():
        for table, rows in left:
            if rows:
                db.session.execute(table.insert(), rows)


def number(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def campaigns() -> dict[str, Campaign]:
    return {one.slug: one for one in db.session.scalars(select(Campaign))}


def originals(pattern: str) -> list[Path]:
    """The files of that kind, without their translations."""
    return [file for file in seeding.SEEDS.glob(pattern) if "." not in file.stem]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the seeds that a test may spoil."""
    return shutil.copytree(seeding.SEEDS, tmp_path / "seeds")


def test_the_fourteen_posts_and_the_twelve_campaigns_are_there(app: Flask) -> None:
    seed()

    assert len(originals("posts/*.md")) == 14
    assert number(Post) == 14 + len(originals("campaigns/*/posts/*.md"))
    assert len(campaigns()) == 12
    assert number(Petition) == 7
    assert number(LetterAction) == 8
    assert number(Signature) == 0


def test_seeding_again_changes_nothing(app: Flask) -> None:
    seeded()
    before = {
        table.name: db.session.execute(select(table).order_by(*table.primary_key)).all()
        for table in Post.metadata.sorted_tables
    }

    seed()

    for table in Post.metadata.sorted_tables:
        now = db.session.execute(select(table).order_by(*table.primary_key)).all()
        assert now == before[table.name], table.name


def test_what_staff_have_changed_stays_as_they_left_it(app: Flask) -> None:
    seeded()
    ada = factories.account("administrator", "Ada")
    ada_reads = StaffReader(app, ada)
    edit = ada_reads.get("/staff/campaigns/drop-dragonfly/edit")
    ada_reads.press(
        edit, "Save: readers see it at once", title="Google, drop it", reason="It is shorter."
    )
    with transaction():
        campaign_services.move_to(campaigns()["ni-yulan"], "yulan", by=ada, now=factories.NOW)

    again = app.test_cli_runner().invoke(args=["seed"])

    assert again.output == (
        "The seeds are in.\n"
        "Left as staff have changed them: campaigns/drop-dragonfly, campaigns/ni-yulan.\n"
    )
    db.session.expire_all()
    assert campaigns()["drop-dragonfly"].title == "Google, drop it"
    assert len(campaigns()) == 12


def test_each_campaign_is_in_the_state_that_history_left_it(app: Flask) -> None:
    seeded()

    found = campaigns()
    assert found["drop-dragonfly"].outcome is Outcome.WON
    assert found["free-wang-quanzhang"].outcome is Outcome.WON
    assert found["ni-yulan"].outcome is Outcome.ENDED
    assert found["li-wenliang-right-to-know"].outcome is Outcome.MEMORIAL
    assert found["gao-yu"].outcome is Outcome.ENDED
    assert found["where-are-they"].state is State.OPEN
    for campaign in found.values():
        assert (campaign.state is State.CLOSED) == bool(campaign.outcome_text)


def test_in_the_demonstration_two_more_are_open_and_say_why(app: Flask) -> None:
    seeded(demo=True)

    for slug in ("drop-dragonfly", "ni-yulan"):
        campaign = campaigns()[slug]
        assert campaign.state is State.OPEN
        assert "This is a demonstration" in (campaign.notice or "")


def test_every_page_of_the_seeds_can_be_read(reader: PageReader) -> None:
    seeded(demo=True)

    for post in db.session.scalars(select(Post)).all():
        page = reader.get(f"/posts/{post.slug}")
        assert page.soup.select(".source-note a[href^='https://']"), f"{post.slug} has no source"
    for slug in list(campaigns()):
        page = reader.get(f"/campaigns/{slug}")
        assert "Sources" in page.text, f"{slug} has no sources"


def test_links_between_the_texts_lead_somewhere(app: Flask) -> None:
    """The reader checks every link of a page; here, that the pages they name are there."""
    seeded()
    known = {f"/posts/{post.slug}" for post in db.session.scalars(select(Post))}
    known |= {f"/campaigns/{slug}" for slug in campaigns()}

    for file in seeding.SEEDS.rglob("*.md"):
        for link in re.findall(r"\]\((/[^)]*)\)", file.read_text()):
            assert link.removeprefix("/fr") in known, f"{file.name}: {link}"


@on_one_database
@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "gao-yu/campaign.md",
            "ask:",
            "aks:",
            "campaigns/gao-yu/campaign.md:3: there is no key «aks»",
        ),
        ("gao-yu/campaign.md", "title:", "#title:", "campaign.md: missing title"),
        ("gao-yu/campaign.md", "topics: [", "topics: [nonsense, ", "topics.yaml has no nonsense"),
        ("gao-yu/campaign.md", "country: CN", "country: 7", "«country» should be of type str"),
        ("gao-yu/campaign.md", "outcome:", "#outcome:", "a closed campaign needs outcome"),
        ("gao-yu/campaign.md", "---\n", "", "must begin with a front matter"),
        (
            "gao-yu/letter.md",
            "    role:",
            "    rolle:",
            "gao-yu/letter.md:18: Object contains unknown field `rolle`",
        ),
        (
            "wang-family-in-peace/letter.md",
            'name: "Wang Quanzhang"',
            'name: "Wang ☃"',
            "wang-family-in-peace/letter.md:4: no font of ours can print ☃",
        ),
        (
            "ni-yulan/letter.md",
            "  - key: wall-2008",
            "  - key: wal-2008",
            "there is no “wall-2008”",
        ),
        (
            "ni-yulan/letter.en.yaml",
            "subject:\n",
            'subject:\n  - "On {nobody}"\n',
            "ni-yulan/letter.en.yaml:2: there is no placeholder {nobody} here",
        ),
        (
            "ni-yulan/letter.en.yaml",
            "opening:\n",
            'opening:\n  - "I was there."\n',
            "“I” speaks for the writer: is it true of everyone?",
        ),
        ("ni-yulan/letter.en.yaml", "closing:\n", "closings:\n", "unknown field `closings`"),
        ("ni-yulan/letter.fr.yaml", "subject:\n", "subject: [\n", "ni-yulan/letter.fr.yaml:"),
        ("ni-yulan/petition.md", "goal:", "goal: [", "ni-yulan/petition.md:"),
        (
            "ni-yulan/letter.md",
            'url: "https://www.chrdnet.com',
            'url: "http://www.chrdnet.com',
            "ni-yulan/letter.md:22: the link «http://www.chrdnet.com",
        ),
        (
            "ni-yulan/letter.md",
            'url: "https://www.chrdnet.com',
            'url: "javascript:alert(1)//www.chrdnet.com',
            "ni-yulan/letter.md:22: the link «javascript:alert(1)//www.chrdnet.com",
        ),
        (
            "gao-yu/campaign.md",
            "](https://",
            "](http://",
            "» should begin with https://",
        ),
        (
            "gao-yu/posts/2015-11-26-gao-yu-released-on-medical-parole.md",
            "](https://",
            "](//",
            "posts/2015-11-26-gao-yu-released-on-medical-parole.md:",
        ),
        (
            "ni-yulan/petition.fr.md",
            "\n---\n",
            "\n---\n[Une source](http://example.org/une-source)\n",
            "ni-yulan/petition.fr.md:4: the link «http://example.org/une-source» should begin",
        ),
        (
            "ni-yulan/campaign.md",
            "[metoo-seen",
            "[nonsense, metoo-seen",
            "there is no post nonsense",
        ),
        (
            "drop-dragonfly/campaign.md",
            "  background:",
            "  backgruond:",
            "campaign.md:13: there is no key «backgruond»; known are background, update",
        ),
        (
            "drop-dragonfly/campaign.md",
            "state: closed",
            "state: closd",
            "campaign.md:6: «state» cannot be «closd»; known are open, closed",
        ),
        ("drop-dragonfly/campaign.md", "  state: open", "  state: opne", "cannot be «opne»"),
        ("drop-dragonfly/campaign.md", "  notice:", "  notcie:", "there is no key «notcie»"),
        ("drop-dragonfly/campaign.md", "outcome: won", "outcome: wonn", "cannot be «wonn»"),
        ("drop-dragonfly/petition.md", "[country", "[contry", "«asks» cannot be «contry»"),
        ("drop-dragonfly/petition.md", "goal: ", "goal: -", "«goal» is how many should sign"),
        ("drop-dragonfly/campaign.md", "country: ", "country: X", "«country» is a code"),
        ("drop-dragonfly/campaign.md", "opened_on: 2", "opened_on: 2019-02-30 #", ".md: day"),
        ("drop-dragonfly/campaign.md", "topics: [", "topics: [2019, ", "should be a list of words"),
        ("drop-dragonfly/campaign.md", "\nask: ", "\nask: '' #", "campaign.md:3: «ask» is empty"),
        ("../topics.yaml", "business: {", "business: {en: 7} #", "topics.yaml:1: business should"),
        ("../topics.yaml", "business:", "\tbusiness:", "topics.yaml:1: found character"),
    ],
)
def test_a_slip_is_refused_with_its_place(
    app: Flask, copy: Path, file: str, old: str, new: str, told: str
) -> None:
    path = copy / "campaigns" / file
    path.write_text(path.read_text().replace(old, new, 1))
    for campaign in copy.glob("campaigns/*/campaign.md"):  # one comes first, and must not stay
        if campaign.parent.name not in ("drop-dragonfly", file.partition("/")[0]):
            campaign.unlink()

    with pytest.raises(Mistake) as mistake:
        seed(copy)

    assert told in str(mistake.value)
    assert campaigns() == {}, "all or nothing"


@pytest.mark.parametrize(
    ("name", "words", "told"),
    [
        ("2019-01-09-A Wall.md", None, "small letters, digits and hyphens"),
        ("2019-01-09-wall.md", b"---\ntitle: \xff", "2019-01-09-wall.md:2: this is not UTF-8"),
    ],
)
def test_a_post_that_nobody_could_read_is_refused(
    app: Flask, copy: Path, name: str, words: bytes | None, told: str
) -> None:
    like = copy / "posts" / "2019-01-09-drop-project-dragonfly.md"
    (copy / "posts" / name).write_bytes(words or like.read_bytes())

    with pytest.raises(Mistake, match=told):
        seed(copy)


def test_words_that_somebody_signed_get_a_new_version_when_the_seed_changes(
    app: Flask, copy: Path
) -> None:
    seeded()
    petition = petitions.public_by_slug("where-are-they")
    assert petition is not None
    first = factories.sign(petition)
    file = copy / "campaigns" / "where-are-they" / "petition.md"
    file.write_text(file.read_text() + "\nOne more sentence.\n")

    seed(copy)
    second = factories.sign(petition, "lena@example.org")

    assert "One more sentence." not in first.version.statement
    assert "One more sentence." in second.version.statement
    assert second.version.reason == seeding.REASON


def test_dragonfly_and_ni_yulan_are_there_in_french(app: Flask, reader: PageReader) -> None:
    seeded(demo=True)

    for slug in ("drop-dragonfly", "ni-yulan"):
        english, french = reader.get(f"/campaigns/{slug}"), reader.get(f"/fr/campaigns/{slug}")
        assert french.one("h1")["lang"] == "fr", slug
        assert _sources(french) == _sources(english), "the same sources, in the same order"
        assert "Ceci est une démonstration" in french.one("header .note").get_text()
        assert petitions.of_campaign(campaigns()[slug])
    for file in seeding.SEEDS.rglob("posts/*.fr.md"):
        slug = file.name[len("2020-01-31-") : -len(".fr.md")]
        page = reader.get(f"/fr/posts/{slug}")
        assert page.one("main article.chapter")["lang"] == "fr"
        assert _sources(page) == _sources(reader.get(f"/posts/{slug}"))


def _sources(page: Page) -> list[str]:
    return [
        str(link["href"]) for link in page.soup.select("main a[href^='https://']:not(.share a)")
    ]


def test_french_is_set_as_the_french_set_it() -> None:
    for file in [*seeding.SEEDS.rglob("*.fr.md"), seeding.SEEDS / "topics.yaml"]:
        text = file.read_text()
        wrong = re.findall(r".{0,20}(?: [;?!»]|« | : (?![>|])|'(?=\w)).{0,20}", text)
        assert wrong == [], file.name


def test_a_translation_changes_with_its_file(app: Flask, copy: Path) -> None:
    seeded()
    petition = petitions.public_by_slug("ni-yulan")
    assert petition
    file = copy / "campaigns" / "ni-yulan" / "petition.fr.md"
    file.write_text(file.read_text() + "\nUne phrase de plus.\n")

    seed(copy)

    assert "Une phrase de plus." in petition.wording_in("fr").statement
    assert "Une phrase de plus." not in petition.wording_in("en").statement


@on_one_database
@pytest.mark.parametrize(
    ("file", "wrong", "told"),
    [
        ("campaigns/ni-yulan/campaign.xx.md", "---\ntitle: x\n---\n", "do not speak «xx»"),
        ("campaigns/ni-yulan/petition.fr.md", "---\ngoal: 3\n---\n", "there is no key «goal»"),
        ("posts/2019-01-09-drop-project-dragonfly.fr.md", "---\ntitle: x\n---\n", "missing"),
        ("topics.yaml", "sport: Sport\n", "sport should have its names by language"),
        ("topics.yaml", "sport: {fr: Sport}\n", "sport has no name in en"),
    ],
)
def test_a_slip_in_a_translation_is_refused_too(
    app: Flask, copy: Path, file: str, wrong: str, told: str
) -> None:
    (copy / file).write_text(wrong)

    with pytest.raises(Mistake, match=told):
        seed(copy)


def test_the_command_seeds_and_says_so(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["seed"])

    assert result.exit_code == 0, result.output
    assert result.output == "The seeds are in.\n"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many made-up signers as it takes for every state to be among them."""
    monkeypatch.setattr(demonstration, "SIGNERS", {"drop-dragonfly": 90, "ni-yulan": 10})


@pytest.mark.usefixtures("few")
def test_the_demonstration_is_alive_and_the_same_every_time(app: Flask) -> None:
    now = utc_now()
    tallies = []
    for _ in range(2):
        seed(demo=True)
        signed = demonstration.demonstrate(now)
        states = db.session.execute(
            select(Signature.state, func.count()).group_by(Signature.state)
        ).all()
        tallies.append((signed, dict(states)))
        names = sorted(
            data.name
            for signature in db.session.scalars(select(Signature))
            if (data := petitions.personal_data(signature))
        )
        tallies[-1] = (*tallies[-1], names)  # type: ignore[assignment]
        for table in reversed(Post.metadata.sorted_tables):
            db.session.execute(table.delete())
        db.session.commit()
        db.session.expunge_all()

    first, second = tallies
    assert first == second
    assert first[0] == 100
    assert len(first[1]) == 5, "every state is there"


@pytest.mark.usefixtures("few")
def test_the_demonstrations_counts_are_right_and_it_leaves_no_mail(app: Flask) -> None:
    seeded(demo=True)

    demonstration.demonstrate(utc_now())

    assert petitions.drift() == []
    assert number(Mail) == 0
