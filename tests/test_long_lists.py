"""A page that lists many things asks the database no more often than one that lists two."""

from datetime import timedelta

import time_machine
from flask import Flask
from sqlalchemy import event

from campaign.accounts.models import Account
from campaign.exports import hand_over_services, services as exports
from campaign.exports.hand_over_rules import Covers, Naming
from campaign.exports.rules import Column, Kind
from campaign.letters import tally
from campaign.letters.models import LetterAction
from campaign.letters.rules import AnswerKind
from campaign.lib.db import db, transaction
from campaign.moderation import reporting
from campaign.moderation.rules import ReportKind
from campaign.petitions import commenting, setting_aside, voiding_runs
from campaign.petitions.choosing import Conditions
from campaign.petitions.models import Petition
from campaign.petitions.rules import CommentState
from campaign.updates import services as updates
from tests import factories
from tests.conftest import on_one_database
from tests.factories import NOW
from tests.moderation.queueing import waiting_campaign, waiting_post
from tests.page_reader import HOST
from tests.paper.entering import enter
from tests.staff import StaffReader

ARCHIVE = "/staff/campaigns/archive"
#: Every page with a list of no fixed length; the dashboard has a test of its own.
FOR_READERS = (
    *("/", "/campaigns/", "/fr/campaigns/", "/campaigns.json", "/campaigns/archive"),
    *("/posts/", "/posts/feed.atom", "/sitemaps/campaigns-1.xml", "/sitemaps/posts-1.xml"),
)
FOR_STAFF = (
    *("/staff/queue/", "/staff/signatures/", "/staff/signatures/held", "/staff/reports/"),
    *("/staff/comments/", "/staff/comments/?state=passed", "/staff/voiding/", "/staff/accounts/"),
    *("/staff/trail", "/staff/posts/", "/staff/campaigns/", ARCHIVE, f"{ARCHIVE}/team"),
    *(f"{ARCHIVE}/paper", f"{ARCHIVE}/updates/", f"{ARCHIVE}/letters", f"{ARCHIVE}/letters/begin"),
    *(f"{ARCHIVE}/export/taken", f"{ARCHIVE}/hand-overs/"),
)


@on_one_database  # both are asked the same
@time_machine.travel(NOW, tick=False)  # once a minute a session is written down
def test_a_longer_list_asks_the_database_no_more_often(app: Flask) -> None:
    archive = factories.petition(factories.campaign("archive"))
    action = factories.letter_action(archive.campaign)
    ada = StaffReader(app, factories.account("administrator", "Ada"))
    for number in range(2):
        add_one_of_each(archive, action, number)
    statements(ada)  # what is kept after the first time is no list's
    few = statements(ada)

    for number in range(2, 5):
        add_one_of_each(archive, action, number)

    assert statements(ada) == few


def add_one_of_each(archive: Petition, action: LetterAction, number: int) -> None:
    """One more of whatever is listed, of this campaign and of a new one, by somebody else."""
    olive = factories.account(name=f"Olive {number}", team_of=[archive.campaign])
    other = factories.petition()
    factories.letter_action(other.campaign)
    factories.translation(other.campaign)
    factories.post()
    waiting_campaign(f"waiting-{number}", olive)
    waiting_post(olive, f"Post {number}")
    for petition in (archive, other):
        add_signatures(petition, number)
        enter(petition, olive, 900, now=NOW + timedelta(seconds=number))
    with transaction():
        add_deeds(archive, action, olive)
        told = {"kind": ReportKind.WRONG, "words": "It is not so.", "email": ""}
        reporting.send(other.campaign, **told, address=f"192.0.{number}.1", now=NOW)


def add_signatures(petition: Petition, number: int) -> None:
    """One that is held, and two with comments, of which one is public."""
    held = factories.confirmed(petition, f"sam-{number}@example.org")
    factories.confirmed(petition, f"lena-{number}@example.org", comment="Because.", shows_name=True)
    passed = factories.confirmed(petition, f"xan-{number}@example.org", comment="So it is.")
    with transaction():
        setting_aside.hold(held, reason="?", now=NOW)
        picks = {passed.ref: passed.signed_at}
        commenting.decide(picks, standing=CommentState.WAITING, to=CommentState.PASSED)


def add_deeds(archive: Petition, action: LetterAction, olive: Account) -> None:
    """Letters, an answer, an update, a rule, an export and a hand-over."""
    tally.tell(action, target="keeper", letters=900, now=NOW)
    came = {"kind": AnswerKind.REPLY, "letters": 1, "came_on": NOW.date(), "note": ""}
    tally.note_answer(action, target="keeper", **came, by=olive, now=NOW)
    words = {"subject": "News", "text": "It is closed.", "post_id": None}
    updates.write(archive.campaign, **words, by=olive, now=NOW)
    voiding_runs.begin(Conditions(country="FR"), by=olive, now=NOW)
    planned = exports.plan(archive, by=olive, columns=[Column.REF], now=NOW)
    exports.take(planned, Kind.CSV, by=olive, reason=None)
    chosen = {"covers": Covers.ALL, "naming": Naming.NAMES}
    made = hand_over_services.begin(archive, **chosen, by=olive, now=NOW)
    made.pdf_sha256 = made.csv_sha256 = "0" * 64  # the next one waits for it


def statements(ada: StaffReader) -> dict[str, int]:
    """How many statements each page asks."""
    return {address: asked_by(ada, address) for address in FOR_READERS + FOR_STAFF}


def asked_by(ada: StaffReader, address: str) -> int:
    """How many this one does."""
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", hear := lambda *said: asked.append(said[2]))
    db.session.expire_all()
    assert ada.client.get(address, base_url=HOST).status_code == 200
    event.remove(db.engine, "before_cursor_execute", hear)
    return len(asked)
