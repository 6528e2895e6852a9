"""A petition with many signatures is signed and read as one with few: nothing counts its rows."""

from collections.abc import Callable
from typing import Any

from flask import Flask
from sqlalchemy import event, select, text

from campaign.exports import queries as export_queries, services as exports
from campaign.exports.rules import DEFAULT_COLUMNS
from campaign.lib.db import db, dialect, transactional
from campaign.petitions import queries
from campaign.petitions.models import Signature
from tests import factories
from tests.page_reader import PageReader

PAGE = "/campaigns/open-the-archive"
ASKED = list[tuple[str, Any]]
COPIED = [column.name for column in Signature.__table__.columns if column.name != "id"]
#: Others like the one who has signed, who show no name and say nothing.
OTHERS = {
    "ref": "substr(md5(random()::text), 1, 20)",
    "fingerprint": "decode(md5(random()::text), 'hex')",
    "shows_name": "false",
    "has_comment": "false",
    "comment_state": "null",
}
A_CROWD = (
    f"SELECT {', '.join(OTHERS.get(name, name) for name in COPIED)} "  # noqa: S608  (our columns)
    "FROM signature CROSS JOIN generate_series(1, 3000)"
)


def asked_by(deed: Callable[[], object]) -> ASKED:
    """Every statement that the deed asks the database, with its values."""
    asked: ASKED = []
    event.listen(
        db.engine, "before_cursor_execute", hear := lambda *said: asked.append((said[2], said[3]))
    )
    deed()
    event.remove(db.engine, "before_cursor_execute", hear)
    return asked


def plan_of(statement: str, values: Any) -> str:
    """How the database goes about it when thousands have signed; nothing of them is kept."""
    how = "EXPLAIN QUERY PLAN" if dialect() == "sqlite" else "EXPLAIN"
    with transactional(db.engine).connect() as connection:
        if dialect() == "postgresql":  # it plans by what it has counted; SQLite does not
            connection.execute(text(f"INSERT INTO signature ({', '.join(COPIED)}) {A_CROWD}"))
            connection.execute(text("ANALYZE signature"))
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        rows = connection.exec_driver_sql(f"{how} {statement}", values).all()
    return "\n".join(str(part) for row in rows for part in row)


def test_neither_reading_nor_signing_counts_rows(app: Flask, reader: PageReader) -> None:
    petition = factories.petition(factories.campaign("open-the-archive"))
    factories.confirmed(petition, shows_name=True)
    page = reader.get(PAGE)

    def sign() -> None:
        answers = {"name": "Lena Writer", "email": "lena@example.org", "country": "CA"}
        reader.press(page, "Sign the petition", **answers)
        factories.take_up()

    statements = asked_by(sign) + asked_by(lambda: reader.get(f"{PAGE}?via=elsewhere"))

    assert db.session.scalars(select(Signature)).all()[1:], "it was signed"
    assert [said for said, _ in statements if "count(" in said.lower()] == []


def test_the_names_of_a_page_are_found_by_their_index(app: Flask) -> None:
    petition = factories.petition()
    factories.confirmed(petition, shows_name=True)

    [(statement, values)] = asked_by(lambda: queries.public_names(petition))

    assert "ix_signature_named" in plan_of(statement, values)


def test_whether_a_page_has_names_and_comments_is_found_by_their_indexes(
    app: Flask, reader: PageReader
) -> None:
    factories.confirmed(factories.petition(factories.campaign("open-the-archive")))

    [(statement, values)] = asked_by(lambda: reader.get(PAGE))

    plan = plan_of(statement, values)
    assert "ix_signature_named" in plan
    assert "ix_signature_comments_of_petition" in plan


def test_pages_of_an_export_are_found_in_order_and_never_sorted(app: Flask) -> None:
    petition = factories.petition()
    factories.confirmed(petition)
    export = exports.plan(petition, by=None, columns=DEFAULT_COLUMNS, now=factories.NOW)

    (statement, values), *_ = asked_by(lambda: list(export_queries.pages(export)))

    plan = plan_of(statement, values).lower()
    assert "sort" not in plan
    assert "b-tree for order" not in plan
