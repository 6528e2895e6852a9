"""Exports by staff"""

import sqlalchemy as sa
from alembic import op

revision = 'd1a6b7c8e9f0'
down_revision = 'c2b7d41e90af'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('export') as batch_op:
        batch_op.add_column(sa.Column('account_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('written', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('alive_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key('fk_export_account_id_account', 'account', ['account_id'], ['id'], ondelete='SET NULL')
        batch_op.create_index('ix_export_account_id', ['account_id'])
    op.execute('UPDATE export SET written = rows WHERE rows IS NOT NULL')
    with op.batch_alter_table('export') as batch_op:
        batch_op.alter_column('written', server_default=None)
    # An export reads one petition's signatures in the order of their ids, page after page.
    op.create_index('ix_signature_petition_id_id', 'signature', ['petition_id', 'id'])


def downgrade() -> None:
    op.drop_index('ix_signature_petition_id_id', 'signature')
    with op.batch_alter_table('export') as batch_op:
        batch_op.drop_index('ix_export_account_id')
        batch_op.drop_constraint('fk_export_account_id_account', type_='foreignkey')
        batch_op.drop_column('alive_at')
        batch_op.drop_column('written')
        batch_op.drop_column('account_id')
