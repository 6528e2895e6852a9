"""Paper signatures"""

import sqlalchemy as sa
from alembic import op

revision = '48353d0e5572'
down_revision = '19acff998d4d'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
