"""Queue: claims, decisions, reasons"""

import sqlalchemy as sa
from alembic import op

revision = 'fb5f8184aa0d'
down_revision = 'd1a6b7c8e9f0'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
