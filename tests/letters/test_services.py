"""Letter actions: versions of a case, drafts that differ from those before, what is forgotten."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from campaign.letters import drafting, kits, rules, services
from campaign.letters.drafting import Brief
from campaign.letters.linting import NotReady
from campaign.letters.models import CaseVersion, IssuedDraft, Kit, LetterAction
from campaign.lib.db import db, transaction
from campaign.lib.limits import Limit
from tests import factories
from tests.factories import NOW


def number(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def brief(action: LetterAction) -> Brief:
    return Brief("en", action.case.main_targets[0])


def test_a_case_is_kept_as_it_was_written(app: Flask) -> None:
    action = factories.letter_action()
    db.session.expire_all()

    assert action.case == factories.case()


def test_other_words_make_a_new_version_and_the_same_words_none(app: Flask) -> None:
    campaign = factories.campaign()
    first = factories.letter_action(campaign).version
    again = factories.letter_action(campaign).version
    second = factories.letter_action(campaign, guidance="Two pages are too many.").version

    assert again is first
    assert second.number == 2
    assert second.digest != first.digest
    assert number(CaseVersion) == 2
    assert first.case.guidance == "One page is enough."


def test_a_stored_version_and_seed_give_the_same_letter_after_the_case_has_changed(
    app: Flask,
) -> None:
    campaign = factories.campaign()
    action = factories.letter_action(campaign)
    version = action.version
    with transaction():
        (draft,) = services.draft(action, [brief(action)], seed="a seed", now=NOW)
    factories.letter_action(campaign, passages={})

    again = drafting.draft(
        version.case,
        Brief("en", version.case.main_targets[0]),
        version=version.digest,
        seed=draft.seed,
    )

    assert again == draft


def test_an_open_campaign_takes_no_unfinished_case(app: Flask) -> None:
    with pytest.raises(NotReady, match="until when letters are asked for"):
        factories.letter_action(appeals_before=None)

    assert number(LetterAction) == 0


def test_no_campaign_takes_a_case_with_faults(app: Flask) -> None:
    closed = factories.campaign()
    factories.close(closed, at=NOW)
    keeper = factories.keeper()

    with pytest.raises(NotReady, match="is there twice"):
        factories.letter_action(closed, targets=(keeper, keeper))


def test_an_evenings_drafts_are_unlike_each_other_and_those_before(app: Flask) -> None:
    action = factories.letter_action()
    with transaction():
        (before,) = services.draft(action, [brief(action)], seed="a", now=NOW)
        many = services.draft_many(action, brief(action), 30, seed="b", now=NOW)

    db.session.refresh(action)
    assert len({draft.body for draft in (before, *many)}) == 31
    assert action.drafted_count == 31
    assert number(IssuedDraft) == 31


def test_of_a_draft_nothing_is_kept_but_hashes(app: Flask) -> None:
    action = factories.letter_action()
    with transaction():
        services.draft(
            action,
            [Brief("en", action.case.main_targets[0], own_words="My secret.", place="Lyon")],
            seed="a",
            now=NOW,
        )

    row = db.session.execute(select(IssuedDraft.__table__)).mappings().one()
    assert set(row) == {"id", "letter_action_id", "target", "language", "trace", "drafted_at"}
    assert len(row["trace"]) % drafting.TRACE_BYTES == 0
    assert len(row["trace"]) < 80


def test_a_flood_of_drafts_is_answered_and_leaves_no_traces(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "NOTED", (Limit(2, timedelta(hours=1)),))
    action = factories.letter_action()
    with transaction():
        drafts = [
            services.draft(action, [brief(action)], seed=str(n), now=NOW)[0] for n in range(4)
        ]

    assert all(draft.body for draft in drafts)
    assert number(IssuedDraft) == 2


def test_traces_are_forgotten_after_a_year(app: Flask) -> None:
    action = factories.letter_action()
    with transaction():
        services.draft(action, [brief(action)], seed="a", now=NOW)
        services.forget_traces(NOW + rules.TRACE_LIFETIME - timedelta(days=1))
        assert number(IssuedDraft) == 1
        services.forget_traces(NOW + rules.TRACE_LIFETIME + timedelta(days=1))

    assert number(IssuedDraft) == 0


def test_a_kit_opens_only_with_its_link_and_only_for_an_hour(app: Flask) -> None:
    token = kits.new_token()
    with transaction():
        kits.keep(b"letters of Sam Signer", token, now=NOW)

    assert kits.fetch(token, now=NOW) == b"letters of Sam Signer"
    assert kits.fetch(kits.new_token(), now=NOW) is None
    assert kits.fetch(token, now=NOW + rules.KIT_LIFETIME + timedelta(seconds=1)) is None
    stored = db.session.scalars(select(Kit)).one()
    assert b"Sam" not in stored.sealed
    assert token not in stored.digest


def test_kits_are_deleted_when_their_hour_is_over(app: Flask) -> None:
    with transaction():
        kits.keep(b"old", kits.new_token(), now=NOW)
        kits.forget(NOW + rules.KIT_LIFETIME)
        assert number(Kit) == 1
        kits.forget(NOW + rules.KIT_LIFETIME + timedelta(seconds=1))

    assert number(Kit) == 0
