"""The key folder of a database: its first key is made with the tables, and never after them."""

from pathlib import Path

from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from campaign.operations import transfer


class NoKeys(Exception):
    """The keys of the database are somewhere else; and what to do."""


def look(folder: Path, database_url: str) -> None:
    """See that no new key is made for a database that was begun with another one.

    Where the folder is not mounted, not copied yet or misspelt, a site would start as if all were
    well, read nobody's signature, and write what the trail takes for forged as soon as the right
    keys are back. Raises NoKeys. The database is asked only where there is no key.
    """
    if any(folder.glob("vault-*.key")):
        return
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return
    if not transfer.is_new(create_engine(url, poolclass=NullPool)):
        raise NoKeys(
            f"there is no key in {folder}, but the database was begun with one.\n"
            "Bring its key files there, or set CAMPAIGN_KEYS to where they are. If they are lost "
            "for good,\nnobody reads any more who signed: docs/operations.md (Keys) tells how to "
            "make another one."
        )
