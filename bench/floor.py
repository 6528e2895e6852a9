"""The floor: the least that a Flask site with a database does for one form and one page.

Started by bench/signing.py beside the real server. What Campaign needs more than this is its own.
"""

import argparse

import waitress
from flask import Flask, abort, redirect, render_template_string, url_for
from flask.typing import ResponseReturnValue
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import FlaskForm
from sqlalchemy import ForeignKey, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from wtforms import EmailField, StringField
from wtforms.validators import DataRequired, Email, Length

PAGE = """<!DOCTYPE html>
<html lang="en">
<title>The floor</title>
<h1>{{ count }} have signed</h1>
<form method="post" action="{{ url_for("sign") }}">
  <label>Name <input name="name"></label>
  <label>Email address <input name="email"></label>
  <button>Sign</button>
</form>
</html>
"""


class SignForm(FlaskForm):  # type: ignore[misc]
    """Both answers, checked as any site would."""

    name = StringField("Name", validators=[DataRequired(), Length(max=200)])
    email = EmailField("Email address", validators=[DataRequired(), Email()])


class Model(DeclarativeBase):
    """The base of both tables."""


class Person(Model):
    """Who filled in the form."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)


class Entry(Model):
    """That they did."""

    __tablename__ = "entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


db = SQLAlchemy(metadata=Model.metadata)


def make_app(database_url: str) -> Flask:
    """The whole site, with its tables."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    app.config["WTF_CSRF_ENABLED"] = False
    db.init_app(app)
    app.add_url_rule("/", "page", page)
    app.add_url_rule("/sign", "sign", sign, methods=["POST"])
    with app.app_context():
        if make_url(database_url).get_backend_name() == "sqlite":
            event.listen(db.engine, "connect", _as_campaign_does)
        Model.metadata.create_all(db.engine)
    return app


def page() -> str:
    """The form, and how many have filled it in."""
    count = db.session.scalar(select(func.max(Entry.id))) or 0
    return render_template_string(PAGE, count=count)


def sign() -> ResponseReturnValue:
    """Two rows in one transaction."""
    form = SignForm()
    if not form.validate_on_submit():
        abort(422)
    person = Person(name=form.name.data, email=form.email.data)
    db.session.add(person)
    db.session.flush()
    db.session.add(Entry(person_id=person.id))
    db.session.commit()
    return redirect(url_for("page"), 303)


def _as_campaign_does(connection: object, _record: object) -> None:
    """The same journal and the same patience; otherwise we would compare two ways of writing."""
    for pragma in ("busy_timeout=5000", "journal_mode=WAL"):
        connection.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]


def main() -> None:
    """Serve the floor until the process is told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database-url", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    wanted = parser.parse_args()
    app = make_app(wanted.database_url)
    waitress.serve(app, host="127.0.0.1", port=wanted.port, threads=wanted.threads, ident=None)


if __name__ == "__main__":
    main()
