"""Accounts, sessions, trail, teams"""

import sqlalchemy as sa
from alembic import op

revision = '9934c98095b9'
down_revision = 'bde681f0527c'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'account',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('role', sa.String(16), nullable=False),
        sa.Column('email_key', sa.String(), nullable=False),
        sa.Column('envelope', sa.LargeBinary(), nullable=False),
        sa.Column('password', sa.String(), nullable=True),
        sa.Column('second_step', sa.LargeBinary(), nullable=True),
        sa.Column('code_used', sa.Integer(), nullable=False),
        sa.Column('link_serial', sa.Integer(), nullable=False),
        sa.Column('invited_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('joined_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('disabled_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("role IN ('administrator', 'moderator', 'organiser')", name=op.f('ck_account_role')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
        sa.UniqueConstraint('email_key', name=op.f('uq_account_email_key')),
    )
    op.create_table(
        'recovery_code',
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('digest', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_recovery_code_account_id_account'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('account_id', 'digest', name=op.f('pk_recovery_code')),
    )
    op.create_table(
        'staff_session',
        sa.Column('digest', sa.String(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('proved_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_staff_session_account_id_account'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('digest', name=op.f('pk_staff_session')),
    )
    op.create_index('ix_staff_session_account_id', 'staff_session', ['account_id'])
    op.create_table(
        'trail_entry',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=True),
        sa.Column('who', sa.String(), nullable=False),
        sa.Column('deed', sa.String(), nullable=False),
        sa.Column('about', sa.String(), nullable=False),
        sa.Column('reason', sa.String(), nullable=True),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_trail_entry_account_id_account'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_trail_entry')),
    )
    for column in ('account_id', 'about', 'at'):
        op.create_index(f'ix_trail_entry_{column}', 'trail_entry', [column])
    op.create_table(
        'campaign_member',
        sa.Column('campaign_id', sa.Integer(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_campaign_member_campaign_id_campaign'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_campaign_member_account_id_account'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('campaign_id', 'account_id', name=op.f('pk_campaign_member')),
    )
    op.create_index(op.f('ix_campaign_member_account_id'), 'campaign_member', ['account_id'])


def downgrade() -> None:
    for table in ('campaign_member', 'trail_entry', 'staff_session', 'recovery_code', 'account'):
        op.drop_table(table)
