"""Settings are checked all at once, and unsafe ones refused."""

import pytest

from campaign import config

GOOD = {
    "CAMPAIGN_SECRET": "0123456789abcdef0123456789abcdef",
    "CAMPAIGN_BASE_URL": "https://campaign.example.org/",
    "CAMPAIGN_MAIL_URL": "smtp+starttls://user:password@mail.example.org:587",
    "CAMPAIGN_MAIL_FROM": "Campaign <campaign@example.org>",
}


def mistakes(**changes: str) -> list[str]:
    with pytest.raises(config.WrongSettings) as wrong:
        config.read({**GOOD, **changes})
    return wrong.value.mistakes


def test_good_settings_are_read() -> None:
    settings = config.read(GOOD)

    assert settings.base_url == "https://campaign.example.org"
    assert settings.database_url.startswith("sqlite:///")
    assert not settings.demo


def test_the_demonstration_needs_no_settings() -> None:
    settings = config.read({"CAMPAIGN_DEMO": "yes"})

    assert settings.mail_url.startswith("folder://")


def test_a_site_does_not_find_the_people_of_the_demonstration() -> None:
    site, demonstration = config.read(GOOD), config.read({"CAMPAIGN_DEMO": "yes"})

    assert site.database_url != demonstration.database_url
    assert site.keys != demonstration.keys


def test_every_mistake_is_listed_at_once() -> None:
    with pytest.raises(config.WrongSettings) as wrong:
        config.read({"CAMPAIGN_PROXY_HOPS": "many", "CAMPAIGN_SECRT": "x"})

    named = [mistake.partition(":")[0] for mistake in wrong.value.mistakes]
    assert named == [
        "CAMPAIGN_PROXY_HOPS",
        "CAMPAIGN_SECRT",
        "CAMPAIGN_SECRET",
        "CAMPAIGN_BASE_URL",
        "CAMPAIGN_MAIL_URL",
        "CAMPAIGN_MAIL_FROM",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CAMPAIGN_DEMO", "maybe"),
        ("CAMPAIGN_SECRET", ""),
        ("CAMPAIGN_SECRET", "too short"),
        ("CAMPAIGN_SECRET", config.DEMO_SECRET),
        ("CAMPAIGN_BASE_URL", "campaign.example.org"),
        ("CAMPAIGN_BASE_URL", "https://example.org/campaign"),
        ("CAMPAIGN_BASE_URL", "https://[::1"),
        ("CAMPAIGN_BASE_URL", "https://example.org:port"),
        ("CAMPAIGN_BASE_URL", "https://example.org#start"),
        ("CAMPAIGN_BASE_URL", "https://two words.example.org"),
        ("CAMPAIGN_DATABASE_URL", "mysql://localhost/campaign"),
        ("CAMPAIGN_DATABASE_URL", "postgresql+asyncpg://localhost/campaign"),
        ("CAMPAIGN_DATABASE_URL", "postgresql://localhost:port/campaign"),
        ("CAMPAIGN_DATABASE_URL", "sqlite://"),
        ("CAMPAIGN_DATABASE_URL", "nonsense"),
        ("CAMPAIGN_MAIL_URL", "http://mail.example.org"),
        ("CAMPAIGN_MAIL_URL", "smtp://"),
        ("CAMPAIGN_MAIL_URL", "smtp://mail.example.org:port"),
        ("CAMPAIGN_MAIL_URL", "folder://"),
        ("CAMPAIGN_MAIL_FROM", "Campaign"),
        ("CAMPAIGN_MAIL_FROM", "nonsense @ x >"),
        ("CAMPAIGN_PROXY_HOPS", "-1"),
        ("CAMPAIGN_METRICS_TOKEN", "guess me"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    (mistake,) = mistakes(**{name: value})

    assert mistake.startswith(f"{name}:")


def test_postgresql_without_its_driver_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "find_spec", {}.get)

    (mistake,) = mistakes(CAMPAIGN_DATABASE_URL="postgresql://localhost/campaign")

    assert "requirements/postgres.txt" in mistake


@pytest.mark.parametrize("url", ["http://[::1]:5000", "https://münchen.example", "HTTPS://X.org/"])
def test_a_site_may_have_such_an_address(url: str) -> None:
    assert config.read({**GOOD, "CAMPAIGN_BASE_URL": url}).base_url == url.rstrip("/")


def test_a_secret_is_never_repeated_in_a_message() -> None:
    (mistake,) = mistakes(CAMPAIGN_SECRET="hunter2")

    assert "hunter2" not in mistake


def test_every_setting_is_explained() -> None:
    source = (config.ROOT / "campaign" / "config.py").read_text()

    for name in config.Settings.__dataclass_fields__:
        assert f"#: CAMPAIGN_{name.upper()}: " in source
