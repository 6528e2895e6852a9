"""Settings from the environment (CAMPAIGN_*), checked all at once, each with its reason."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from campaign.lib import addresses

_PACKAGE = Path(__file__).resolve().parent
_IS_INSTALLED = (_PACKAGE / "_beside").is_dir()
#: Where templates, static files, migrations and seeds lie: beside the package in a checkout; a
#: wheel carries them inside it.
ROOT = _PACKAGE / "_beside" if _IS_INSTALLED else _PACKAGE.parent
#: Where data goes when nobody says: into the checkout; once installed, where it is started.
_DATA = (Path.cwd() if _IS_INSTALLED else ROOT) / "var"
#: Signs whatever the demonstration sends out. Known to everybody, so it is refused everywhere else.
DEMO_SECRET = "this-secret-is-printed-in-the-source-code-and-good-for-the-demonstration-only"  # noqa: S105
_YES, _NO = ("1", "yes", "true", "on"), ("0", "no", "false", "off")
MAIL_SCHEMES = ("smtp", "smtp+starttls", "smtps", "folder")


class WrongSettings(Exception):
    """What is wrong with the settings, every mistake of it."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(f"- {mistake}" for mistake in mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True)
class Settings:
    """How this installation differs from others."""

    #: CAMPAIGN_DEMO: the demonstration: made-up signers, mail kept in a folder, a banner on every
    #: page.
    demo: bool
    #: CAMPAIGN_SECRET: signs the tokens in links and forms. At least 32 characters.
    secret: str
    #: CAMPAIGN_DATA: folder of what lies on the disk: the SQLite file, the demonstration's mails,
    #: the keys unless CAMPAIGN_KEYS says otherwise.
    data: Path
    #: CAMPAIGN_KEYS: folder of the key files. Back it up apart from the database.
    keys: Path
    #: CAMPAIGN_DATABASE_URL: sqlite:///… or postgresql://…
    database_url: str
    #: CAMPAIGN_BASE_URL: where visitors reach the site, without a slash at the end. All links in
    #: mails begin with it.
    base_url: str
    #: CAMPAIGN_MAIL_URL: smtp://, smtp+starttls:// or smtps:// with user:password@host:port, or
    #: folder:///path.
    mail_url: str
    #: CAMPAIGN_MAIL_FROM: the sender of all mails, an address of yours.
    mail_from: str
    #: CAMPAIGN_SITE_NAME: what the site calls itself.
    site_name: str
    #: CAMPAIGN_PROXY_HOPS: how many proxies of yours stand in front; only so many forwarding
    #: headers are believed.
    proxy_hops: int
    #: CAMPAIGN_METRICS_TOKEN: whoever shows it may read /metrics from another machine. Without one,
    #: only this machine may.
    metrics_token: str = ""

    def for_flask(self) -> dict[str, object]:
        """The same as Flask and its extensions name them."""
        base = urlsplit(self.base_url)
        host = addresses.ascii_domain(base.hostname or "")
        is_secure = base.scheme == "https"
        return {
            "DEMO": self.demo,
            "SECRET_KEY": self.secret,
            "KEY_FOLDER": str(self.keys),
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            "BASE_URL": self.base_url,
            "MAIL_URL": self.mail_url,
            "MAIL_FROM": self.mail_from,
            "MAIL_DOMAIN": host,
            "SITE_NAME": self.site_name,
            "METRICS_TOKEN": self.metrics_token,
            # Long answers get a message at their field; only what no honest form sends is cut off.
            "MAX_CONTENT_LENGTH": 3_000_000,
            "MAX_FORM_MEMORY_SIZE": 3_000_000,
            # Staff alone have a cookie. The prefix lets browsers take it from this very host only.
            "SESSION_COOKIE_NAME": "__Host-staff" if is_secure else "staff",
            "SESSION_COOKIE_SECURE": is_secure,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_REFRESH_EACH_REQUEST": False,
            # Monitoring on this very machine asks 127.0.0.1; visitors come by the site's own name.
            "TRUSTED_HOSTS": None if self.demo else [host, "127.0.0.1", "localhost"],
        }


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this installation. Raises WrongSettings with every mistake at once."""
    mistakes: list[str] = []

    def setting(name: str, default: str) -> str:
        return environment.get(f"CAMPAIGN_{name}", "").strip() or default

    demo = _yes(setting("DEMO", "no"), mistakes)
    # A site that begins after the demonstration must not find its people and its passwords.
    data = Path(setting("DATA", str(_DATA / "demo" if demo else _DATA))).absolute()
    settings = Settings(
        demo=demo,
        secret=setting("SECRET", DEMO_SECRET if demo else ""),
        data=data,
        keys=Path(setting("KEYS", str(data / "keys"))).absolute(),
        database_url=setting("DATABASE_URL", f"sqlite:///{data / 'campaign.sqlite3'}"),
        base_url=setting("BASE_URL", "http://127.0.0.1:5000" if demo else "").rstrip("/"),
        mail_url=setting("MAIL_URL", f"folder://{data / 'mailbox'}" if demo else ""),
        mail_from=setting("MAIL_FROM", "Campaign <campaign@example.org>" if demo else ""),
        site_name=setting("SITE_NAME", "Campaign"),
        proxy_hops=_number(setting("PROXY_HOPS", "0"), mistakes),
        metrics_token=setting("METRICS_TOKEN", ""),
    )
    mistakes += _unknown(environment)
    mistakes += _wrong_secret(settings) + _wrong_token(settings) + _wrong_addresses(settings)
    if mistakes:
        raise WrongSettings(mistakes)
    return settings


def _yes(text: str, mistakes: list[str]) -> bool:
    if text.lower() not in (*_YES, *_NO):
        mistakes.append("CAMPAIGN_DEMO: yes or no.")
    return text.lower() in _YES


def _number(text: str, mistakes: list[str]) -> int:
    if text.isdecimal() and int(text) <= 9:
        return int(text)
    mistakes.append(
        "CAMPAIGN_PROXY_HOPS: a number from 0 to 9, how many proxies of yours stand in front."
    )
    return 0


def _unknown(environment: Mapping[str, str]) -> list[str]:
    known = {f"CAMPAIGN_{field.upper()}" for field in Settings.__dataclass_fields__}
    return [
        f"{name}: there is no such setting; perhaps it is misspelt."
        for name in sorted(environment)
        if name.startswith("CAMPAIGN_")
        and not name.startswith("CAMPAIGN_TEST_")
        and name not in known
    ]


def _wrong_token(settings: Settings) -> list[str]:
    if not settings.metrics_token or len(settings.metrics_token) >= 20:
        return []
    return ["CAMPAIGN_METRICS_TOKEN: at least 20 characters that nobody can guess, or none."]


def _wrong_secret(settings: Settings) -> list[str]:
    if settings.demo:
        return []
    if settings.secret == DEMO_SECRET:
        return [
            "CAMPAIGN_SECRET: this is the demonstration's secret, which everybody knows. "
            "Make one of your own."
        ]
    if len(settings.secret) < 32:
        return [
            "CAMPAIGN_SECRET: at least 32 characters that nobody can guess, for example "
            f"{secrets.token_urlsafe(32)} (made just now)."
        ]
    return []


def _wrong_addresses(settings: Settings) -> list[str]:
    mistakes = []
    if not _is_base_url(settings.base_url):
        mistakes.append(
            "CAMPAIGN_BASE_URL: where visitors reach the site, such as https://campaign.example.org"
        )
    if not _is_database_url(settings.database_url):
        mistakes.append(
            "CAMPAIGN_DATABASE_URL: sqlite:////path/to/file or "
            "postgresql://user:password@host/database"
        )
    elif settings.database_url.startswith("postgresql") and not find_spec("psycopg"):
        mistakes.append(
            "CAMPAIGN_DATABASE_URL: for PostgreSQL, install what requirements/postgres.txt names."
        )
    if not _is_mail_url(settings.mail_url):
        mistakes.append(
            "CAMPAIGN_MAIL_URL: smtp+starttls://user:password@host:587, smtps://…, smtp://… "
            "or folder:///path"
        )
    try:
        addresses.normalise(parseaddr(settings.mail_from)[1])
    except addresses.NoAddress:
        mistakes.append(
            "CAMPAIGN_MAIL_FROM: the sender of all mails, such as Campaign <campaign@example.org>"
        )
    return mistakes


def _is_base_url(url: str) -> bool:
    """Whether it is a scheme, a host and perhaps a port, and nothing else."""
    try:
        base = urlsplit(url)
        is_whole = bool(base.hostname) and base.port != 0
    except ValueError:
        return False
    is_bare = url.lower() == f"{base.scheme}://{base.netloc}".lower() and not set(url) & set(" @")
    return base.scheme in ("http", "https") and is_whole and is_bare


def _is_database_url(url: str) -> bool:
    try:
        made = make_url(url)
    except (ArgumentError, ValueError):
        return False
    if made.drivername == "sqlite":
        return made.database not in (None, "", ":memory:")
    return made.drivername in ("postgresql", "postgresql+psycopg")


def _is_mail_url(url: str) -> bool:
    try:
        mail = urlsplit(url)
        has_place = bool(mail.path) if mail.scheme == "folder" else bool(mail.hostname)
        return mail.scheme in MAIL_SCHEMES and has_place and mail.port != 0
    except ValueError:
        return False
