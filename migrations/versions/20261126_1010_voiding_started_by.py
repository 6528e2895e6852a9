"""Who started a voiding run, who need not have counted it"""

import sqlalchemy as sa
from alembic import op

revision = 'b1f07c5d92ea'
down_revision = '58d0c3b7e9f4'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Of earlier runs nobody knows: the trail named whoever counted.
    with op.batch_alter_table('voiding_run') as batch_op:
        batch_op.add_column(sa.Column('started_by_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f('fk_voiding_run_started_by_id_account'), 'account', ['started_by_id'], ['id'], ondelete='SET NULL')
        batch_op.create_index('ix_voiding_run_started_by_id', ['started_by_id'])


def downgrade() -> None:
    with op.batch_alter_table('voiding_run') as batch_op:
        batch_op.drop_index('ix_voiding_run_started_by_id')
        batch_op.drop_constraint(op.f('fk_voiding_run_started_by_id_account'), type_='foreignkey')
        batch_op.drop_column('started_by_id')
