"""The floor: what a Flask site with a database does at least, for two forms and some pages.

`/petition` takes all that a campaign asks and keeps it in two rows, a signature and its mail, as
one writes it with Flask-WTF and the ORM; `/sign` takes two fields. Started by bench/signing.py and
bench/reading.py beside the real server. What Campaign needs more than this is its own.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path

import waitress
from babel import Locale
from flask import Flask, abort, redirect, render_template_string, url_for
from flask.typing import ResponseReturnValue
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import FlaskForm
from sqlalchemy import ForeignKey, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from wtforms import BooleanField, EmailField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Email, Length, Optional

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

PETITION = """<!DOCTYPE html>
<html lang="en">
<title>Sign</title>
<h1>Sign</h1>
<form method="post">
  {% for field in form %}
    <p>{{ field.label }} {{ field }} {{ field.errors | join }}</p>
  {% endfor %}
  <button>Sign</button>
</form>
</html>
"""

#: As long as a page of ours: a story and a form, and nothing else around them.
LONG_PAGE = """<!DOCTYPE html>
<html lang="en">
<title>{{ story.title }}</title>
<h1>{{ story.title }}</h1>
<p>{{ count }} have signed</p>
<form method="post" action="{{ url_for("sign") }}">
  {% for field in form %}
    <p>{{ field.label }} {{ field }}</p>
  {% endfor %}
  <button>Sign</button>
</form>
<p>{{ story.text }}</p>
</html>
"""
COUNTRIES = sorted(
    ((code, name) for code, name in Locale("en").territories.items() if len(code) == 2),
    key=lambda country: country[1],
)


class SignForm(FlaskForm):  # type: ignore[misc]
    """Both answers, checked as any site would."""

    name = StringField("Name", validators=[DataRequired(), Length(max=200)])
    email = EmailField("Email address", validators=[DataRequired(), Email()])


class TypedForm(SignForm):
    """All that a campaign asks, but for the country."""

    postcode = StringField("Postcode", validators=[Optional(), Length(max=20)])
    comment = TextAreaField("Why do you sign?", validators=[Optional(), Length(max=500)])
    shows_name = BooleanField("Show my name")
    wants_updates = BooleanField("Send me news")


class LongForm(TypedForm):
    """All that a campaign asks; the list of countries is as WTForms makes it."""

    country = SelectField("Country", choices=COUNTRIES)


class PetitionForm(LongForm):
    """The same, with the token that Flask-WTF asks for by itself."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Every other form here goes without."""

        csrf = True


class Model(DeclarativeBase):
    """The base of all tables."""


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


class Signature(Model):
    """Who signed, in so many words."""

    __tablename__ = "signature"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str] = mapped_column(unique=True)
    country: Mapped[str]
    postcode: Mapped[str]
    comment: Mapped[str]
    shows_name: Mapped[bool]
    wants_updates: Mapped[bool]
    signed_at: Mapped[datetime]


class Mail(Model):
    """What waits to be sent to them."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    signature_id: Mapped[int] = mapped_column(ForeignKey("signature.id"))
    recipient: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    due_at: Mapped[datetime]


class Story(Model):
    """What the long page tells."""

    __tablename__ = "story"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    text: Mapped[str]


db = SQLAlchemy(metadata=Model.metadata)


def make_app(database_url: str) -> Flask:
    """The whole site, with its tables."""
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = database_url
    app.config["SECRET_KEY"] = "a secret for the bench alone"
    app.config["WTF_CSRF_ENABLED"] = False
    db.init_app(app)
    app.add_url_rule("/", "page", page)
    app.add_url_rule("/sign", "sign", sign, methods=["POST"])
    app.add_url_rule("/petition", "petition", petition, methods=["GET", "POST"])
    with app.app_context():
        if make_url(database_url).get_backend_name() == "sqlite":
            event.listen(db.engine, "connect", _as_campaign_does)
        Model.metadata.create_all(db.engine)
    return app


def add_long_pages(app: Flask, same: bytes) -> None:
    """Three pages as long as that one: its very bytes, a page with our form, one with few fields.

    The form with few fields leaves out the list of countries, which takes WTForms longest; the
    story is so much longer there.
    """
    app.add_url_rule("/same", "same", lambda: same)
    forms = {"long": LongForm, "typed": TypedForm}
    for number, (name, form) in enumerate(forms.items(), 1):
        app.add_url_rule(f"/{name}", name, lambda number=number, form=form: _told(number, form()))
        with app.test_request_context():
            db.session.add(story := Story(id=number, title="Open the archive", text=""))
            db.session.commit()
            story.text = "Nobody has read it. ".ljust(len(same) - len(_told(number, form())), "a")
            db.session.commit()


def _told(number: int, form: FlaskForm) -> str:
    return render_template_string(
        LONG_PAGE, story=db.session.get_one(Story, number), count=_count(), form=form
    )


def page() -> str:
    """The form, and how many have filled it in."""
    return render_template_string(PAGE, count=_count())


def _count() -> int:
    return db.session.scalar(select(func.max(Entry.id))) or 0


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


def petition() -> ResponseReturnValue:
    """All answers and the mail that asks to confirm them: two rows in one transaction."""
    form = PetitionForm()
    if not form.validate_on_submit():
        return render_template_string(PETITION, form=form), 422 if form.errors else 200
    now = datetime.now(UTC).replace(tzinfo=None)
    signature = Signature(
        signed_at=now, **{name: value for name, value in form.data.items() if name != "csrf_token"}
    )
    db.session.add(signature)
    db.session.flush()
    link = url_for("page", number=signature.id, _external=True)
    db.session.add(
        Mail(
            signature_id=signature.id,
            recipient=signature.email,
            subject="Please confirm your signature",
            text=f"Hello {signature.name},\n\nto confirm your signature, open {link}\n",
            due_at=now,
        )
    )
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
    parser.add_argument("--same-as", type=Path, metavar="FILE", help="a page; ours are as long")
    wanted = parser.parse_args()
    app = make_app(wanted.database_url)
    if wanted.same_as:
        add_long_pages(app, wanted.same_as.read_bytes())
    waitress.serve(app, host="127.0.0.1", port=wanted.port, threads=wanted.threads, ident=None)


if __name__ == "__main__":
    main()
