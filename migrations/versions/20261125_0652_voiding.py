"""Voiding runs, corrections"""

import sqlalchemy as sa
from alembic import op

revision = '0cdad95614dd'
down_revision = '964819db6b28'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
