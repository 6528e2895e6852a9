"""Sheets, scripts, fonts and images: packed, kept for ever, under addresses of their content."""

import gzip

import pytest
from flask import Flask

from campaign.lib import assets

HOST = "http://campaign.test"
YEAR_SECONDS = 365 * 24 * 3600


@pytest.mark.parametrize("name", ["css/site.css", "js/main.js", "js/enhance/share.js"])
def test_text_comes_packed_to_whom_it_may(app: Flask, name: str) -> None:
    client, address = app.test_client(), assets.url(name)

    plain = client.get(address, base_url=HOST)
    packed = client.get(address, base_url=HOST, headers={"Accept-Encoding": "br, gzip;q=0.5"})
    refused = client.get(address, base_url=HOST, headers={"Accept-Encoding": "gzip;q=0"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data == refused.data
    assert len(packed.data) < len(plain.data)
    assert {answer.headers["Vary"] for answer in (plain, packed, refused)} == {"Accept-Encoding"}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("css/site.css", "text/css"),
        ("js/main.js", "text/javascript"),
        ("img/mark.svg", "image/svg+xml"),
        ("fonts/source-serif-4-latin-wght-normal.woff2", "font/woff2"),
    ],
)
def test_everything_may_be_kept_for_ever(app: Flask, name: str, kind: str) -> None:
    answer = app.test_client().get(assets.url(name), base_url=HOST, buffered=True)

    assert (answer.status_code, answer.mimetype) == (200, kind)
    kept = answer.cache_control
    assert (kept.public, kept.immutable) == (True, True)
    assert (kept.max_age or 0) >= YEAR_SECONDS
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["css/tokens.css", "js/nothing.js", "../pyproject.toml"])
def test_nothing_else_is_there(app: Flask, name: str) -> None:
    assert app.test_client().get(assets.url(name), base_url=HOST).status_code == 404
