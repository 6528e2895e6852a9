"""Sums for the dashboard"""

from alembic import op

revision = '7b39e0d415c2'
down_revision = '4f1a6c02b9d1'
branch_labels = None
depends_on = None


_NAME = "ix_tally_kind_key"


def upgrade() -> None:
    op.drop_index(_NAME, "tally")
    op.create_index(_NAME, "tally", ["kind", "key", "petition_id", "number"])


def downgrade() -> None:
    op.drop_index(_NAME, "tally")
    op.create_index(_NAME, "tally", ["kind", "key"])
