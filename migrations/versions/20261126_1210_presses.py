"""Which press of a button began a campaign or an update: a second one finds it"""

import sqlalchemy as sa
from alembic import op

revision = 'd7a3e91c40b6'
down_revision = 'c70e2a9b41d8'
branch_labels = None
depends_on = None

_TABLES = ('campaign', 'campaign_update')


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column('press', sa.String(), nullable=True))
        op.create_index(f'ix_{table}_press', table, ['press'], unique=True)


def downgrade() -> None:
    for table in _TABLES:
        op.drop_index(f'ix_{table}_press', table)
        op.drop_column(table, 'press')
