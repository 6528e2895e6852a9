"""A bounded number of HTTP clients, each with one connection that it keeps."""

import math
import statistics
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

#: Longer than the server waits for its database, so that we hear what it says then.
TIMEOUT_SECONDS = 20
#: Stands in the place of a status where there was no answer.
NO_ANSWER = 0


@dataclass(frozen=True)
class Request:
    """What a client asks for. With answers it is a form that is sent."""

    path: str
    answers: dict[str, str] | None = None
    #: The visitor's address, as a proxy in front would tell it.
    comes_from: str = "127.0.0.1"
    #: What the site gave the visitor to bring along.
    cookie: str = ""


@dataclass(frozen=True)
class Slice:
    """What some seconds of one kind of request brought."""

    #: Seconds that each expected answer took.
    times: list[float]
    #: How often which other status came.
    others: Counter[int]
    #: From the first request to the last answer.
    seconds: float

    @property
    def rate(self) -> float:
        """Expected answers a second."""
        return len(self.times) / self.seconds if self.seconds else 0.0

    def with_what_followed(self, seconds: float) -> "Slice":
        """The same, whose answers were the whole of the work only so much later."""
        return replace(self, seconds=self.seconds + seconds)


class Ratio(NamedTuple):
    """A rate as a part of another one: of the whole run, and the least and most of its slices."""

    whole: float
    least: float
    most: float


@dataclass
class Figures:
    """All slices of one kind of request."""

    name: str
    #: What these are compared with.
    floor: "Figures | None" = None
    slices: list[Slice] = field(default_factory=list)

    @property
    def number(self) -> int:
        """Expected answers in all."""
        return sum(len(part.times) for part in self.slices)

    @property
    def rate(self) -> float:
        """Expected answers a second."""
        seconds = sum(part.seconds for part in self.slices)
        return self.number / seconds if seconds else 0.0

    @property
    def others(self) -> Counter[int]:
        """How often which other status came."""
        return sum((part.others for part in self.slices), Counter())

    @property
    def median_ms(self) -> float:
        """Half of the answers came within this time."""
        return statistics.median(self._times() or [math.nan]) * 1000

    @property
    def p99_ms(self) -> float:
        """99 of 100 answers came within this time."""
        times = sorted(self._times()) or [math.nan]
        return times[math.ceil(len(times) * 0.99) - 1] * 1000

    @property
    def ratio(self) -> Ratio | None:
        """The rate as a part of the floor's; None for the floor itself."""
        if self.floor is None:
            return None
        of_slices = [
            ours.rate / theirs.rate
            for ours, theirs in zip(self.slices, self.floor.slices, strict=True)
            if ours.times and theirs.times
        ] or [math.nan]
        whole = self.rate / self.floor.rate if self.floor.rate else math.nan
        return Ratio(whole, min(of_slices), max(of_slices))

    def _times(self) -> list[float]:
        return [seconds for part in self.slices for seconds in part.times]


class Clients:
    """So many visitors at once of the site at `base_url`."""

    def __init__(self, base_url: str, number: int) -> None:
        host = urlsplit(base_url).netloc
        self._connections = [HTTPConnection(host, timeout=TIMEOUT_SECONDS) for _ in range(number)]

    def close(self) -> None:
        """Hang up."""
        for connection in self._connections:
            connection.close()

    def get(self, path: str) -> tuple[int, str]:
        """One page: its status and text."""
        status, body, _ = _ask(self._connections[0], Request(path))
        return status, body.decode()

    def get_with_cookie(self, path: str) -> tuple[str, str]:
        """The text of one page, and the cookie that came with it, to be sent along."""
        _, body, cookie = _ask(self._connections[0], Request(path))
        return body.decode(), cookie.partition(";")[0]

    def run(self, requests: Iterable[Request], *, expected: int, seconds: float) -> Slice:
        """Send the requests, each client its next one as soon as it is answered.

        Ends when there are no more, or when the time is up; what was sent by then is waited for.
        """
        start = time.perf_counter()
        shared = _Shared(requests, until=start + seconds)
        with ThreadPoolExecutor(len(self._connections)) as threads:
            each = list(threads.map(lambda one: _work(one, shared), self._connections))
        took = time.perf_counter() - start
        answers = [answer for of_client in each for answer in of_client]
        return Slice(
            times=[needed for status, needed in answers if status == expected],
            others=Counter(status for status, _ in answers if status != expected),
            seconds=took,
        )


class _Shared:
    """Requests that several threads take from, one at a time."""

    def __init__(self, requests: Iterable[Request], *, until: float) -> None:
        self._requests = iter(requests)
        self._until = until
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[Request]:
        return self

    def __next__(self) -> Request:
        with self._lock:
            if time.perf_counter() >= self._until:
                raise StopIteration
            return next(self._requests)


def _work(connection: HTTPConnection, requests: Iterable[Request]) -> list[tuple[int, float]]:
    """One client: the status and the seconds of each answer."""
    answers = []
    for request in requests:
        start = time.perf_counter()
        try:
            status, _, _ = _ask(connection, request)
        except (OSError, HTTPException):
            connection.close()  # the next request connects anew
            status = NO_ANSWER
        answers.append((status, time.perf_counter() - start))
    return answers


def _ask(connection: HTTPConnection, request: Request) -> tuple[int, bytes, str]:
    """Status, body and cookie of the answer."""
    if request.answers is None:
        connection.request("GET", request.path)
    else:
        connection.request(
            "POST",
            request.path,
            body=urlencode(request.answers).encode(),
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "X-Forwarded-For": request.comes_from,
                **({"Cookie": request.cookie} if request.cookie else {}),
            },
        )
    answer = connection.getresponse()
    return answer.status, answer.read(), answer.headers.get("Set-Cookie", "")
