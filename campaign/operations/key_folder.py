"""The key folder of a database: its first key is made with the tables, and never after them."""

from pathlib import Path

from sqlalchemy import Engine, create_engine, func, inspect, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from campaign.lib.db import Model
from campaign.lib.vault import Vault
from campaign.operations import transfer

#: What stays under the key that it was sealed with. A row for each petition and each of the staff:
#: all of them are soon looked at.
_STAYS = {"petition": ("fingerprint_key",), "account": ("envelope", "second_step")}


class NoKeys(Exception):
    """The keys of the database are somewhere else; and what to do."""


def look(folder: Path, database_url: str, *, without_lost_keys: bool = False) -> None:
    """See that the folder has the keys that the database was gone on with until now.

    Where the folder is not mounted, not copied yet or misspelt, a site would start as if all were
    well, read nobody's signature, and write what the trail takes for forged as soon as the right
    keys are back. Who goes on `without_lost_keys` has one at least. Raises NoKeys, WrongKey,
    OSError.
    """
    engine = create_engine(database_url, poolclass=NullPool)
    # Asked so, a folder that may not be read is no empty one.
    has_key = folder.exists() and any(file.match("vault-[0-9]*.key") for file in folder.iterdir())
    try:
        if transfer.is_new(engine):
            return
        starts = _starts(engine)
    except OperationalError:
        if has_key:
            return  # a site that waits for its database need not be started again
        raise
    if not has_key:
        raise NoKeys(_told(f"there is no key in {folder}, but the database was begun with one"))
    if not without_lost_keys and not Vault(folder).starts.issuperset(starts):
        raise NoKeys(_told(f"{folder} lacks a key that the database was gone on with"))


def _starts(engine: Engine) -> set[bytes]:
    """How the envelopes begin that stay."""
    starts: set[bytes] = set()
    with engine.connect() as connection:
        for table in _STAYS.keys() & set(inspect(connection).get_table_names()):
            for sealed in (Model.metadata.tables[table].c[name] for name in _STAYS[table]):
                start = func.substr(sealed, 1, Vault.START, type_=sealed.type)
                found = select(start).where(sealed.is_not(None)).distinct()
                starts.update(connection.scalars(found))
    return starts


def _told(what: str) -> str:
    return (
        f"{what}.\nBring its key files there, or set CAMPAIGN_KEYS to where they are. If they are "
        "lost for good,\nnobody reads any more who signed: docs/operations.md (Keys) tells how to "
        "go on without them."
    )
