"""Campaign images"""

import sqlalchemy as sa
from alembic import op

revision = 'c2b7d41e90af'
down_revision = 'fddaa7ef7349'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'campaign_image',
        sa.Column('campaign_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('alt', sa.String(), nullable=False),
        sa.Column('credit', sa.String(), nullable=False),
        sa.Column('sizes', sa.JSON(), nullable=False),
        sa.CheckConstraint("alt <> ''", name=op.f('ck_campaign_image_says_what_it_shows')),
        sa.CheckConstraint("credit <> ''", name=op.f('ck_campaign_image_says_whose_it_is')),
        sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_campaign_image_campaign_id_campaign'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('campaign_id', name=op.f('pk_campaign_image')),
        sa.UniqueConstraint('name', name=op.f('uq_campaign_image_name')),
    )
    op.create_table(
        'campaign_picture',
        sa.Column('campaign_id', sa.Integer(), nullable=False),
        sa.Column('width', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('content', sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(['campaign_id'], ['campaign_image.campaign_id'], name=op.f('fk_campaign_picture_campaign_id_campaign_image'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('campaign_id', 'width', name=op.f('pk_campaign_picture')),
    )


def downgrade() -> None:
    op.drop_table('campaign_picture')
    op.drop_table('campaign_image')
