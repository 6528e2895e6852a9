"""Queue: claims, decisions, reasons"""

import sqlalchemy as sa
from alembic import op

revision = 'fb5f8184aa0d'
down_revision = 'd1a6b7c8e9f0'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'claim',
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('since', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_claim_account_id_account'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('kind', 'number', name=op.f('pk_claim')),
    )
    op.create_index('ix_claim_account_id', 'claim', ['account_id'])
    op.create_table(
        'reason',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('name', sa.String(), nullable=False),
        sa.Column('says_en', sa.String(), nullable=False),
        sa.Column('says_fr', sa.String(), nullable=True),
        sa.Column('hides', sa.Boolean(), nullable=False),
        sa.Column('retired_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("name <> '' AND says_en <> ''", name=op.f('ck_reason_has_words')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_reason')),
    )
    op.create_table(
        'decision',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('since', sa.DateTime(timezone=True), nullable=False),
        sa.Column('title', sa.String(), nullable=False),
        sa.Column('language', sa.String(), nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=True),
        sa.Column('who', sa.String(), nullable=False),
        sa.Column('verdict', sa.String(16), nullable=False),
        sa.Column('reason_id', sa.Integer(), nullable=True),
        sa.Column('says', sa.String(), nullable=True),
        sa.Column('note', sa.String(), nullable=True),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('seen', sa.String(), nullable=False),
        sa.Column('before', sa.JSON(), nullable=False),
        sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("verdict IN ('approve', 'changes', 'reject')", name=op.f('ck_decision_verdict')),
        sa.ForeignKeyConstraint(['by_id'], ['account.id'], name=op.f('fk_decision_by_id_account'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['reason_id'], ['reason.id'], name=op.f('fk_decision_reason_id_reason'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_decision')),
    )
    op.create_index('ix_decision_at', 'decision', ['at'])
    op.create_index('ix_decision_by_id', 'decision', ['by_id'])
    op.create_index('ix_decision_reason_id', 'decision', ['reason_id'])
    stands = sa.text('undone_at IS NULL')
    op.create_index(
        'uq_decision_standing', 'decision', ['kind', 'number', 'since'],
        unique=True, sqlite_where=stands, postgresql_where=stands,
    )


def downgrade() -> None:
    op.drop_table('decision')
    op.drop_table('reason')
    op.drop_table('claim')
