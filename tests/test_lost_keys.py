"""A site goes on though its keys are lost for good."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import LargeBinary, func, select

from campaign import lost_keys
from campaign.accounts import queries as accounts
from campaign.config import ROOT
from campaign.lib import day_keys
from campaign.lib.clock import utc_now
from campaign.lib.db import Model, db, transaction
from campaign.lib.vault import Unreadable, Vault
from campaign.moderation import reporting
from campaign.moderation.models import Report
from campaign.moderation.rules import ReportKind
from campaign.operations import key_folder
from campaign.petitions import queries, signing, voiding_runs
from campaign.petitions.choosing import Conditions
from campaign.petitions.models import Petition, Signature
from campaign.petitions.owner_links import Purpose, path
from campaign.petitions.voiding_rules import RunState
from tests import factories
from tests.factories import NOW
from tests.page_reader import PageReader
from tests.paper.entering import enter, strangers
from tests.staff import StaffReader


@pytest.fixture
def lose_keys(app: Flask, tmp_path: Path) -> Iterator[Callable[[], Path]]:
    """All keys are gone, and the administrator has made another one."""
    old = app.extensions["campaign.vault"]

    def lose() -> Path:
        app.extensions["campaign.vault"] = Vault(tmp_path / "new")
        day_keys.forget(NOW)
        return tmp_path / "new"

    yield lose
    app.extensions["campaign.vault"] = old


def test_what_counted_counts_on_and_people_sign_again(
    petition: Petition, lose_keys: Callable[[], Path]
) -> None:
    sam = factories.confirmed(petition, shows_name=True)
    lose_keys()
    with pytest.raises(Unreadable):
        factories.sign(petition, "lena@example.org")

    lost_keys.give_up(NOW)

    assert petition.confirmed_count == 1
    assert queries.personal_data(sam) is None
    assert queries.public_names(petition) == []
    factories.confirmed(petition, "lena@example.org")
    assert petition.confirmed_count == 2
    assert queries.drift() == []


def test_the_site_starts_with_the_new_key_from_then_on(
    app: Flask, petition: Petition, lose_keys: Callable[[], Path]
) -> None:
    factories.account()
    folder, url = lose_keys(), app.config["SQLALCHEMY_DATABASE_URI"]
    with pytest.raises(key_folder.NoKeys):
        key_folder.look(folder, url)

    lost_keys.give_up(NOW)

    key_folder.look(folder, url)
    assert lost_keys.lost() == {}


def test_a_rule_whose_names_nobody_can_read_voids_nobody(
    app: Flask, petition: Petition, lose_keys: Callable[[], Path]
) -> None:
    mo = factories.account("moderator", "Mo")
    factories.confirmed(petition, country="CA")
    with transaction():
        run = voiding_runs.begin(Conditions(country="CA", names=("Spam",)), by=mo, now=NOW)
    lose_keys()
    assert lost_keys.lost()["voiding_run"] == 1

    lost_keys.give_up(NOW)
    voiding_runs.work_due(NOW)

    assert run.state == RunState.CANCELLED
    assert petition.confirmed_count == 1
    StaffReader(app, factories.account("administrator", "Ada")).get(f"/staff/voiding/{run.id}")


def test_who_waited_to_confirm_still_can(
    petition: Petition, reader: PageReader, lose_keys: Callable[[], Path]
) -> None:
    signature = factories.sign(petition, now=utc_now())
    lose_keys()
    lost_keys.give_up(utc_now())

    page = reader.get(path(Purpose.CONFIRM, signature.ref))
    reader.press(page, "Confirm and count my signature")

    assert petition.confirmed_count == 1


def test_what_cannot_be_opened_keeps_no_page_and_no_worker_back(
    app: Flask, petition: Petition, lose_keys: Callable[[], Path]
) -> None:
    factories.sign(petition)
    enter(petition, factories.account(team_of=[petition.campaign]), strangers(3))
    with transaction():
        signing.send_in(
            signing.prepare(petition, name="Lena", email="lena@example.org", language="en", now=NOW)
        )
        reporting.send(
            petition.campaign, kind=ReportKind.WRONG, words="?", email="", address=None, now=NOW
        )
    lose_keys()

    lost_keys.give_up(NOW)

    ada = StaffReader(app, factories.account("administrator", "Ada"))
    for page in ("accounts/", "signatures/", "queue/", "reports/", "trail", "comments/"):
        ada.get(f"/staff/{page}")
    assert db.session.scalars(select(Report.envelope)).all() == [None]
    assert len(factories.signatures()) == 1


@pytest.mark.parametrize("migrated", ["sqlite"], indirect=True)
def test_an_administrator_is_asked_before_anything_is_destroyed(
    app: Flask, petition: Petition, tmp_path: Path
) -> None:
    url, folder = app.config["SQLALCHEMY_DATABASE_URI"], tmp_path / "keys"
    factories.sign(petition)
    settings = {"DEMO": "yes", "DATA": str(tmp_path), "DATABASE_URL": url}
    Vault(folder)

    def answer(said: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "campaign", "give-up-keys"],
            cwd=ROOT,
            env={**os.environ, **{f"CAMPAIGN_{name}": value for name, value in settings.items()}},
            input=said,
            capture_output=True,
            text=True,
            check=False,
        )

    assert answer("n").returncode == 1
    assert db.session.scalar(select(func.count(Signature.envelope))) == 1
    told = answer("y")
    assert "1  signature" in told.stdout
    assert told.returncode == 0, told.stderr
    key_folder.look(folder, url)
    assert "nothing is lost" in answer("y").stderr


def test_nobody_signs_in_as_before(
    app: Flask, petition: Petition, lose_keys: Callable[[], Path]
) -> None:
    olive = factories.account(email="olive@example.org")
    signed_in = StaffReader(app, olive)
    lose_keys()

    lost_keys.give_up(NOW)

    assert not olive.is_active
    assert accounts.email_of(olive) == "lost@key.invalid"
    assert signed_in.get("/staff/account/").address.startswith("/staff/sign-in")
    assert accounts.by_email("olive@example.org") is None, "so that she can be added anew"


def test_who_can_be_read_is_found_though_the_first_key_is_lost(
    app: Flask, lose_keys: Callable[[], Path]
) -> None:
    old = app.extensions["campaign.vault"]
    folder = lose_keys()
    olive = factories.account(email="olive@example.org")
    with transaction():
        olive.email_key = old.pseudonym("staff", "olive@example.org")
    assert accounts.by_email("olive@example.org") is None

    lost_keys.give_up(NOW)

    assert folder.exists()
    assert accounts.by_email("olive@example.org") is olive
    assert olive.is_active


def test_whose_second_step_alone_is_lost_signs_in_and_sets_up_another(
    petition: Petition, lose_keys: Callable[[], Path]
) -> None:
    """As where the second of two keys was lost."""
    lose_keys()
    mo = factories.account("moderator", "Mo")
    with transaction():
        mo.second_step = petition.fingerprint_key

    assert lost_keys.lost() == {"account": 1, "petition": 1}
    lost_keys.give_up(NOW)

    assert (mo.is_active, mo.has_second_step) == (True, False)


def test_no_envelope_is_forgotten() -> None:
    """What is in no list is no envelope, or one whose key is not the vault's."""
    known = {(column.class_.__tablename__, column.key) for column in lost_keys.SEALED}
    others = {
        (table.name, column.name)
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    } - known

    assert others == {
        ("campaign_picture", "content"),
        ("share_picture", "content"),
        ("issued_draft", "trace"),
        ("paper_signature", "fingerprint"),
        ("signature", "fingerprint"),
        ("kit", "sealed"),  # the key is in its link
    }


def test_nothing_is_lost_where_every_key_is_there(app: Flask, petition: Petition) -> None:
    sam = factories.confirmed(petition)
    olive = factories.account()

    assert lost_keys.lost() == {}
    lost_keys.give_up(NOW)

    assert queries.personal_data(sam) is not None
    assert olive.is_active
