"""Updates to supporters"""

import sqlalchemy as sa
from alembic import op

revision = 'd3e5f86b2d91'
down_revision = 'a8bbac8ea951'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
