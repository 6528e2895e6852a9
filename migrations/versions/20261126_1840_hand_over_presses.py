"""Which press of a button made a hand-over: a second one finds it"""

import sqlalchemy as sa
from alembic import op

revision = 'e81b4f6a92c3'
down_revision = 'd7a3e91c40b6'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('hand_over', sa.Column('press', sa.String(), nullable=True))


def downgrade() -> None:
    op.drop_column('hand_over', 'press')
