"""Pages kept for a moment: never older than what this process has written, never anybody's own."""

import contextvars
import gzip

import time_machine
from flask import Flask
from sqlalchemy import event, insert
from werkzeug.test import TestResponse

from campaign.lib import page_cache
from campaign.lib.clock import utc_now
from campaign.lib.db import db
from campaign.petitions.models import Petition
from campaign.petitions.tally_models import Tally
from tests import factories
from tests.page_reader import HOST, PageReader
from tests.staff import StaffReader

PAGE = "/campaigns/open-the-archive"


def ask(app: Flask, address: str = PAGE, **headers: str) -> TestResponse:
    """A request in a world of its own, as on a server."""
    client = app.test_client(use_cookies=False)
    response: TestResponse = contextvars.Context().run(
        lambda: client.get(address, base_url=HOST, headers=headers, buffered=True)
    )
    return response


def queries(app: Flask, address: str = PAGE) -> int:
    """How often the database is asked for one page."""
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", hear := lambda *said: asked.append(said[2]))
    ask(app, address)
    event.remove(db.engine, "before_cursor_execute", hear)
    return len(asked)


def some_petition() -> Petition:
    return factories.petition(factories.campaign("open-the-archive"))


def test_what_is_asked_for_again_is_not_made_again(app: Flask) -> None:
    some_petition()
    with time_machine.travel(utc_now(), tick=False):
        first = ask(app)

        assert queries(app) == 0
        assert ask(app).data == first.data
        assert ask(app).headers == first.headers


def test_a_page_comes_packed_to_whom_it_may_and_is_kept_both_ways(app: Flask) -> None:
    some_petition()
    with time_machine.travel(utc_now(), tick=False):
        plain = ask(app)
        packed = [ask(app, **{"Accept-Encoding": "br, gzip"}) for _ in range(2)]
        tag = packed[0].headers["ETag"]
        again = ask(app, **{"Accept-Encoding": "gzip", "If-None-Match": tag})

        assert "Content-Encoding" not in plain.headers
        assert "Accept-Encoding" in plain.headers["Vary"]
        for answer in packed:
            assert answer.headers["Content-Encoding"] == "gzip"
            assert gzip.decompress(answer.data) == plain.data
            assert len(answer.data) < len(plain.data) / 2
        assert plain.headers["ETag"] != tag
        assert again.status_code == 304


def test_a_count_is_never_older_than_its_transaction(app: Flask) -> None:
    petition = some_petition()
    with time_machine.travel(utc_now(), tick=False):
        before = ask(app, PAGE + "/count.json").json
        factories.confirmed(petition)
        after = ask(app, PAGE + "/count.json").json

    assert before
    assert after
    assert (before["count"], after["count"]) == (0, 1)


def test_whoever_signs_leaves_the_pages_of_others_where_they_are(app: Flask) -> None:
    """No page shows a form that waits; in a surge each of them would empty the memory."""
    some_petition()
    reader = PageReader(app)
    with time_machine.travel(utc_now(), tick=False):
        ask(app)
        answers = {"name": "Sam Signer", "email": "sam@example.org", "country": "CA"}
        reader.press(reader.get(PAGE + "/sign"), "Sign the petition", **answers)

        assert queries(app) == 0
        assert len(factories.signatures()) == 1


def test_what_another_process_writes_shows_after_a_moment(app: Flask) -> None:
    petition = some_petition()
    now = utc_now()
    with time_machine.travel(now, tick=False):
        before = ask(app).data
        with db.engine.begin() as elsewhere:
            elsewhere.execute(
                insert(Tally).values(
                    petition_id=petition.id, kind="state", key="confirmed", number=7000
                )
            )
        assert ask(app).data == before
    with time_machine.travel(now + page_cache.LIFETIME, tick=False):
        assert "7,000" in ask(app).get_data(as_text=True)


def test_languages_searches_and_hosts_are_kept_apart(app: Flask) -> None:
    some_petition()
    with time_machine.travel(utc_now(), tick=False):
        english = ask(app)

        assert ask(app, "/fr" + PAGE).data != english.data
        assert ask(app, "/campaigns/?q=archive").data != ask(app, "/campaigns/?q=other").data


def test_a_browser_that_has_the_page_is_told_so(app: Flask) -> None:
    some_petition()
    with time_machine.travel(utc_now(), tick=False):
        etag = ask(app).headers["ETag"]

        again = ask(app, **{"If-None-Match": etag})

        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == etag


def test_nothing_of_staff_and_nothing_missing_is_kept(app: Flask) -> None:
    some_petition()
    olive = StaffReader(app, factories.account())
    with time_machine.travel(utc_now(), tick=False):
        olive.get("/staff/account/")
        ask(app, "/campaigns/nothing-like-it")

        assert ask(app, "/staff/account/").status_code == 303
        assert queries(app, "/campaigns/nothing-like-it") > 0
        assert queries(app, PAGE + "/sign") > 0


def test_memory_is_bounded(app: Flask) -> None:
    cache = page_cache.PageCache(
        lambda environ, start: (
            start("200 OK", [("Cache-Control", "public, max-age=0"), ("ETag", '"1"')]),
            [b"page"],
        )[1]
    )
    for number in range(page_cache.MOST + 5):
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": f"/{number}"}
        b"".join(cache(environ, lambda *said: None))

    assert len(cache._pages) == page_cache.MOST
