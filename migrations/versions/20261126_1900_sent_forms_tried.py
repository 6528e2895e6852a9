"""When a worker first took in hand what was sent in: it is given up so long after that"""

import sqlalchemy as sa
from alembic import op

revision = '3e8b51f7c2d9'
down_revision = 'e81b4f6a92c3'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('sent_form', sa.Column('tried_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column('sent_form', 'tried_at')
