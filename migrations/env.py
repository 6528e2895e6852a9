"""Runs migrations on the app's own connection; settings and metadata come from the app."""

import sqlalchemy as sa
from alembic import context

from campaign.lib.db import Model, db, transactional
from campaign.lib.moments import UtcDateTime


def plain_types(kind: str, item: object, _context: object) -> str | bool:
    """A migration never imports the house: it names the plain types underneath ours."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String({item.length})"
    return False


engine = transactional(db.engine)

with engine.connect() as connection:
    if engine.dialect.name == "sqlite":
        # A batch operation rebuilds a table; with foreign keys on, dropping the old one would empty
        # its children.
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.commit()
    else:
        # Pages must answer soon; to change a big table takes its time. For its lock a migration
        # still waits only some seconds, as all pages wait behind it.
        connection.exec_driver_sql("SET statement_timeout = 0")
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Model.metadata,
        render_as_batch=True,
        render_item=plain_types,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if engine.dialect.name == "sqlite":
        connection.commit()
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
    else:
        connection.exec_driver_sql("RESET statement_timeout")
        connection.commit()
