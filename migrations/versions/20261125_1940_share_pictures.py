"""Pictures for sharing"""

import sqlalchemy as sa
from alembic import op

revision = 'd41f7a9be260'
down_revision = 'c6d10b92e7f4'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'share_picture',
        sa.Column('about', sa.String(), nullable=False),
        sa.Column('language', sa.String(), nullable=False),
        sa.Column('digest', sa.String(), nullable=False),
        sa.Column('content', sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint('about', 'language', name=op.f('pk_share_picture')),
    )


def downgrade() -> None:
    op.drop_table('share_picture')
