"""The demonstration's mailbox."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from campaign import create_app
from tests.conftest import settings
from tests.factories import NOW
from tests.mail.posting import deliver, post
from tests.page_reader import PageReader

SUBJECT = "The link to your signature"


def test_an_empty_mailbox_says_how_to_get_mail(reader: PageReader) -> None:
    page = reader.get("/dev/mail/")

    assert "No mail yet." in page.text
    assert page.link("Choose a petition").startswith("/campaigns/")


@pytest.mark.usefixtures("clock")
def test_the_newest_mail_comes_first(reader: PageReader) -> None:
    post("sam@example.org", now=NOW - timedelta(hours=1))
    post("lena@example.org", now=NOW)
    deliver()

    page = reader.get("/dev/mail/")

    assert [entry.get_text(strip=True) for entry in page.soup.select("article .hint")] == [
        "lena@example.org",
        "sam@example.org",
    ]


@pytest.mark.usefixtures("clock")
def test_a_mail_shows_its_links_as_links_and_nothing_else_as_html(reader: PageReader) -> None:
    post(name="<b>倪玉兰</b>")
    deliver()

    page = reader.get(reader.get("/dev/mail/").link(SUBJECT))

    assert page.h1 == SUBJECT
    assert "sam@example.org · 1 March 2026, 12:00 UTC" in page.text
    assert "Hello <b>倪玉兰</b>," in page.text
    assert [str(link["href"]) for link in page.soup.select(".mail-text a")] == [
        "http://campaign.test/my-signature/some-token?a=1&b=2",
        "http://campaign.test/campaigns/open-the-archive",
    ]


@pytest.mark.parametrize("name", ["0" * 32, "secret", "..."])
def test_any_other_name_is_no_mail(reader: PageReader, name: str) -> None:
    reader.get(f"/dev/mail/{name}", status=404)


@pytest.mark.parametrize(
    "name",
    ["secret", "../secret", "..%2Fsecret", "%2e%2e%2Fsecret", "..%5Csecret", "*", "%00", "%0A"],
)
def test_no_name_leads_out_of_the_mailbox_or_to_what_is_no_mail(
    tmp_path: Path, app: Flask, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    mailbox = tmp_path / "mailbox"
    mailbox.mkdir()
    for file in (mailbox / "secret.eml", tmp_path / "secret.eml"):
        file.write_text("Subject: the secret\nDate: Sun, 01 Mar 2026 12:00:00 +0000\n\nIt is this.")
    monkeypatch.setitem(app.config, "MAIL_URL", f"folder://{mailbox}")

    response = app.test_client().get(f"/dev/mail/{name}")

    assert response.status_code == 404
    assert "the secret" not in response.text


def test_outside_of_the_demonstration_there_is_no_mailbox(tmp_path: Path) -> None:
    app = create_app(settings(tmp_path, f"sqlite:///{tmp_path}/campaign.sqlite3", demo=False))

    response = app.test_client().get("/dev/mail/", base_url="http://campaign.test")

    assert response.status_code == 404
    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/dev")]
