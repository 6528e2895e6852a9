"""Campaigns: schedule, addresses, images, revisions"""

import sqlalchemy as sa
from alembic import op

revision = '41541221fbe8'
down_revision = '304686d9d331'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('campaign', sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('campaign', sa.Column('review_note', sa.String(), nullable=True))
    op.create_table(
        'campaign_slug',
        sa.Column('slug', sa.String(), nullable=False),
        sa.Column('campaign_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_campaign_slug_campaign_id_campaign'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('slug', name=op.f('pk_campaign_slug')),
    )
    op.create_index(op.f('ix_campaign_slug_campaign_id'), 'campaign_slug', ['campaign_id'])
    op.execute('INSERT INTO campaign_slug (slug, campaign_id) SELECT slug, id FROM campaign')


def downgrade() -> None:
    op.drop_table('campaign_slug')
    op.drop_column('campaign', 'review_note')
    op.drop_column('campaign', 'submitted_at')
