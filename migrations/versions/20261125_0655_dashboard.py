"""Last visits"""

import sqlalchemy as sa
from alembic import op

revision = '8d2cb3437aa2'
down_revision = '48353d0e5572'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
