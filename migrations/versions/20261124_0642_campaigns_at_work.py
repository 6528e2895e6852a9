"""Campaigns: schedule, addresses, images, revisions"""

import sqlalchemy as sa
from alembic import op

revision = '41541221fbe8'
down_revision = '304686d9d331'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
