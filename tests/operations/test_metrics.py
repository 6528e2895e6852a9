"""`/metrics`: true figures, and only for whoever should have them."""

from pathlib import Path

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from campaign import create_app
from campaign.lib.clock import utc_now
from campaign.lib.db import transaction
from campaign.petitions import signing
from tests import factories
from tests.conftest import settings
from tests.factories import NOW
from tests.mail.posting import post

TOKEN = "a token for the monitoring"


def figures(app: Flask) -> dict[str, float]:
    """All figures, by name and labels."""
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    return {
        sample.name + "".join(f" {label}" for label in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.get_data(as_text=True))
        for sample in family.samples
    }


def test_what_is_in_the_database(app: Flask) -> None:
    petition = factories.petition()
    factories.confirmed(petition, now=utc_now())
    factories.sign(petition, "lena@example.org", now=utc_now())
    post(now=factories.NOW)
    with transaction():
        signing.send_in(
            signing.prepare(petition, name="Xan", email="xan@example.org", language="en", now=NOW)
        )

    found = figures(app)

    assert found["campaign_database_up"] == 1
    assert found["campaign_signatures confirmed"] == 1
    assert found["campaign_signatures pending"] == 1
    assert found["campaign_signatures held"] == 0
    assert found["campaign_mails queued"] == 3
    assert found["campaign_mails failed"] == 0
    waited = (utc_now() - factories.NOW).total_seconds()
    assert found["campaign_mail_late_seconds"] == pytest.approx(waited, abs=60)
    assert found["campaign_sent_forms"] == 1
    assert found["campaign_sent_form_late_seconds"] == pytest.approx(waited, abs=60)


def test_an_empty_database_has_figures_too(app: Flask) -> None:
    found = figures(app)

    assert found["campaign_signatures confirmed"] == 0
    assert found["campaign_sent_forms"] == 0
    assert found["campaign_sent_form_late_seconds"] == 0
    assert found["campaign_mails queued"] == 0
    assert found["campaign_mail_late_seconds"] == 0


def test_answers_are_counted_by_endpoint_and_never_by_address(app: Flask) -> None:
    before = figures(app).get("campaign_answers_total petitions.confirm 404", 0)

    for _ in range(3):
        app.test_client().get("/confirm/a-secret-token", base_url="http://campaign.test")

    found = figures(app)
    assert found["campaign_answers_total petitions.confirm 404"] == before + 3
    assert found["campaign_request_seconds_count petitions.confirm"] >= 3
    assert "a-secret-token" not in "".join(found)


def test_a_database_that_is_away_is_said_and_the_rest_still_told(tmp_path: Path) -> None:
    app = create_app(settings(tmp_path, "postgresql://postgres@127.0.0.1:1/nothing"))

    found = figures(app)

    assert found["campaign_database_up"] == 0
    assert found["process_resident_memory_bytes"] > 0


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("203.0.113.7", {}),
        ("203.0.113.7", {"Authorization": "Bearer "}),
        ("203.0.113.7", {"Authorization": "Bearer guess"}),
        # A proxy on this machine, that the settings do not know of.
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.7"}),
        ("127.0.0.1", {"Via": "1.1 caddy"}),
    ],
)
@pytest.mark.parametrize("token", ["", TOKEN])
def test_for_visitors_there_is_no_such_page(
    app: Flask, monkeypatch: pytest.MonkeyPatch, token: str, address: str, headers: dict[str, str]
) -> None:
    monkeypatch.setitem(app.config, "METRICS_TOKEN", token)

    answer = app.test_client().get(
        "/metrics", headers=headers, environ_overrides={"REMOTE_ADDR": address}
    )

    assert answer.status_code == 404
    assert b"campaign_" not in answer.data


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_needs_no_token(app: Flask, address: str) -> None:
    asked = app.test_client().get("/metrics", environ_overrides={"REMOTE_ADDR": address})

    assert asked.status_code == 200


def test_the_token_opens_from_elsewhere(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "METRICS_TOKEN", TOKEN)

    answer = app.test_client().get(
        "/metrics",
        headers={"Authorization": f"Bearer {TOKEN}"},
        environ_overrides={"REMOTE_ADDR": "203.0.113.7"},
    )

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"


def test_monitoring_on_the_machine_itself_needs_no_host_name(tmp_path: Path) -> None:
    """A real site answers to its own name alone, and to whoever asks on the spot."""
    site = settings(tmp_path, f"sqlite:///{tmp_path}/campaign.sqlite3", demo=False)
    client = create_app(site).test_client()

    assert client.get("/health/live", base_url="http://127.0.0.1:5000").status_code == 200
    assert client.get("/health/live", base_url="http://elsewhere.test").status_code == 400
