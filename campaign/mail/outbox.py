"""The outbox: where a deed leaves its mail, in its own transaction."""

from datetime import datetime
from typing import Any

from flask import render_template
from sqlalchemy import delete

from campaign.lib.db import db
from campaign.lib.languages import speaking
from campaign.lib.vault import vault
from campaign.mail.models import Mail
from campaign.mail.rules import State


def post(
    template: str,
    *,
    to: str,
    language: str,
    key: str,
    about: str,
    values: dict[str, Any],
    now: datetime,
) -> Mail:
    """Queue a mail in its reader's language.

    `template` is the folder of its three parts, such as `petitions/mail/please_confirm`.
    """
    with speaking(language):
        parts = {
            "subject": " ".join(render_template(f"{template}/subject.txt", **values).split()),
            "text": render_template(f"{template}/body.txt", **values).strip() + "\n",
            "html": render_template(f"{template}/body.html", mail_language=language, **values),
        }
    mail = Mail(
        key=key,
        kind=template.rpartition("/")[2],
        about=about,
        envelope=vault().seal({"to": to, "language": language, **parts}),
        posted_at=now,
        due_at=now,
    )
    db.session.add(mail)
    return mail


def take_back(*about: str) -> None:
    """Destroy every mail about these that has not been delivered yet."""
    db.session.execute(delete(Mail).where(Mail.about.in_(about), Mail.state == State.QUEUED))


def forget_settled(*, before: datetime) -> None:
    """Delete the traces of mails that were settled before that moment."""
    db.session.execute(delete(Mail).where(Mail.settled_at < before))
