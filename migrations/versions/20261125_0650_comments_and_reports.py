"""Comments, reports"""

import sqlalchemy as sa
from alembic import op

revision = '20f4bb2f5006'
down_revision = 'fb5f8184aa0d'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
