"""Paper signatures"""

import sqlalchemy as sa
from alembic import op

revision = '4f1a6c02b9d1'
down_revision = '8d2cb3437aa2'
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
WITH_ADDRESS = sa.text('fingerprint IS NOT NULL')
IS_HELD = sa.text("state = 'held'")


def upgrade() -> None:
    with op.batch_alter_table('petition') as batch_op:
        batch_op.add_column(sa.Column('paper_count', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('paper_version_id', sa.Integer(), nullable=True))
        batch_op.create_check_constraint(op.f('ck_petition_paper_count'), 'paper_count >= 0')
        batch_op.create_foreign_key(op.f('fk_petition_paper_version_id_version'), 'version', ['paper_version_id'], ['id'])
    with op.batch_alter_table('petition') as batch_op:
        batch_op.alter_column('paper_count', server_default=None)
    with op.batch_alter_table('hand_over') as batch_op:
        batch_op.add_column(sa.Column('paper', sa.Integer(), nullable=False, server_default='0'))
    with op.batch_alter_table('hand_over') as batch_op:
        batch_op.alter_column('paper', server_default=None)
    op.create_table(
        'paper_batch',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('petition_id', sa.Integer(), nullable=False),
        sa.Column('version_id', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(16), nullable=False),
        sa.Column('by_rows', sa.Boolean(), nullable=False),
        sa.Column('signatures', sa.Integer(), nullable=False),
        sa.Column('counted', sa.Integer(), nullable=False),
        sa.Column('sheets', sa.Integer(), nullable=False),
        sa.Column('collected_on', sa.Date(), nullable=False),
        sa.Column('keepers', sa.LargeBinary(), nullable=True),
        sa.Column('entered_at', MOMENT, nullable=False),
        sa.Column('entered_by', sa.String(), nullable=False),
        sa.Column('account_id', sa.Integer(), nullable=True),
        sa.Column('decided_at', MOMENT, nullable=True),
        sa.Column('reason', sa.String(), nullable=True),
        sa.CheckConstraint("state IN ('counted', 'held', 'refused', 'taken-back')", name=op.f('ck_paper_batch_state')),
        sa.CheckConstraint('signatures >= 1 AND sheets >= 1', name=op.f('ck_paper_batch_numbers')),
        sa.CheckConstraint("state NOT IN ('refused', 'taken-back') OR reason IS NOT NULL", name=op.f('ck_paper_batch_ended_has_reason')),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_paper_batch_account_id_account'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['petition_id'], ['petition.id'], name=op.f('fk_paper_batch_petition_id_petition'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['version_id'], ['version.id'], name=op.f('fk_paper_batch_version_id_version')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_batch')),
    )
    op.create_index('ix_paper_batch_petition_id', 'paper_batch', ['petition_id', 'id'])
    op.create_index('ix_paper_batch_account_id', 'paper_batch', ['account_id'])
    op.create_index('ix_paper_batch_version_id', 'paper_batch', ['version_id'])
    op.create_index('ix_paper_batch_held', 'paper_batch', ['id'], sqlite_where=IS_HELD, postgresql_where=IS_HELD)
    op.create_table(
        'paper_signature',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('batch_id', sa.Integer(), nullable=False),
        sa.Column('petition_id', sa.Integer(), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(16), nullable=False),
        sa.Column('envelope', sa.LargeBinary(), nullable=True),
        sa.Column('fingerprint', sa.LargeBinary(), nullable=True),
        sa.Column('country', sa.String(), nullable=True),
        sa.Column('shows_name', sa.Boolean(), nullable=False),
        sa.Column('compared_at', MOMENT, nullable=True),
        sa.CheckConstraint("state IN ('stands', 'double', 'owed', 'removed')", name=op.f('ck_paper_signature_state')),
        sa.ForeignKeyConstraint(['batch_id'], ['paper_batch.id'], name=op.f('fk_paper_signature_batch_id_paper_batch'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['petition_id'], ['petition.id'], name=op.f('fk_paper_signature_petition_id_petition'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_paper_signature')),
        sa.UniqueConstraint('batch_id', 'number', name=op.f('uq_paper_signature_batch_id_number')),
    )
    op.create_index('ix_paper_signature_fingerprint', 'paper_signature', ['petition_id', 'fingerprint'], sqlite_where=WITH_ADDRESS, postgresql_where=WITH_ADDRESS)
    op.create_index('ix_paper_signature_petition_id', 'paper_signature', ['petition_id', 'state'])


def downgrade() -> None:
    op.drop_table('paper_signature')
    op.drop_table('paper_batch')
    with op.batch_alter_table('hand_over') as batch_op:
        batch_op.drop_column('paper')
    with op.batch_alter_table('petition') as batch_op:
        batch_op.drop_constraint(op.f('fk_petition_paper_version_id_version'), type_='foreignkey')
        batch_op.drop_constraint(op.f('ck_petition_paper_count'), type_='check')
        batch_op.drop_column('paper_version_id')
        batch_op.drop_column('paper_count')
