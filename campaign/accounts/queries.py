"""What is asked of accounts."""

from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select, true

from campaign.accounts.models import Account, RecoveryCode, StaffSession, TrailEntry
from campaign.accounts.rules import ABSOLUTE, IDLE, Role
from campaign.lib import addresses
from campaign.lib.db import db
from campaign.lib.paging import Page, page_of
from campaign.lib.spellings import likenesses
from campaign.lib.vault import vault

TRAIL_PAGE = 50
TRAIL_BATCH = 1000


def key_of(email: str) -> str:
    """What stands for an address in the table of accounts."""
    return vault().pseudonym("account", addresses.canonical(email))


def by_email(email: str) -> Account | None:
    """The account with that address."""
    return db.session.scalar(select(Account).where(Account.email_key == key_of(email)))


def is_name_taken(name: str, *, but: Account | None = None) -> bool:
    """Whether any account but that one, also a disabled one, has a name that looks like this."""
    names = select(Account.name)
    if but is not None:
        names = names.where(Account.id != but.id)
    wanted = likenesses(name)
    return any(wanted & likenesses(other) for other in db.session.scalars(names))


def by_id(number: int) -> Account | None:
    """The account with that number."""
    return db.session.get(Account, number)


def email_of(account: Account) -> str:
    """Its address."""
    return str(vault().open(account.envelope)["email"])


def everybody() -> Sequence[Account]:
    """All accounts, those that can sign in first, by name."""
    return db.session.scalars(
        select(Account).order_by(Account.disabled_at.is_not(None), Account.name, Account.id)
    ).all()


def with_role(*roles: Role) -> Sequence[Account]:
    """Those with one of these roles who can sign in, by name."""
    return db.session.scalars(
        select(Account)
        .where(Account.role.in_(roles), Account.disabled_at.is_(None))
        .order_by(Account.name, Account.id)
    ).all()


def lock_active_administrators() -> Sequence[int]:
    """The numbers of the administrators who can sign in.

    Nobody else changes what they may do until this transaction ends.
    """
    return db.session.scalars(
        select(Account.id)
        .where(
            Account.role == Role.ADMINISTRATOR,
            Account.disabled_at.is_(None),
            Account.password.is_not(None),
        )
        .order_by(Account.id)
        .with_for_update(key_share=True)
    ).all()


def recovery_codes_left(account: Account) -> int:
    """How many codes on paper were not used yet."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(RecoveryCode)
            .where(RecoveryCode.account_id == account.id)
        )
        or 0
    )


def sessions_of(account: Account, now: datetime) -> Sequence[StaffSession]:
    """Where it is signed in just now, the latest first."""
    return db.session.scalars(
        select(StaffSession)
        .where(
            StaffSession.account_id == account.id,
            StaffSession.seen_at > now - IDLE,
            StaffSession.began_at > now - ABSOLUTE,
        )
        .order_by(StaffSession.seen_at.desc())
    ).all()


def trail(
    *,
    search: str = "",
    called: Callable[[str], Collection[str]] = lambda _word: (),
    deed: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    of_accounts: bool = True,
) -> Select[TrailEntry]:
    """The entries of the trail that match, the newest first.

    `search` looks at who, what, to what and why; `called` says which deeds the page calls by a
    word. `of_accounts` is False for those who need not know when colleagues signed in.
    """
    entries = select(TrailEntry).order_by(TrailEntry.id.desc())
    for word in search.split():
        columns = (TrailEntry.who, TrailEntry.deed, TrailEntry.about, TrailEntry.reason)
        has_it = [column.icontains(word, autoescape=True) for column in columns]
        entries = entries.where(or_(*has_it, TrailEntry.deed.in_(called(word))))
    if deed:
        entries = entries.where(TrailEntry.deed == deed)
    if since:
        entries = entries.where(TrailEntry.at >= since)
    if until:
        entries = entries.where(TrailEntry.at <= until)
    return entries if of_accounts else entries.where(_not_of_accounts())


def trail_page(entries: Select[TrailEntry], page: int) -> Page[TrailEntry]:
    """A page of them."""
    return page_of(entries, number=page, size=TRAIL_PAGE)


def trail_pages(entries: Select[TrailEntry]) -> Iterator[Sequence[TrailEntry]]:
    """All of them, so many at a time that no long trail fills the memory."""
    last = None
    while rows := db.session.scalars(
        entries.where(TrailEntry.id < last if last else true()).limit(TRAIL_BATCH)
    ).all():
        yield rows
        last = rows[-1].id
        db.session.expunge_all()


def deeds(*, of_accounts: bool = True) -> Sequence[str]:
    """Every kind of deed that stands in the trail."""
    kinds = select(TrailEntry.deed).distinct().order_by(TrailEntry.deed)
    return db.session.scalars(kinds if of_accounts else kinds.where(_not_of_accounts())).all()


def has_deed_of_staff(about: str, deeds: Collection[str]) -> bool:
    """Whether the trail tells of such a deed that somebody of the staff did to it."""
    entry = exists().where(
        TrailEntry.about == about,
        TrailEntry.deed.in_(deeds),
        TrailEntry.account_id.is_not(None),
    )
    return bool(db.session.scalar(select(entry)))


def _not_of_accounts() -> ColumnElement[bool]:
    return ~TrailEntry.deed.startswith("account.")
