"""Home, about, privacy, health; errors of ours; languages; headers."""

from collections.abc import Iterator

import pytest
from flask import Flask, Response
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs
from werkzeug.exceptions import UnsupportedMediaType

from campaign import create_app
from campaign.lib.languages import LANGUAGES
from campaign.pages import queries
from tests.conftest import settings
from tests.factories import campaign, confirmed, petition, post
from tests.page_reader import PageReader

WORDS = {"/": "One name is easy", "/about": "About this site", "/privacy": "Privacy"}


def test_home_shows_open_campaigns_latest_posts_and_the_total(reader: PageReader) -> None:
    confirmed(petition(campaign(title="Open the archive")))
    confirmed(petition(campaign(title="Close the dam")))
    post(title="A wall comes down")

    page = reader.get("/")

    assert "2 confirmed signatures, on all campaigns together" in page.text
    for title in ("Open the archive", "Close the dam", "A wall comes down"):
        assert title in page.text


def test_an_empty_site_has_a_home_too(reader: PageReader) -> None:
    assert "No campaign is open just now." in reader.get("/").text


@pytest.mark.parametrize("language", ["fr", "zh-Hans", "ar"])
@pytest.mark.parametrize("path", WORDS)
def test_every_page_is_there_in_every_language(
    reader: PageReader, path: str, language: str
) -> None:
    english, other = reader.get(path), reader.get(f"/{language}{path}")

    assert english.h1.startswith(WORDS[path])
    assert other.one("html")["lang"] == language
    assert other.one("html")["dir"] == ("rtl" if language == "ar" else "ltr")
    assert other.h1 != english.h1
    assert english.link(LANGUAGES[language]) == f"/{language}{path}"
    assert other.link("English") == path


def test_links_on_a_french_page_stay_french(reader: PageReader) -> None:
    campaign("archive")

    page = reader.get("/fr/campaigns/archive")

    own = [str(a["href"]) for a in page.soup.select('a[href^="/"]') if not a.get("hreflang")]
    assert own
    assert all(href.startswith("/fr/") for href in own)


def test_the_process_is_alive_and_ready(reader: PageReader) -> None:
    assert reader.get("/health/live").response.get_json() == {"live": True}
    assert reader.get("/health/ready").response.get_json() == {"ready": True}


def test_a_database_without_its_tables_is_not_ready(tmp_path: object) -> None:
    app = create_app(settings(tmp_path, f"sqlite:///{tmp_path}/empty.sqlite3"))  # type: ignore[arg-type]

    answer = app.test_client().get("/health/ready", base_url="http://campaign.test")

    assert (answer.status_code, answer.get_json()) == (503, {"ready": False})


def test_a_database_that_is_away_is_a_503_with_a_page(
    reader: PageReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(number: int, **_: object) -> None:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(queries, "open_cards", away)

    page = reader.get("/", status=503)

    assert page.h1 == "The site is very busy"
    assert page.response.headers["Retry-After"] == "10"


def test_an_error_of_ours_is_a_page_with_a_reference_and_no_detail(
    reader: PageReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(number: int, **_: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(queries, "open_cards", broken)

    page = reader.get("/", status=500)

    assert page.h1 == "Something went wrong on our side"
    assert "please give this reference" in page.text
    assert "secret detail" not in page.text


def test_a_fault_of_the_request_that_has_no_page_of_its_own_is_not_called_ours(
    reader: PageReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(number: int, **_: object) -> None:
        raise UnsupportedMediaType

    monkeypatch.setattr(queries, "open_cards", refused)

    assert reader.get("/", status=415).h1 == "We could not read that request"


def test_an_error_of_ours_in_an_answer_that_is_on_its_way_is_logged(app: Flask) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"half of it"
        raise RuntimeError("no more")

    with app.test_request_context(), capture_logs() as logged:
        answer = app.process_response(Response(pieces()))
        with pytest.raises(RuntimeError):
            list(answer.response)

    assert "error half-way" in [line["event"] for line in logged]


@pytest.mark.parametrize("path", ["/", "/nope", "/posts/feed.atom", "/health/live"])
def test_every_answer_carries_the_same_protection(app: Flask, path: str) -> None:
    headers = app.test_client().get(path, base_url="http://campaign.test").headers

    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in headers


def test_a_strange_host_is_refused_outside_of_the_demonstration(tmp_path: object) -> None:
    app = create_app(
        settings(tmp_path, f"sqlite:///{tmp_path}/empty.sqlite3", demo=False)  # type: ignore[arg-type]
    )

    answer = app.test_client().get("/about", base_url="http://evil.example")

    assert answer.status_code == 400
    assert "evil.example" not in answer.get_data(as_text=True)


def test_static_files_are_kept_for_ever_under_an_address_of_their_content(
    reader: PageReader, app: Flask
) -> None:
    sheet = reader.get("/").one('link[rel="stylesheet"]')["href"]

    answer = app.test_client().get(str(sheet), base_url="http://campaign.test")
    zipped = app.test_client().get(
        str(sheet), base_url="http://campaign.test", headers={"Accept-Encoding": "gzip"}
    )

    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "@layer reset" in answer.get_data(as_text=True)
    assert "@import" not in answer.get_data(as_text=True)
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert len(zipped.get_data()) < 12_000


def test_a_favicon_is_found_where_browsers_look(app: Flask) -> None:
    answer = app.test_client().get(
        "/favicon.ico", base_url="http://campaign.test", follow_redirects=True
    )

    assert answer.mimetype == "image/svg+xml"
    answer.close()
