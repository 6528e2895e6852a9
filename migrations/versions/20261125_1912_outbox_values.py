"""Mails kept as template and values"""

import sqlalchemy as sa
from alembic import op

revision = 'a2c85f7d60e3'
down_revision = '7b39e0d415c2'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
