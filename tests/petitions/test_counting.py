"""Whatever happens in whatever order: count and tallies are the numbers of rows."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings, strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, func, select, update

from campaign.chores import fold_tallies
from campaign.lib.db import db, transaction
from campaign.lib.refusals import Refused
from campaign.petitions import (
    counting,
    services,
    setting_aside,
    sieve,
    signing,
    taking_up,
    tally_queries,
    voiding_queries,
    voiding_runs,
)
from campaign.petitions.choosing import Conditions
from campaign.petitions.models import Petition, Signature, SignatureEvent
from campaign.petitions.rules import MAY_START_FROM, Deed, HeldFor, State, Tallied
from campaign.petitions.screening_models import ScreeningSetting
from campaign.petitions.tally_models import Tally, TallyEntry
from campaign.petitions.voiding_models import VoidingRun
from campaign.petitions.voiding_rules import RunState
from tests import factories

PEOPLE = [f"person-{number}@example.org" for number in range(3)]
person = st.sampled_from(PEOPLE)


class Counting(RuleBasedStateMachine):
    """A few people and a moderator do as they please, over some weeks."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = factories.NOW
        self.refs: dict[str, str] = {}
        self.expired = 0
        #: What runs did to signatures that nobody confirmed, and that are deleted since.
        self.gone_from_diary: Counter[tuple[str, Deed]] = Counter()

    @initialize()
    def open_a_petition(self) -> None:
        self.petition_id = factories.petition().id
        self.mo = factories.account("moderator", "Mo")
        self.runs: list[int] = []
        for email in PEOPLE[:3]:  # so that rules and runs have somebody to be about
            self.sign(email, name="Somebody", language="en", is_trapped=False)
            self.confirm(email)

    def signature_of(self, email: str) -> Signature | None:
        return db.session.scalar(select(Signature).where(Signature.ref == self.refs.get(email)))

    @rule(
        email=person,
        name=st.sampled_from(["Somebody", "123456"]),
        language=st.sampled_from(["en", "fr"]),
        country=st.sampled_from([None, "CA", "FR"]),
        source=st.sampled_from([None, "poster"]),
        comment=st.sampled_from(["", "Because."]),
        wants_updates=st.booleans(),
        address=st.sampled_from([None, "100.20.30.40"]),
        is_trapped=st.sampled_from([False, False, True]),
    )
    def sign(self, email: str, **words: Any) -> None:
        petition = db.session.get_one(Petition, self.petition_id)
        with transaction():
            signing.send_in(signing.prepare(petition, email=email, now=self.now, **words))
            (ref,) = taking_up.take_up(self.now)
        self.refs[email] = ref
        if words["is_trapped"] and sieve.current().thresholds.trap:
            state = db.session.scalar(select(Signature.state).where(Signature.ref == ref))
            assert state is not State.PENDING

    @rule(name=st.sampled_from(["trap", "names", "network_hour"]), value=st.integers(0, 2))
    def set_a_threshold(self, name: str, value: int) -> None:
        with transaction():
            db.session.merge(ScreeningSetting(name=name, value=value, changed_at=self.now))
        sieve.forget()

    @rule(email=person)
    def confirm(self, email: str) -> None:
        self.do(email, lambda signature: signing.confirm(signature, now=self.now))

    @rule(email=person)
    def withdraw(self, email: str) -> None:
        self.do(email, lambda signature: services.withdraw(signature, now=self.now))

    @rule(email=person, wants=st.booleans())
    def want_updates(self, email: str, wants: bool) -> None:
        self.do(email, lambda signature: services.want_updates(signature, wants=wants))

    @rule()
    def fold(self) -> None:
        with transaction():
            counting.fold()

    @rule(email=person)
    def erase(self, email: str) -> None:
        self.do(email, lambda signature: services.erase(signature, now=self.now))

    @rule(email=person)
    def hold(self, email: str) -> None:
        self.do(email, lambda one: setting_aside.hold(one, reason="?", now=self.now))

    @rule(email=person)
    def release(self, email: str) -> None:
        self.do(email, lambda signature: setting_aside.release(signature, now=self.now))

    @rule(email=person)
    def void(self, email: str) -> None:
        self.do(email, lambda one: setting_aside.void(one, reason="?", now=self.now))

    @rule(email=person)
    def restore(self, email: str) -> None:
        self.do(email, lambda signature: setting_aside.restore(signature, now=self.now))

    @rule(
        conditions=st.sampled_from(
            [
                {"language": "en"},
                {"state": State.PENDING, "language": "en"},
                {"held_for": HeldFor.TRAP},
                {"domains": ("example.org",), "language": "fr"},
                {"names": ("somebody",)},
            ]
        ),
        works=st.booleans(),
    )
    def void_by_rule(self, conditions: dict[str, Any], works: bool) -> None:
        with transaction():
            run = voiding_runs.begin(Conditions(**conditions), by=self.mo, now=self.now)
        self.runs.append(run.id)
        voiding_runs.work_due(self.now)
        self.start_a_run(0, works=works)

    @rule(number=st.integers(min_value=0, max_value=1), works=st.booleans())
    def start_a_run(self, number: int, works: bool) -> None:
        self.press(number, voiding_runs.count_again)
        self.press(
            number,
            lambda run: voiding_runs.start(
                run, seen=run.found, reason="?", by=self.mo, now=self.now
            ),
        )
        if works:
            voiding_runs.work_due(self.now)

    @rule(number=st.integers(min_value=0, max_value=1))
    def cancel_a_run(self, number: int) -> None:
        self.press(number, lambda run: voiding_runs.cancel(run, by=self.mo, now=self.now))

    @rule(number=st.integers(min_value=0, max_value=1), works=st.booleans())
    def restore_a_run(self, number: int, works: bool) -> None:
        self.press(
            number, lambda run: voiding_runs.restore(run, reason="?", by=self.mo, now=self.now)
        )
        if works:
            voiding_runs.work_due(self.now)

    @rule()
    def work_on_runs(self) -> None:
        voiding_runs.work_due(self.now)

    def press(self, number: int, deed: Callable[[VoidingRun], None]) -> None:
        """Of the last runs, that one."""
        for run_id in self.runs[-1 - number :][:1]:
            run = voiding_queries.run_by_number(run_id)
            assert run
            try:
                with transaction():
                    deed(run)
            except Refused:
                db.session.expire_all()

    @rule(email=person)
    def anonymise(self, email: str) -> None:
        self.do(email, lambda signature: setting_aside.anonymise(signature, now=self.now))

    @rule(days=st.integers(min_value=1, max_value=5))
    def let_time_pass(self, days: int) -> None:
        self.now += timedelta(days=days)
        before = _diary_of_runs()
        with transaction():
            self.expired += setting_aside.expire(self.now)
        self.gone_from_diary += before - _diary_of_runs()

    def do(self, email: str, deed: object) -> None:
        signature = self.signature_of(email)
        if signature is None:
            return
        try:
            with transaction():
                deed(signature)  # type: ignore[operator]
        except Refused:
            pass

    @invariant()
    def the_count_is_the_number_of_confirmed_rows(self) -> None:
        if not hasattr(self, "petition_id"):
            return
        count = select(Petition.confirmed_count).where(Petition.id == self.petition_id)
        rows = (
            select(func.count())
            .select_from(Signature)
            .where(Signature.petition_id == self.petition_id, Signature.state == State.CONFIRMED)
        )
        assert db.session.scalar(count) == db.session.scalar(rows)

    @invariant()
    def the_tallies_are_the_numbers_of_rows(self) -> None:
        if not hasattr(self, "petition_id"):
            return
        assert tally_queries.tally_drift() == []
        told = _tallies()
        expired = [told.pop(key) for key in list(told) if key[0] is Tallied.EXPIRED]
        assert sum(expired) == self.expired
        assert told == Counter(
            key for signature in db.session.scalars(_SIGNATURES) for key in _counts(signature)
        )

    @invariant()
    def every_step_in_the_diary_is_allowed_and_the_last_one_is_where_it_stands(self) -> None:
        last: dict[int, State] = {}
        for event in db.session.scalars(select(SignatureEvent).order_by(SignatureEvent.id)):
            if event.deed is not Deed.SIGN:
                assert event.from_state in MAY_START_FROM[event.deed]
                assert event.from_state == last[event.signature_id]
            last[event.signature_id] = event.to_state
        for signature_id, state in db.session.execute(select(Signature.id, Signature.state)):
            assert last[signature_id] is state

    @invariant()
    def runs_tell_how_many_they_have_voided(self) -> None:
        for number in getattr(self, "runs", []):
            run = voiding_queries.run_by_number(number)
            assert run
            db.session.refresh(run)
            left = select(func.count()).where(Signature.voided_in == number)
            diary = _diary_of_runs() + self.gone_from_diary
            assert diary[f"run {number}", Deed.VOID] == run.voided
            assert diary[f"run {number}", Deed.RESTORE] == run.restored
            if run.state is RunState.RESTORED:
                assert db.session.scalar(left) == 0

    def teardown(self) -> None:
        db.session.rollback()
        with transaction():
            db.session.execute(delete(ScreeningSetting))
        sieve.forget()
        if hasattr(self, "petition_id"):
            with transaction():
                db.session.delete(db.session.get_one(Petition, self.petition_id))
                db.session.flush()
                db.session.execute(delete(VoidingRun))


_SIGNATURES = select(Signature).execution_options(populate_existing=True)


def _diary_of_runs() -> Counter[tuple[str, Deed]]:
    """How often which run has voided and restored, by the diary."""
    rows = db.session.execute(
        select(SignatureEvent.reason, SignatureEvent.deed, func.count())
        .where(SignatureEvent.reason.startswith("run "))
        .group_by(SignatureEvent.reason, SignatureEvent.deed)
    )
    return Counter({(reason or "", deed): number for reason, deed, number in rows})


def _tallies() -> Counter[tuple[Tallied, str]]:
    """The tally and its entries together, folded or not."""
    told = tally_queries.tallies()
    number = func.sum(told.c.number)
    sums = select(told.c.kind, told.c.key, number).group_by(told.c.kind, told.c.key)
    return Counter(
        {(kind, key): number for kind, key, number in db.session.execute(sums.having(number != 0))}
    )


def _counts(signature: Signature) -> Iterator[tuple[Tallied, str]]:
    """In how many numbers the signature should be one."""
    signed_on, is_confirmed = f"{signature.signed_at:%F}", signature.state is State.CONFIRMED
    counted = {
        Tallied.STATE: signature.state.value,
        Tallied.SIGNED: signed_on,
        Tallied.PROVED: signed_on if signature.confirmed_at else None,
    }
    if is_confirmed:
        counted |= {
            Tallied.CONFIRMED: f"{signature.confirmed_at:%F}",
            Tallied.COUNTRY: signature.country or "",
            Tallied.LANGUAGE: signature.language,
            Tallied.SOURCE: signature.source or "",
            Tallied.WANTS_UPDATES: "" if signature.wants_updates else None,
            Tallied.HAS_COMMENT: "" if signature.has_comment else None,
        }
    return ((kind, key) for kind, key in counted.items() if key is not None)


@pytest.mark.usefixtures("app")
def test_the_count_is_right_after_whatever_happens(app: Flask) -> None:
    run_state_machine_as_test(
        Counting,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.usefixtures("app")
def test_a_tally_that_went_wrong_is_reported_and_left_as_it_is(app: Flask) -> None:
    petition = factories.petition()
    factories.confirmed(petition, country="CA")
    with transaction():
        counting.fold()
        db.session.execute(update(Tally).where(Tally.kind == Tallied.COUNTRY).values(number=3))

    result = app.test_cli_runner().invoke(args=["reconcile"])

    assert result.exit_code == 1
    assert "the tally country 'CA' says 3, but there are 1" in result.output
    assert _tallies()[Tallied.COUNTRY, "CA"] == 3


def test_many_workers_fold_every_entry_once(app: Flask) -> None:
    petition = factories.petition()
    for number in range(20):
        factories.confirmed(petition, f"sam-{number}@example.org")
    entries = db.session.scalars(select(func.count()).select_from(TallyEntry)).one()
    db.session.rollback()

    def work(_: int) -> int:
        with app.app_context():
            return fold_tallies(factories.NOW)

    with ThreadPoolExecutor(4) as workers:
        folded = sum(workers.map(work, range(4)))

    assert folded == entries
    assert db.session.scalars(select(TallyEntry)).all() == []
    assert _tallies()[Tallied.STATE, State.CONFIRMED] == 20
    assert tally_queries.tally_drift() == []


def test_deeds_at_once_leave_the_tallies_exact(app: Flask) -> None:
    ref = factories.confirmed(factories.petition()).ref
    db.session.rollback()

    def press(number: int) -> None:
        with app.app_context(), transaction():
            signature = db.session.scalars(select(Signature).where(Signature.ref == ref)).one()
            deed = number % 3
            if deed == 0:
                services.want_updates(signature, wants=number % 2 == 0)
            elif deed == 1:
                setting_aside.hold(signature, reason="?", now=factories.NOW)
            else:
                setting_aside.release(signature, now=factories.NOW)

    with ThreadPoolExecutor(8) as visitors:
        list(visitors.map(press, range(60)))

    assert tally_queries.tally_drift() == []


@pytest.mark.usefixtures("app")
def test_what_changes_without_a_step_is_tallied_too() -> None:
    petition = factories.petition()
    signature = factories.confirmed(petition)
    with transaction():
        services.want_updates(signature, wants=True)
        services.want_updates(signature, wants=True)
    factories.sign(petition, "lena@example.org")
    factories.sign(petition, "lena@example.org", now=factories.NOW + timedelta(days=1))

    assert _tallies()[Tallied.WANTS_UPDATES, ""] == 1
    assert _tallies()[Tallied.SIGNED, "2026-03-02"] == 1
    assert tally_queries.tally_drift() == []
