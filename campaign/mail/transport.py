"""How a message leaves the house: to an SMTP server, or into a folder for the demonstration."""

import contextlib
import os
import smtplib
import ssl
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit

#: A mail server that says nothing for so long is taken to be away.
TIMEOUT_SECONDS = 15


class NotSent(Exception):
    """The message did not leave. Its text says why, without the server's words.

    They may hold the address.
    """


class TryLater(NotSent):
    """The server is away, busy or said «not now» (4xx)."""


class RefusedForGood(NotSent):
    """The server will never take this message (5xx)."""


class Transport(Protocol):
    """One way out, open for the length of a batch."""

    def send(self, message: EmailMessage) -> None:
        """Hand the message over. Raises TryLater or RefusedForGood."""

    def close(self) -> None:
        """Say goodbye to the server."""


def transport(url: str) -> Transport:
    """The way out that CAMPAIGN_MAIL_URL names."""
    parts = urlsplit(url)
    return Folder(Path(unquote(parts.path))) if parts.scheme == "folder" else Smtp(parts)


class Folder:
    """Writes each message into a file: the demonstration's mailbox."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def send(self, message: EmailMessage) -> None:
        """The same message twice is one file."""
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        unfinished = self.folder / f".{name}.{os.getpid()}"
        unfinished.write_bytes(message.as_bytes(policy=policy.SMTP))
        unfinished.rename(self.folder / f"{name}.eml")

    def close(self) -> None:
        """Nothing to close."""


class Smtp:
    """An SMTP conversation, opened at the first message and used for the whole batch.

    A server that did not let us in is not asked again before the next batch: one that says nothing
    would keep the worker from all else for as long as TIMEOUT_SECONDS a message.
    """

    def __init__(self, parts: SplitResult) -> None:
        self.parts = parts
        self.server: smtplib.SMTP | None = None
        self.trouble: TryLater | None = None

    def send(self, message: EmailMessage) -> None:
        """A dropped line after the text counts as not sent: rather twice than never.

        What the server said is left behind (`from None`): it names the address, and a fault later
        on would take it into the log.
        """
        server = self.server or self._connected()
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refusal:
            self._judge(next(iter(refusal.recipients.values()))[0])
        except smtplib.SMTPSenderRefused as refusal:
            # That is about us and not about this mail: the administrator can mend it.
            self.close()
            raise TryLater(f"{refusal.smtp_code}: the mail server refuses our sender") from None
        except smtplib.SMTPNotSupportedError:
            raise RefusedForGood("the mail server cannot take this kind of address") from None
        except smtplib.SMTPResponseException as refusal:
            self._judge(refusal.smtp_code)
        except (OSError, smtplib.SMTPException) as trouble:
            self.close()
            raise TryLater(f"the mail server is away ({type(trouble).__name__})") from None

    def close(self) -> None:
        """Say goodbye, if anybody is there to hear it."""
        if self.server:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self.server.quit()
            self.server.close()
        self.server = None

    def _judge(self, code: int) -> None:
        """4xx means later, 5xx means never; 421 also ends the conversation."""
        if code == 421 or not 400 <= code <= 599:
            self.close()
        if 500 <= code <= 599:
            raise RefusedForGood(f"{code}: the mail server refused the mail for good") from None
        raise TryLater(f"{code}: the mail server cannot take the mail now") from None

    def _connected(self) -> smtplib.SMTP:
        """A conversation with all the protection that was asked for, or none at all."""
        if self.trouble:
            raise self.trouble
        try:
            return self._connect()
        except (OSError, smtplib.SMTPException) as trouble:
            self.close()
            self.trouble = TryLater(_why_not_in(trouble))
            raise self.trouble from None

    def _connect(self) -> smtplib.SMTP:
        host, port = self.parts.hostname or "", self.parts.port or 0
        if self.parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host,
                port or 465,
                timeout=TIMEOUT_SECONDS,
                context=ssl.create_default_context(),
            )
        else:
            server = smtplib.SMTP(
                host,
                port or (587 if "starttls" in self.parts.scheme else 25),
                timeout=TIMEOUT_SECONDS,
            )
        self.server = server
        if self.parts.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
        if self.parts.username:
            server.login(unquote(self.parts.username), unquote(self.parts.password or ""))
        return server


def _why_not_in(trouble: Exception) -> str:
    if isinstance(trouble, smtplib.SMTPResponseException):
        return f"{trouble.smtp_code}: the mail server does not let us in"
    if isinstance(trouble, smtplib.SMTPNotSupportedError):
        return "the mail server has no encryption or login as we want it"
    return f"the mail server is away ({type(trouble).__name__})"
