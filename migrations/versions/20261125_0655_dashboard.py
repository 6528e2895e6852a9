"""Last visits"""

import sqlalchemy as sa
from alembic import op

revision = '8d2cb3437aa2'
down_revision = '19acff998d4d'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'last_visit',
        sa.Column('account_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('numbers', sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_last_visit_account_id_account'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('account_id', name=op.f('pk_last_visit')),
    )
    op.create_index('ix_tally_kind_key', 'tally', ['kind', 'key'])
    held = sa.text("state = 'held'")
    op.create_index(
        'ix_signature_held', 'signature', ['petition_id', 'signed_at'],
        sqlite_where=held, postgresql_where=held,
    )


def downgrade() -> None:
    op.drop_index('ix_signature_held', 'signature')
    op.drop_index('ix_tally_kind_key', 'tally')
    op.drop_table('last_visit')
