"""Exports by staff"""

import sqlalchemy as sa
from alembic import op

revision = 'd1a6b7c8e9f0'
down_revision = 'c2b7d41e90af'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
