"""The demonstration's mailbox: every mail the site would have sent. Exists in demo mode only."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import abort, current_app, render_template
from markupsafe import Markup, escape

from campaign.lib.doors import Audience, Door

#: In escaped text; a link may stand between angle brackets.
_LINK = re.compile(r"https?://(?:(?!&gt;)\S)+")

bp = Door("mailbox", __name__, audience=Audience.EVERYBODY, url_prefix="/dev/mail")


@dataclass(frozen=True)
class Received:
    """One mail in the mailbox, as a page shows it."""

    name: str
    to: str
    subject: str
    at: datetime
    text: str

    @property
    def linked(self) -> Markup:
        """The text with its addresses as links, as a mail program shows it."""
        safe = str(escape(self.text))
        return Markup(_LINK.sub(r'<a href="\g<0>">\g<0></a>', safe))  # noqa: S704


@bp.get("/")
def index() -> str:
    """All mails, the newest first."""
    mails = [_read(file) for file in _folder().glob("*.eml")]
    return render_template(
        "mail/index.html",
        mails=sorted(mails, key=lambda mail: mail.at, reverse=True)[:100],
    )


@bp.get("/<name>")
def show(name: str) -> str:
    """One mail, with its links."""
    file = _folder() / f"{name}.eml"
    if not re.fullmatch(r"[0-9a-f]{32}", name) or not file.exists():
        abort(404)
    return render_template("mail/show.html", mail=_read(file))


def _folder() -> Path:
    return Path(unquote(urlsplit(current_app.config["MAIL_URL"]).path))


def _read(file: Path) -> Received:
    message = BytesParser(EmailMessage, policy=policy.default).parsebytes(file.read_bytes())
    body = message.get_body(("plain",))
    return Received(
        name=file.stem,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        at=parsedate_to_datetime(str(message["Date"])),
        text=body.get_content() if body else "",
    )
