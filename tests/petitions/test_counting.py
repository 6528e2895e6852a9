"""Whatever happens in whatever order: the count is the number of confirmed rows."""

from datetime import datetime, timedelta

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
from sqlalchemy import func, select

from campaign.lib.db import db, transaction
from campaign.lib.refusals import Refused
from campaign.petitions import services, setting_aside, signing
from campaign.petitions.models import Petition, Signature, SignatureEvent
from campaign.petitions.rules import MAY_START_FROM, Deed, State
from tests import factories

PEOPLE = [f"person-{number}@example.org" for number in range(5)]
person = st.sampled_from(PEOPLE)


class Counting(RuleBasedStateMachine):
    """A few people and a moderator do as they please, over some weeks."""

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = factories.NOW
        self.refs: dict[str, str] = {}

    @initialize()
    def open_a_petition(self) -> None:
        self.petition_id = factories.petition().id

    def signature_of(self, email: str) -> Signature | None:
        return db.session.scalar(select(Signature).where(Signature.ref == self.refs.get(email)))

    @rule(email=person)
    def sign(self, email: str) -> None:
        petition = db.session.get_one(Petition, self.petition_id)
        with transaction():
            signature = signing.sign(
                petition, name="Somebody", email=email, language="en", now=self.now
            )
        self.refs[email] = signature.ref

    @rule(email=person)
    def confirm(self, email: str) -> None:
        self.do(email, lambda signature: signing.confirm(signature, now=self.now))

    @rule(email=person)
    def withdraw(self, email: str) -> None:
        self.do(email, lambda signature: services.withdraw(signature, now=self.now))

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

    @rule(email=person)
    def anonymise(self, email: str) -> None:
        self.do(email, lambda signature: setting_aside.anonymise(signature, now=self.now))

    @rule(days=st.integers(min_value=1, max_value=5))
    def let_time_pass(self, days: int) -> None:
        self.now += timedelta(days=days)
        with transaction():
            setting_aside.expire(self.now)

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
    def every_step_in_the_diary_is_allowed_and_the_last_one_is_where_it_stands(self) -> None:
        last: dict[int, State] = {}
        for event in db.session.scalars(select(SignatureEvent).order_by(SignatureEvent.id)):
            if event.deed is not Deed.SIGN:
                assert event.from_state in MAY_START_FROM[event.deed]
                assert event.from_state == last[event.signature_id]
            last[event.signature_id] = event.to_state
        for signature_id, state in db.session.execute(select(Signature.id, Signature.state)):
            assert last[signature_id] is state

    def teardown(self) -> None:
        db.session.rollback()
        if hasattr(self, "petition_id"):
            with transaction():
                db.session.delete(db.session.get_one(Petition, self.petition_id))


@pytest.mark.usefixtures("app")
def test_the_count_is_right_after_whatever_happens(app: Flask) -> None:
    run_state_machine_as_test(
        Counting,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
