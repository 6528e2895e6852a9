"""Case drafts"""

import sqlalchemy as sa
from alembic import op

revision = 'fddaa7ef7349'
down_revision = 'd3e5f86b2d91'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'case_draft',
        sa.Column('campaign_id', sa.Integer(), nullable=False),
        sa.Column('content', sa.JSON(), nullable=False),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('changed_by_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_case_draft_campaign_id_campaign'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['changed_by_id'], ['account.id'], name=op.f('fk_case_draft_changed_by_id_account'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('campaign_id', name=op.f('pk_case_draft')),
    )
    op.create_index(op.f('ix_case_draft_changed_by_id'), 'case_draft', ['changed_by_id'])


def downgrade() -> None:
    op.drop_table('case_draft')
