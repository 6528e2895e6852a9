"""nginx in front, as in docs/nginx.conf: what is public is kept, and nothing else."""

import os
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask_migrate import upgrade

from campaign import create_app
from campaign.config import ROOT
from campaign.lib.db import db
from campaign.petitions.owner_links import Purpose, path
from tests import factories
from tests.conftest import missing, settings
from tests.test_serving import free_port, process, until

SECRET = "a secret for the tests, long enough to pass"
PAGE = "/campaigns/open-the-archive"
MAIN = """
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{}}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/other;
    scgi_temp_path {folder}/other;
    uwsgi_temp_path {folder}/other;
    include {folder}/campaign.conf;
}}
"""


class Site:
    """The site as visitors reach it, through nginx."""

    def __init__(self, address: str, confirm: str) -> None:
        self.address = address
        self.confirm = confirm

    def get(self, where: str, **headers: str) -> tuple[int, Message]:
        """Status and headers."""
        return self._ask(urllib.request.Request(self.address + where, headers=headers))  # noqa: S310

    def post(self, where: str, **answers: str) -> tuple[int, Message]:
        """A form is sent."""
        data = urlencode(answers).encode()
        return self._ask(urllib.request.Request(self.address + where, data))  # noqa: S310

    def _ask(self, request: urllib.request.Request) -> tuple[int, Message]:
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
                return answer.status, answer.headers
        except urllib.error.HTTPError as other:
            return other.code, other.headers


def _configure(folder: Path, *, port: int, web: int) -> Path:
    """nginx.conf of the documentation, with other ports and paths and without TLS."""
    text = (ROOT / "docs" / "nginx.conf").read_text()
    text = text[: text.index("server {")] + text[text.rindex("\nserver {") :]
    text = text.replace("127.0.0.1:5000", f"127.0.0.1:{web}")
    text = text.replace("listen 443 ssl http2", f"listen 127.0.0.1:{port}")
    text = text.replace("campaign.example.org;", "127.0.0.1;", 1)
    text = re.sub(r"^ +ssl_.*\n", "", text, flags=re.MULTILINE)
    text = text.replace("X-Forwarded-Proto $scheme", "X-Forwarded-Proto https")
    text = text.replace("/var/cache/nginx/campaign", f"{folder}/cache")
    text = text.replace("proxy_pass", "add_header X-Kept $upstream_cache_status always; proxy_pass")
    (folder / "campaign.conf").write_text(text)
    user = "user root;" if os.getuid() == 0 else ""
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))
    return folder / "nginx.conf"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        missing("No nginx: apt-get install nginx-light.")
    folder = tmp_path_factory.mktemp("proxy")
    database = f"sqlite:///{folder}/campaign.sqlite3"
    app = create_app(settings(folder, database, secret=SECRET))
    with app.app_context():
        upgrade()
        signature = factories.sign(factories.petition(factories.campaign("open-the-archive")))
        confirm = path(Purpose.CONFIRM, signature.ref)
        db.session.remove()
        db.engine.dispose()
    web, port = free_port(), free_port()
    address = f"http://127.0.0.1:{port}"
    environment = {
        "CAMPAIGN_SECRET": SECRET,
        "CAMPAIGN_BASE_URL": address,
        "CAMPAIGN_DATA": str(folder),
        "CAMPAIGN_MAIL_URL": f"folder://{folder}/mailbox",
        "CAMPAIGN_MAIL_FROM": "campaign@example.org",
        "CAMPAIGN_PROXY_HOPS": "1",
    }
    command = [str(nginx), "-c", str(_configure(folder, port=port, web=web)), "-p", str(folder)]
    with process("serve", "--no-worker", "--port", str(web), **environment):
        proxy = subprocess.Popen([*command, "-g", "daemon off;"])
        try:
            reached = Site(address, confirm)
            until("the site", lambda: reached.get("/health/ready")[0] == 200)
            yield reached
        finally:
            proxy.terminate()
            proxy.wait(timeout=10)


@pytest.mark.parametrize(
    "address",
    ["/", "/campaigns/", PAGE, "/posts/", "/posts/feed.atom", "/fr/", f"{PAGE}/count.json"],
)
def test_a_public_page_is_kept_for_all_readers(site: Site, address: str) -> None:
    first_status, first = site.get(address)
    again_status, again = site.get(address)

    assert (first_status, again_status) == (200, 200)
    assert (first["X-Kept"], again["X-Kept"]) == ("MISS", "HIT")
    assert again["ETag"] == first["ETag"]
    assert "Set-Cookie" not in again


def test_a_reader_who_has_the_page_is_told_so(site: Site) -> None:
    _, first = site.get("/about")

    status, _ = site.get("/about", **{"If-None-Match": first["ETag"]})
    other, _ = site.get("/about", **{"If-None-Match": '"another"'})

    assert (status, other) == (304, 200)


def test_what_is_asked_in_one_language_is_not_shown_in_another(site: Site) -> None:
    _, english = site.get("/privacy")
    _, french = site.get("/fr/privacy")

    assert english["ETag"] != french["ETag"]


@pytest.mark.parametrize(
    "address", [f"{PAGE}/sign", f"{PAGE}/check-your-mail", "/staff/sign-in", "/staff/", "/nope"]
)
def test_forms_staff_pages_and_mistakes_are_never_kept(site: Site, address: str) -> None:
    for _ in range(2):
        _, headers = site.get(address)
        assert headers["X-Kept"] == "MISS"
        assert headers["Cache-Control"] == "no-store"


def test_a_signers_link_is_never_kept(site: Site) -> None:
    for _ in range(2):
        status, headers = site.get(site.confirm)
        assert (status, headers["X-Kept"]) == (200, "MISS")
        assert headers["Cache-Control"] == "no-store"


def test_a_form_reaches_the_site_each_time(site: Site) -> None:
    for _ in range(2):
        status, headers = site.post(f"{PAGE}/sign", name="Sam")
        assert status == 422
        assert headers["X-Kept"] in (None, "")


def test_the_site_knows_how_it_was_reached(site: Site) -> None:
    """The proxy's word for it arrives: over https browsers are told to stay there."""
    assert site.get("/staff/sign-in")[1]["Strict-Transport-Security"]


def test_the_monitoring_is_not_shown_to_visitors(site: Site) -> None:
    assert site.get("/metrics")[0] == 404
