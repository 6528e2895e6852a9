"""What supporters have sent in, until a worker takes it up"""

import sqlalchemy as sa
from alembic import op

revision = 'c70e2a9b41d8'
down_revision = 'b1f07c5d92ea'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'sent_form',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('petition_id', sa.Integer(), nullable=False),
        sa.Column('version_id', sa.Integer(), nullable=False),
        sa.Column('envelope', sa.LargeBinary(), nullable=False),
        sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['petition_id'], ['petition.id'],
            name=op.f('fk_sent_form_petition_id_petition'), ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['version_id'], ['version.id'], name=op.f('fk_sent_form_version_id_version')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_sent_form')),
    )
    for column in ('petition_id', 'version_id', 'due_at'):
        op.create_index(op.f(f'ix_sent_form_{column}'), 'sent_form', [column])


def downgrade() -> None:
    # Whoever sent one in was told to look for a mail: take them up first.
    op.drop_table('sent_form')
