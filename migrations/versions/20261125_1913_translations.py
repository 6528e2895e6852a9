"""Translations of campaigns and posts"""

import sqlalchemy as sa
from alembic import op

revision = 'c6d10b92e7f4'
down_revision = 'a2c85f7d60e3'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
