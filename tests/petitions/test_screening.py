"""What is held at signing and at confirming, why, and that the signer sees no difference."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, text

from campaign.lib import countries, day_keys, languages
from campaign.lib.day_keys import DayKey
from campaign.lib.db import db, transaction, transactional
from campaign.lib.limits import LimitWindow
from campaign.mail.models import Mail
from campaign.petitions import (
    setting_aside,
    sieve,
    signing,
    suspicions,
    taking_up,
    tally_queries,
)
from campaign.petitions.models import Petition, Signature, SignatureEvent
from campaign.petitions.rules import Deed, HeldFor, ListKind, State, Verdict
from campaign.petitions.screening_models import ScreeningEntry, ScreeningSetting
from tests import factories
from tests.conftest import on_one_database
from tests.factories import NOW, confirm, sign
from tests.page_reader import PageReader

SCHOOL = "100.20.30.40"


def list_(kind: str, value: str, verdict: str = "hold") -> None:
    with transaction():
        entry = ScreeningEntry(
            kind=ListKind(kind),
            verdict=Verdict(verdict),
            value=sieve.mailbox_key(value) if kind == "mailbox" else value,
            comment="",
            added_at=NOW + timedelta(minutes=1),
            added_by="Mo",
        )
        db.session.add(entry)
    sieve.forget()


def set_(**thresholds: int) -> None:
    with transaction():
        db.session.add_all(
            ScreeningSetting(name=name, value=value, changed_at=NOW)
            for name, value in thresholds.items()
        )
    sieve.forget()


def held_for(petition: Petition, count: int, email: str, **changes: object) -> list[HeldFor | None]:
    """Why each of so many signatures is held; `{}` in the address is its number."""
    return [sign(petition, email.format(n), **changes).held_for for n in range(count)]  # type: ignore[arg-type]


def test_many_from_one_network_are_held_and_the_first_are_not(petition: Petition) -> None:
    reasons = held_for(petition, 12, "sam-{}@gmail.com", address=SCHOOL)

    assert reasons == [None] * 10 + [HeldFor.BURST] * 2


def test_networks_and_campaigns_are_counted_apart(petition: Petition) -> None:
    held_for(petition, 12, "sam-{}@gmail.com", address=SCHOOL)

    assert sign(petition, "lena@gmail.com", address="100.20.31.40").held_for is None
    assert sign(factories.petition(), "lena@gmail.com", address=SCHOOL).held_for is None


def test_the_older_internet_is_many_networks_where_both_kinds_come_by_one_port(
    petition: Petition,
) -> None:
    list_("network", "100.20.0.0/16")

    reasons = [
        sign(petition, f"sam-{n}@gmail.com", address=f"::ffff:100.{n}.30.40").held_for
        for n in (*range(12), 20)
    ]

    assert reasons == [None] * 12 + [HeldFor.LIST]


def test_no_burst_behind_a_proxy_that_nobody_told_us_of(petition: Petition) -> None:
    reasons = held_for(petition, 12, "sam-{}@gmail.com", address="127.0.0.1")

    assert reasons == [None] * 12


def test_two_hundred_behind_one_address_lose_nothing(petition: Petition) -> None:
    pupils = [sign(petition, f"pupil-{n}@gmail.com", address=SCHOOL) for n in range(200)]
    numbers = [confirm(pupil) for pupil in pupils]

    assert all(numbers), "everybody is told a number"
    assert {pupil.state for pupil in pupils} == {State.CONFIRMED, State.HELD}
    mails = db.session.scalars(select(Mail.kind)).all()
    assert mails == ["please_confirm"] * 200

    with transaction():
        for pupil in pupils:
            setting_aside.release(pupil, now=NOW)
    assert petition.confirmed_count == 200
    assert tally_queries.tally_drift() == []
    assert {pupil.held_for for pupil in pupils} == {None}


def test_the_network_itself_is_kept_nowhere(petition: Petition) -> None:
    sign(petition, "sam@gmail.com", address=SCHOOL)

    windows = db.session.scalars(select(LimitWindow.key)).all()
    assert len(windows) >= 2
    assert not any("100.20" in window for window in windows)


def test_pseudonyms_of_a_day_end_with_its_key(app: Flask) -> None:
    with transaction():
        first = day_keys.pseudonym("network", SCHOOL, now=NOW)
        same_day = day_keys.pseudonym("network", SCHOOL, now=NOW + timedelta(hours=11))
        next_day = day_keys.pseudonym("network", SCHOOL, now=NOW + timedelta(hours=13))
        day_keys.forget(NOW + timedelta(hours=49))

    assert first == same_day != next_day
    assert db.session.scalars(select(DayKey.day)).all() == ["2026-03-02"]
    with transaction():
        assert day_keys.pseudonym("network", SCHOOL, now=NOW) != first


def test_a_mailbox_for_some_minutes_is_held(petition: Petition) -> None:
    assert sign(petition, "sam@mailinator.com").held_for is HeldFor.DOMAIN
    assert sign(petition, "sam@eu.mailinator.com").held_for is HeldFor.DOMAIN


def test_many_mailboxes_of_one_unusual_domain_are_held(petition: Petition) -> None:
    one_owner = held_for(petition, 4, "sam@box-{}.our-own.net") + held_for(
        petition, 2, "sam-{}@our-own.net"
    )

    assert one_owner == [None] * 5 + [HeldFor.DOMAIN]
    assert set(held_for(petition, 8, "sam-{}@gmail.com")) == {None}


@pytest.mark.parametrize(
    "name",
    ["buy-now.com", "t.me/win", "bit.ly/x2", "+1 613 555 01 99", "12345", "…", "www.prizes", "a@b"],
)
def test_what_is_no_name_is_held(petition: Petition, name: str) -> None:
    assert sign(petition, name=name).held_for is HeldFor.NAME


@pytest.mark.parametrize(
    "name",
    [
        *("J.R.R. Tolkien", "St.John Smith", "倪玉兰", "ئايگۈل", "O", "Charles 3", "d’Arc-Ní"),
        *("J.R. Smith", "J.R.Smith", "St.John", "Dr.Who", "O.K.", "J.Li", "Dr.Wu", "Prof.Kim"),
        *("R.de Groot", "A.M.de Vries", "Md.Al-Amin", "Sam.Signer", "Sam Signer M.Sc.", "Ph.D."),
        *("Dipl.-Ing. Sam", "Sam Jr.", "St.Anne-de", "Sam.", "Ma. de Lourdes", "Dr. Li"),
    ],
)
def test_names_are_names(name: str) -> None:
    assert not suspicions.is_no_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *("evil.de", "EVIL.De", "see evil.de, Sam", "Sam (evil.to)", "evil.de.", "ev-il.co.uk"),
        *("a.evil.cc", "evil.dev", "evil.icu?x", "evil.xn--p1ai", "злой.рф", "win.at:80"),
        *("evil.page", "Prizes: evil.win"),
    ],
)
def test_what_mail_programs_make_a_link_of_is_no_name(name: str) -> None:
    assert suspicions.has_an_address(name)


def test_every_country_we_know_has_an_ending(app: Flask) -> None:
    of_none = {"BL", "BQ", "CP", "CQ", "DG", "EA", "EH", "GB", "IC", "MF", "TA", "UM", "XK"}
    with languages.speaking("en"):
        codes = countries.names("en").keys() - of_none

    assert [code for code in sorted(codes) if not suspicions.has_an_address(f"evil.{code}")] == []


@pytest.mark.parametrize("piece", ["a-", "a.", "bc.d", "é"])
def test_a_name_of_a_million_signs_is_soon_read(piece: str) -> None:
    begun = time.process_time()

    assert not suspicions.has_an_address(piece * (1_000_000 // len(piece)))

    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("network", "100.20.0.0/16"),
        ("network", "100.20.30.40/32"),
        ("domain", "gmail.com"),
        ("mailbox", "S.A.M+x@googlemail.com"),
    ],
)
def test_whoever_is_on_the_list_is_held(petition: Petition, kind: str, value: str) -> None:
    list_(kind, value)

    assert sign(petition, "sam@gmail.com", address=SCHOOL).held_for is HeldFor.LIST
    assert sign(petition, "lena@example.org", address="100.21.0.1").held_for is None


def test_whoever_is_let_pass_is_not_held_by_limits_but_still_by_name(petition: Petition) -> None:
    list_("network", "100.20.30.0/24", "pass")
    list_("network", "100.0.0.0/8")

    assert set(held_for(petition, 12, "sam-{}@gmail.com", address=SCHOOL)) == {None}
    assert sign(petition, "lena@gmail.com", address="100.1.1.1").held_for is HeldFor.LIST
    nameless = sign(petition, "mo@gmail.com", address=SCHOOL, name="123456789")
    assert nameless.held_for is HeldFor.NAME


def test_moderators_can_switch_each_part_off(petition: Petition) -> None:
    set_(network_hour=0, network_day=0, domain_day=0, disposable=0, names=0, trap=0)

    reasons = held_for(
        petition, 12, "sam-{}@mailinator.com", address=SCHOOL, name="123456", is_trapped=True
    )

    assert set(reasons) == {None}


def test_what_was_listed_meanwhile_is_held_at_confirming(petition: Petition) -> None:
    signature = sign(petition, "sam@our-own.net")
    list_("domain", "our-own.net")

    assert confirm(signature) == 1
    assert (signature.state, signature.held_for) == (State.HELD, HeldFor.LIST)
    assert petition.confirmed_count == 0


def test_what_a_moderator_released_stays_released(petition: Petition) -> None:
    list_("domain", "our-own.net")
    signature = sign(petition, "sam@our-own.net")
    with transaction():
        setting_aside.release(signature, now=NOW)

    confirm(signature)

    assert signature.state is State.CONFIRMED


def test_signing_again_changes_nothing_of_a_confirmed_signature(petition: Petition) -> None:
    signature = factories.confirmed(petition)

    sign(petition, name="123456789", now=NOW + timedelta(hours=1))

    assert signature.state is State.CONFIRMED


def test_the_diary_says_why(petition: Petition) -> None:
    sign(petition, "sam@mailinator.com")

    diary = db.session.execute(
        select(SignatureEvent.deed, SignatureEvent.reason).order_by(SignatureEvent.id)
    ).all()
    assert [tuple(row) for row in diary] == [(Deed.SIGN, None), (Deed.HOLD, "domain")]


def test_programs_fill_in_what_people_do_not_see(reader: PageReader, petition: Petition) -> None:
    answers = {"name": "Sam Signer", "email": "sam@example.org", "country": "CA"}
    page = reader.get(f"/campaigns/{petition.campaign.slug}/sign")

    page = reader.press(page, "Sign the petition", **answers, website="https://prizes.example")
    factories.take_up()

    assert page.h1 == "One more step: check your mail"
    signature = db.session.scalars(select(Signature)).one()
    assert signature.held_for is HeldFor.TRAP


@on_one_database
def test_a_limiter_that_fails_holds(reader: PageReader, petition: Petition) -> None:
    answers = {"name": "Sam Signer", "email": "sam@our-own.net", "country": "CA"}
    page = reader.get(f"/campaigns/{petition.campaign.slug}/sign")

    with _limits_broken():
        page = reader.press(page, "Sign the petition", **answers)
        factories.take_up()

    assert page.h1 == "One more step: check your mail"
    signature = db.session.scalars(select(Signature)).one()
    assert (signature.state, signature.held_for) == (State.HELD, HeldFor.LIMITER)
    assert db.session.scalars(select(Mail.kind)).all() == ["please_confirm"]


@contextmanager
def _limits_broken() -> Iterator[None]:
    """The table of limits takes nothing that screening counts."""
    make = (
        "CREATE TRIGGER broken BEFORE INSERT ON limit_window WHEN NEW.key NOT LIKE 'mail/%' "
        "BEGIN SELECT RAISE(ABORT, 'broken'); END"
    )
    with transaction():
        db.session.execute(text(make))
    yield
    with transaction():
        db.session.execute(text("DROP TRIGGER broken"))


@pytest.mark.parametrize("migrated", ["postgresql"], indirect=True)
def test_a_limiter_that_is_locked_holds(app: Flask, petition: Petition) -> None:
    sign(petition, "lena@our-own.net", address=SCHOOL)
    rows = text("SELECT * FROM limit_window WHERE key NOT LIKE 'mail/%' FOR UPDATE")
    prepared = signing.prepare(
        petition,
        name="Sam Signer",
        email="sam@our-own.net",
        language="en",
        address=SCHOOL,
        now=NOW,
    )
    with transaction():
        signing.send_in(prepared)

    with _impatience(), transactional(db.engine).connect() as other:
        other.execute(rows)
        assert taking_up.take_up_due(NOW) == 1
        other.rollback()

    signature = db.session.scalars(select(Signature).order_by(Signature.id.desc())).first()
    assert signature
    assert (signature.state, signature.held_for) == (State.HELD, HeldFor.LIMITER)


@contextmanager
def _impatience() -> Iterator[None]:
    """Nobody waits for a lock for longer than a tenth of a second."""

    def be_impatient(connection: Any, _record: object) -> None:
        connection.execute("SET lock_timeout = 100")
        connection.commit()

    event.listen(db.engine, "connect", be_impatient)
    db.session.remove()
    db.engine.dispose()
    yield
    event.remove(db.engine, "connect", be_impatient)
    db.session.remove()
    db.engine.dispose()


def test_settings_and_lists_are_not_read_again_for_each_signature(
    app: Flask, petition: Petition
) -> None:
    sign(petition)
    read: list[str] = []

    def hear(_c: object, _u: object, statement: str, *_: object) -> None:
        if threading.current_thread() is threading.main_thread() and "screening" in statement:
            read.append(statement)

    event.listen(db.engine, "before_cursor_execute", hear)
    try:
        sign(petition, "lena@example.org")
    finally:
        event.remove(db.engine, "before_cursor_execute", hear)

    assert read == []
