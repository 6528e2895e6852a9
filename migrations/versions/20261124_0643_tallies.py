"""Tallies of signatures and mails"""

import sqlalchemy as sa
from alembic import op

revision = '55ff431e1679'
down_revision = '41541221fbe8'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
