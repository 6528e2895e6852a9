"""Campaign images"""

import sqlalchemy as sa
from alembic import op

revision = 'c2b7d41e90af'
down_revision = 'fddaa7ef7349'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
