"""Posts in states, corrections"""

import sqlalchemy as sa
from alembic import op

revision = '304686d9d331'
down_revision = '9934c98095b9'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
