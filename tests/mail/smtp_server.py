"""A real mail server for the tests: it takes everything, unless it is told to misbehave."""

import asyncio
import socket
from collections import deque
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any, NamedTuple, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Fault:
    """What the server does to one message, at one step of the conversation: MAIL, RCPT or DATA."""

    step: str
    #: The code it answers with; without one it says nothing.
    code: str = ""
    hangs_up: bool = False


class Arrival(NamedTuple):
    """A message that came over the wire, and whether the server said that it has it."""

    to: list[str]
    message: EmailMessage
    accepted: bool


class SmtpServer(Controller):
    """Listens on a free port. Each of `faults` happens once, one after the other."""

    def __init__(self, **options: Any) -> None:
        self.faults: deque[Fault] = deque()
        self.arrivals: list[Arrival] = []
        self.connections = -1  # the controller itself connects once, to see whether all is well
        self.listener = socket.create_server(("127.0.0.1", 0))
        host, port = self.listener.getsockname()
        super().__init__(self, hostname=host, port=port, **options)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """How CAMPAIGN_MAIL_URL names this server."""
        return f"smtp://{self.hostname}:{self.port}"

    @property
    def accepted(self) -> list[Arrival]:
        """The messages that the server said it has."""
        return [arrival for arrival in self.arrivals if arrival.accepted]

    def factory(self) -> SMTP:
        """A conversation begins."""
        self.connections += 1
        return super().factory()

    async def handle_MAIL(  # noqa: N802  (aiosmtpd's own names)
        self, server: SMTP, _: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """From whom?"""
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return await self._answer(self._fault("MAIL"), server, address)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """To whom?"""
        envelope.rcpt_tos.append(address)
        return await self._answer(self._fault("RCPT"), server, address)

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, _: Session, envelope: Envelope
    ) -> str:
        """The whole text has come over."""
        fault = self._fault("DATA")
        content = envelope.original_content or b""
        message = BytesParser(EmailMessage, policy=policy.default).parsebytes(content)
        self.arrivals.append(Arrival(envelope.rcpt_tos, message, accepted=fault is None))
        return await self._answer(fault, server, envelope.rcpt_tos[0])

    def _fault(self, step: str) -> Fault | None:
        return self.faults.popleft() if self.faults and self.faults[0].step == step else None

    async def _answer(self, fault: Fault | None, server: SMTP, address: str) -> str:
        """Servers love to repeat the address in their answers; so do we."""
        if fault is None:
            return "250 OK"
        if not fault.code and not fault.hangs_up:
            await asyncio.sleep(3600)
        if fault.hangs_up and fault.code:
            self.loop.call_soon(server.transport.close)  # once the answer is written
        elif fault.hangs_up:
            server.transport.abort()
        return f"{fault.code} <{address}>"

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self.listener)
