"""Keys of tallies are compared byte by byte"""

import sqlalchemy as sa
from alembic import op

revision = '58d0c3b7e9f4'
down_revision = '6c1fe0a94b37'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # SQLite compares bytes already.
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("tally", "key", type_=sa.String(collation="C"))


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("tally", "key", type_=sa.String())
