"""What is measured: fresh databases, and a site with an open petition on one of them.

Whatever is made here is gone at the end, however the run ends.
"""

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from bench import running
from bench.clients import Request
from campaign import config, create_app
from campaign.accounts import passwords, services as accounts, sessions
from campaign.accounts.rules import Role
from campaign.campaigns import services as campaigns
from campaign.chores import fold_tallies
from campaign.lib import day_keys, tokens
from campaign.lib.clock import utc_now
from campaign.lib.db import db, dialect, transaction
from campaign.mail.models import Mail
from campaign.petitions import services as petitions
from campaign.petitions.forms import PressForm
from campaign.petitions.models import Signature
from campaign.petitions.owner_links import Purpose, path
from campaign.petitions.sent_form_models import SentForm

SLUG = "open-the-archive"
#: A PostgreSQL server where we may create a database; the tests use the same setting.
POSTGRESQL = os.environ.get(
    "CAMPAIGN_TEST_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/test"
)
TAKING_UP_SECONDS = 60


class NotHere(Exception):
    """A part that is needed is not on this machine."""


class WrongAnswer(Exception):
    """What came of it is not what had to; no figure makes up for that."""


@contextmanager
def fresh_database(kind: str, folder: Path, name: str) -> Iterator[str]:
    """The URL of an empty database. On PostgreSQL it is dropped at the end. Raises NotHere."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / name}.sqlite3"
        return
    name = f"campaign_bench_{os.getpid()}_{name}"
    server = create_engine(POSTGRESQL, isolation_level="AUTOCOMMIT")
    try:
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
    except OperationalError as trouble:
        where = make_url(POSTGRESQL).render_as_string()
        raise NotHere(
            f"no PostgreSQL at {where}: start one or set CAMPAIGN_TEST_DATABASE_URL"
        ) from trouble
    try:
        yield make_url(POSTGRESQL).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


class Site:
    """A Campaign of its own: its settings, and the same app in this process."""

    def __init__(self, folder: Path, database_url: str) -> None:
        self.base_url = f"http://127.0.0.1:{running.free_port()}"
        self.page = f"/campaigns/{SLUG}"
        self.environment = {
            "CAMPAIGN_SECRET": "a secret for the bench alone, long enough to pass",
            "CAMPAIGN_BASE_URL": self.base_url,
            "CAMPAIGN_DATA": str(folder),
            "CAMPAIGN_DATABASE_URL": database_url,
            "CAMPAIGN_MAIL_URL": f"folder://{folder / 'mailbox'}",
            "CAMPAIGN_MAIL_FROM": "Campaign <campaign@example.org>",
            # so that clients can say from which network they come
            "CAMPAIGN_PROXY_HOPS": "1",
        }
        self.app: Flask = create_app(config.read(self.environment))
        self._last_id = 0

    def open_petition(self, slug: str = SLUG) -> None:
        """Migrate the database and open a petition in it."""
        with self.app.app_context():
            upgrade()
            now = utc_now()
            with transaction():
                # The day's key as it is on any day but in its first minute.
                day_keys.pseudonym("bench", "", now=now - timedelta(minutes=2))
                campaign = campaigns.write(
                    slug,
                    title="Open the archive",
                    ask="The archive must open its doors.",
                    story="It closed them.\n\n" + "Nobody has read a page since. " * 60,
                    country="CA",
                    topics=[],
                    posts={},
                    opens_at=now - timedelta(days=1),
                )
                campaigns.open_(campaign)
                petitions.put_to(
                    campaign,
                    addressee="the keeper of the archive",
                    statement="We ask you to open the archive.",
                    goal=None,
                    asks_country=True,
                    asks_postcode=True,
                    asks_comment=True,
                    now=now,
                )
            db.engine.dispose()

    @contextmanager
    def served(self, log: Path) -> Iterator[int]:
        """The site answers, from a process of its own without a worker; its id comes back."""
        command = [*self.serve_command, "--no-worker"]
        health = self.base_url + "/health/live"
        with running.served(command, self.environment, at=health, log=log) as pid:
            yield pid

    @contextmanager
    def taken_up(self, log: Path) -> Iterator[int]:
        """What is sent in is taken up by a process of its own; its id comes back."""
        command = [sys.executable, str(Path(__file__).with_name("worker.py"))]
        with running.process(command, self.environment, log) as process:
            yield process.pid

    def seconds_until_taken_up(self) -> float:
        """Wait until all that was sent in has been taken up. Raises DidNotStart."""
        began = time.monotonic()
        with self.app.app_context():
            while db.session.scalar(select(SentForm.id).limit(1)) is not None:
                if time.monotonic() > began + TAKING_UP_SECONDS:
                    raise running.DidNotStart("nobody takes up what was sent in")
                time.sleep(0.005)
        return time.monotonic() - began

    @property
    def serve_command(self) -> list[str]:
        """How an administrator starts it, at our port."""
        return [*self._command("serve"), "--port", self.base_url.rpartition(":")[2]]

    def new_confirmations(self) -> list[Request]:
        """What the owners of all signatures since the last call would send to confirm them."""
        with self.app.app_context():
            signatures = db.session.scalars(
                select(Signature).where(Signature.id > self._last_id).order_by(Signature.id)
            ).all()
            self._last_id = signatures[-1].id if signatures else self._last_id
            pressed = {"form_token": tokens.for_forms(PressForm.purpose, utc_now())}
            return [Request(path(Purpose.CONFIRM, one.ref), pressed) for one in signatures]

    def signed_in(self) -> FlaskClient:
        """A browser of a moderator inside this process."""
        now, client = utc_now(), self.app.test_client()
        with self.app.app_context(), self.app.test_request_context(), transaction():
            mo = accounts.invite("mo@example.org", name="Mo", role=Role.MODERATOR, by=None, now=now)
            mo.joined_at, mo.password = now, passwords.hashed(secrets.token_urlsafe())
            key = sessions.begin(mo, now=now)
        with client.session_transaction(base_url=self.base_url) as session:
            session["key"] = key
        return client

    def fold(self) -> None:
        """What a worker does every few seconds."""
        with self.app.app_context():
            fold_tallies(utc_now())

    def rows(self) -> tuple[int, int]:
        """How many signatures and how many mails the database holds."""
        with self.app.app_context():
            signatures, mails = (
                db.session.scalars(select(func.count()).select_from(model)).one()
                for model in (Signature, Mail)
            )
            return signatures, mails

    def bytes_on_disk(self) -> int:
        """How large the database is."""
        size = {
            "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
            "postgresql": "SELECT pg_database_size(current_database())",
        }
        with self.app.app_context():
            return int(db.session.scalar(text(size[dialect()])) or 0)

    def reconcile(self) -> tuple[bool, str]:
        """Whether `reconcile` finds all counts right, and what it says."""
        done = subprocess.run(
            self._command("reconcile"),
            cwd=config.ROOT,
            env=running.environment(self.environment),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return done.returncode == 0, (done.stdout + done.stderr).strip()

    def must_reconcile(self) -> None:
        """Raises WrongAnswer where a count is not what its rows are."""
        right, words = self.reconcile()
        if not right:
            raise WrongAnswer(f"reconcile: {words}")

    def close(self) -> None:
        """Let go of the database."""
        with self.app.app_context():
            db.engine.dispose()

    @staticmethod
    def _command(name: str) -> list[str]:
        return [sys.executable, "-m", "campaign", name]
