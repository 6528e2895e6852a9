"""The tally: posted letters are counted by number, unlikely ones are held, staff decide once."""

from datetime import date, timedelta

from flask import Flask
from flask.testing import FlaskCliRunner

from campaign.letters import queries, rules, tally
from campaign.letters.models import LetterAction, Posted
from campaign.letters.rules import AnswerKind, PostedState
from campaign.lib.db import db, transaction
from tests import factories
from tests.factories import NOW


def tell(action: LetterAction, letters: int = 1, target: str = "keeper") -> Posted:
    with transaction():
        return tally.tell(action, target=target, letters=letters, now=NOW)


def posted(action: LetterAction) -> int:
    db.session.refresh(action)
    return action.posted_count


def test_what_volunteers_post_is_counted_for_campaign_and_target(app: Flask) -> None:
    action = factories.letter_action()

    tell(action, 2)
    tell(action, 3)
    tell(action, 1, target="embassy")

    assert posted(action) == 6
    assert queries.tally(action) == {"keeper": 5, "embassy": 1}


def test_a_number_larger_than_an_evenings_waits_for_somebody_to_look(app: Flask) -> None:
    action = factories.letter_action()

    assert tell(action, rules.COUNTED_AT_ONCE).state is PostedState.COUNTED
    held = tell(action, rules.COUNTED_AT_ONCE + 1)

    assert held.state is PostedState.HELD
    assert posted(action) == rules.COUNTED_AT_ONCE
    assert queries.held(action) == [held]


def test_a_flood_is_held_and_not_lost(app: Flask) -> None:
    action = factories.letter_action()
    an_hour = rules.TOLD[0].most

    states = [tell(action).state for _ in range(an_hour + 2)]

    assert states == [PostedState.COUNTED] * an_hour + [PostedState.HELD] * 2
    assert posted(action) == an_hour
    with transaction():
        later = tally.tell(action, target="keeper", letters=1, now=NOW + timedelta(hours=1))
    assert later.state is PostedState.COUNTED


def test_staff_settle_held_letters_once(app: Flask) -> None:
    action = factories.letter_action()
    believed, doubted = tell(action, 60), tell(action, 70)

    with transaction():
        assert tally.release(believed, by=None, now=NOW)
        assert tally.refuse(doubted, by=None, now=NOW)
        assert not tally.release(believed, by=None, now=NOW), "once is enough"
        assert not tally.release(doubted, by=None, now=NOW), "it was refused"

    assert posted(action) == 60
    assert queries.tally(action) == {"keeper": 60}


def test_what_comes_back_is_written_down(app: Flask) -> None:
    action = factories.letter_action()

    with transaction():
        tally.note_answer(
            action,
            target="keeper",
            kind=AnswerKind.RETURNED,
            letters=3,
            came_on=date(2026, 3, 1),
            note="Moved away.",
            by=None,
            now=NOW,
        )

    (answer,) = queries.answers(action)
    assert (answer.kind, answer.letters, answer.note) == (AnswerKind.RETURNED, 3, "Moved away.")


def run(cli: FlaskCliRunner, *words: str, status: int = 0) -> str:
    result = cli.invoke(args=["letters", *words])
    assert result.exit_code == status, result.output
    db.session.rollback()
    db.session.expire_all()
    return result.output


def test_staff_see_and_settle_the_tally_at_the_command_line(app: Flask) -> None:
    action = factories.letter_action(factories.campaign("archive"))
    held = tell(action, 99)
    cli = app.test_cli_runner()

    assert f"held {held.id}: 99 to keeper" in run(cli, "tally", "archive")
    run(cli, "release", str(held.id))
    run(cli, "note", "archive", "keeper", "reply", "--on", "2026-03-02", "--note", "Thank you.")

    told = run(cli, "tally", "archive")
    assert "99 letters posted, 0 drafted." in told
    assert "keeper: 99" in told
    assert "2026-03-02: reply, 1 of keeper. Thank you." in told
    assert "settled already" in run(cli, "refuse", str(held.id))


def test_a_slip_at_the_command_line_is_told(app: Flask) -> None:
    factories.letter_action(factories.campaign("archive"))
    cli = app.test_cli_runner()

    assert "No campaign with letters" in run(cli, "tally", "nothing", status=1)
    assert "known are keeper, embassy" in run(
        cli, "note", "archive", "nobody", "reply", "--on", "2026-03-02", status=1
    )
    assert "Nothing with the number 7" in run(cli, "release", "7", status=1)
    for deed in ("release", "refuse"):
        for number in ("0", "9" * 20):
            assert "is not in the range" in run(cli, deed, number, status=2)
    words = ("note", "archive", "keeper", "reply", "--on", "2026-03-02", "--letters")
    assert "is not in the range" in run(cli, *words, "9" * 20, status=2)


def test_the_variety_meter_speaks_at_the_command_line(app: Flask) -> None:
    factories.letter_action(factories.campaign("archive"))

    told = run(app.test_cli_runner(), "variety", "archive", "--letters", "20")

    assert told.startswith("Keeper of the archive\n  letters            20, ")
    assert "next passage for" in told
    assert "There are no passages in fr; there are in en." in run(
        app.test_cli_runner(), "variety", "archive", "--language", "fr", status=1
    )
