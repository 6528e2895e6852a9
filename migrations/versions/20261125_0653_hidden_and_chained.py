"""Taken down; the trail chained"""

import sqlalchemy as sa
from alembic import op

revision = '19acff998d4d'
down_revision = '0cdad95614dd'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
