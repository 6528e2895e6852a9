"""Sums for the dashboard"""

import sqlalchemy as sa
from alembic import op

revision = '7b39e0d415c2'
down_revision = '4f1a6c02b9d1'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
