"""Updates to supporters"""

import sqlalchemy as sa
from alembic import op

revision = 'd3e5f86b2d91'
down_revision = 'a8bbac8ea951'
branch_labels = None
depends_on = None

_STATES = "('draft', 'in_review', 'approved', 'sent', 'returned', 'replaced', 'stopped')"


def upgrade() -> None:
    op.create_table(
        'campaign_update',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('campaign_id', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(16), nullable=False),
        sa.Column('subject', sa.String(), nullable=False),
        sa.Column('text', sa.String(), nullable=False),
        sa.Column('post_id', sa.Integer(), nullable=True),
        sa.Column('author_id', sa.Integer(), nullable=True),
        sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('decided_by_id', sa.Integer(), nullable=True),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('reason', sa.String(), nullable=True),
        sa.Column('began_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('reached', sa.Integer(), nullable=False),
        sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('delivered', sa.Integer(), nullable=True),
        sa.Column('failed', sa.Integer(), nullable=True),
        sa.CheckConstraint(f'state IN {_STATES}', name=op.f('ck_campaign_update_state')),
        sa.CheckConstraint("state != 'returned' OR reason IS NOT NULL", name=op.f('ck_campaign_update_returned_has_reason')),
        sa.CheckConstraint("began_at IS NULL OR state IN ('approved', 'sent', 'stopped')", name=op.f('ck_campaign_update_began')),
        sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_campaign_update_campaign_id_campaign'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_campaign_update_post_id_post'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['author_id'], ['account.id'], name=op.f('fk_campaign_update_author_id_account'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['decided_by_id'], ['account.id'], name=op.f('fk_campaign_update_decided_by_id_account'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_campaign_update')),
    )
    for column in ('campaign_id', 'post_id', 'author_id', 'decided_by_id', 'state'):
        op.create_index(f'ix_campaign_update_{column}', 'campaign_update', [column])
    waits = sa.text("state IN ('in_review', 'approved') AND began_at IS NULL")
    op.create_index(
        'uq_campaign_update_waiting', 'campaign_update', ['campaign_id'],
        unique=True, sqlite_where=waits, postgresql_where=waits,
    )
    with op.batch_alter_table('mail') as mail:
        mail.add_column(sa.Column('sending', sa.String(), nullable=True))
        mail.add_column(sa.Column('priority', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('mail') as mail:
        mail.alter_column('priority', server_default=None)
    op.drop_index('ix_mail_state_due_at', 'mail')
    op.create_index('ix_mail_state_priority_due_at', 'mail', ['state', 'priority', 'due_at'])
    op.create_index('ix_mail_sending_state', 'mail', ['sending', 'state'])
    op.create_index(
        'ix_signature_wanting_updates', 'signature', ['petition_id', 'state', 'id'],
        sqlite_where=sa.text('wants_updates = 1'), postgresql_where=sa.text('wants_updates'),
    )


def downgrade() -> None:
    op.drop_index('ix_signature_wanting_updates', 'signature')
    op.drop_index('ix_mail_sending_state', 'mail')
    op.drop_index('ix_mail_state_priority_due_at', 'mail')
    op.create_index('ix_mail_state_due_at', 'mail', ['state', 'due_at'])
    with op.batch_alter_table('mail') as mail:
        mail.drop_column('priority')
        mail.drop_column('sending')
    op.drop_table('campaign_update')
