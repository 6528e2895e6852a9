"""Screening: settings, lists, what a signature is held for"""

import sqlalchemy as sa
from alembic import op

revision = '964819db6b28'
down_revision = '20f4bb2f5006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
