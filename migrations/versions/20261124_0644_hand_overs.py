"""Hand-overs"""

import sqlalchemy as sa
from alembic import op

revision = 'a8bbac8ea951'
down_revision = '55ff431e1679'
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
