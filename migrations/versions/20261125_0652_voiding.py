"""Voiding runs, corrections"""

import sqlalchemy as sa
from alembic import op

revision = '0cdad95614dd'
down_revision = '964819db6b28'
branch_labels = None
depends_on = None

STATES = "('counting', 'ready', 'running', 'done', 'cancelled', 'restoring', 'restored')"
STARTED = "('running', 'done', 'restoring', 'restored')"
UNDER_WAY = sa.text("state IN ('counting', 'running', 'restoring')")
VOIDED_IN = sa.text('voided_in IS NOT NULL')
MOMENT = sa.DateTime(timezone=True)
NUMBERS = (
    'found', 'found_confirmed', 'voided', 'voided_confirmed', 'restored', 'restored_confirmed'
)


def upgrade() -> None:
    op.create_table(
        'voiding_run',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('state', sa.String(16), nullable=False),
        sa.Column('conditions', sa.JSON(), nullable=False),
        sa.Column('asked_at', MOMENT, nullable=False),
        sa.Column('by_id', sa.Integer(), nullable=True),
        sa.Column('cursor', sa.Integer(), nullable=False),
        sa.Column('to_open', sa.Integer(), nullable=False),
        sa.Column('opened', sa.Integer(), nullable=False),
        sa.Column('reason', sa.String(), nullable=True),
        sa.Column('started_at', MOMENT, nullable=True),
        sa.Column('ended_at', MOMENT, nullable=True),
        sa.Column('restored_by_id', sa.Integer(), nullable=True),
        sa.Column('restore_reason', sa.String(), nullable=True),
        sa.Column('restored_at', MOMENT, nullable=True),
        sa.CheckConstraint(f'state IN {STATES}', name=op.f('ck_voiding_run_state')),
        sa.CheckConstraint('started_at IS NULL OR reason IS NOT NULL', name=op.f('ck_voiding_run_started_has_reason')),
        sa.CheckConstraint(f'state NOT IN {STARTED} OR started_at IS NOT NULL', name=op.f('ck_voiding_run_started')),
        sa.ForeignKeyConstraint(['by_id'], ['account.id'], name=op.f('fk_voiding_run_by_id_account'), ondelete='SET NULL'),
        sa.ForeignKeyConstraint(['restored_by_id'], ['account.id'], name=op.f('fk_voiding_run_restored_by_id_account'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_voiding_run')),
    )
    op.create_index('ix_voiding_run_by_id', 'voiding_run', ['by_id'])
    op.create_index('ix_voiding_run_restored_by_id', 'voiding_run', ['restored_by_id'])
    op.create_index('ix_voiding_run_under_way', 'voiding_run', ['id'], sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY)
    op.create_table(
        'voiding_part',
        sa.Column('run_id', sa.Integer(), nullable=False),
        sa.Column('petition_id', sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in NUMBERS),
        sa.ForeignKeyConstraint(['run_id'], ['voiding_run.id'], name=op.f('fk_voiding_part_run_id_voiding_run'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['petition_id'], ['petition.id'], name=op.f('fk_voiding_part_petition_id_petition'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('run_id', 'petition_id', name=op.f('pk_voiding_part')),
    )
    op.create_index('ix_voiding_part_petition_id', 'voiding_part', ['petition_id'])
    op.create_table(
        'voiding_match',
        sa.Column('run_id', sa.Integer(), nullable=False),
        sa.Column('signature_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(['run_id'], ['voiding_run.id'], name=op.f('fk_voiding_match_run_id_voiding_run'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['signature_id'], ['signature.id'], name=op.f('fk_voiding_match_signature_id_signature'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('run_id', 'signature_id', name=op.f('pk_voiding_match')),
    )
    op.create_index('ix_voiding_match_signature_id', 'voiding_match', ['signature_id'])
    op.create_table(
        'total_correction',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('petition_id', sa.Integer(), nullable=False),
        sa.Column('run_id', sa.Integer(), nullable=False),
        sa.Column('moved', sa.Integer(), nullable=False),
        sa.Column('total_before', sa.Integer(), nullable=False),
        sa.Column('moved_at', MOMENT, nullable=False),
        sa.Column('words', sa.String(), nullable=True),
        sa.Column('published_at', MOMENT, nullable=True),
        sa.Column('published_by_id', sa.Integer(), nullable=True),
        sa.CheckConstraint('moved != 0', name=op.f('ck_total_correction_moved')),
        sa.CheckConstraint('(words IS NULL) = (published_at IS NULL)', name=op.f('ck_total_correction_published_has_words')),
        sa.ForeignKeyConstraint(['petition_id'], ['petition.id'], name=op.f('fk_total_correction_petition_id_petition'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['run_id'], ['voiding_run.id'], name=op.f('fk_total_correction_run_id_voiding_run'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['published_by_id'], ['account.id'], name=op.f('fk_total_correction_published_by_id_account'), ondelete='SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_total_correction')),
    )
    for column in ('petition_id', 'run_id', 'published_by_id'):
        op.create_index(f'ix_total_correction_{column}', 'total_correction', [column])
    with op.batch_alter_table('signature') as batch_op:
        batch_op.add_column(sa.Column('voided_in', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_signature_voided_in_voiding_run'), 'voiding_run', ['voided_in'], ['id'])
    op.create_index('ix_signature_voided_in', 'signature', ['voided_in', 'id'], sqlite_where=VOIDED_IN, postgresql_where=VOIDED_IN)


def downgrade() -> None:
    op.drop_index('ix_signature_voided_in', 'signature')
    with op.batch_alter_table('signature') as batch_op:
        batch_op.drop_constraint(op.f('fk_signature_voided_in_voiding_run'), type_='foreignkey')
        batch_op.drop_column('voided_in')
    for table in ('total_correction', 'voiding_match', 'voiding_part', 'voiding_run'):
        op.drop_table(table)
