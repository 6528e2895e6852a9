"""Paper signatures"""

import sqlalchemy as sa
from alembic import op

revision = '4f1a6c02b9d1'
down_revision = '8d2cb3437aa2'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
