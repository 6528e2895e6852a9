"""Hand-overs"""

import sqlalchemy as sa
from alembic import op

revision = 'a8bbac8ea951'
down_revision = '55ff431e1679'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('hand_over',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('petition_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('made_by', sa.String(), nullable=False),
    sa.Column('covers', sa.String(16), nullable=False),
    sa.Column('naming', sa.String(16), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('named', sa.Integer(), nullable=False),
    sa.Column('versions', sa.JSON(), nullable=False),
    sa.Column('pdf_sha256', sa.String(), nullable=True),
    sa.Column('csv_sha256', sa.String(), nullable=True),
    sa.Column('pages', sa.Integer(), nullable=True),
    sa.Column('in_part', sa.Integer(), nullable=False),
    sa.Column('files_destroyed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('handed_to', sa.String(), nullable=False),
    sa.Column('handed_on', sa.Date(), nullable=True),
    sa.Column('answer', sa.String(), nullable=False),
    sa.CheckConstraint("covers IN ('all', 'new')", name=op.f('ck_hand_over_covers')),
    sa.CheckConstraint("naming IN ('names', 'initials')", name=op.f('ck_hand_over_naming')),
    sa.CheckConstraint('named BETWEEN 0 AND total', name=op.f('ck_hand_over_named')),
    sa.CheckConstraint('(pdf_sha256 IS NULL) = (csv_sha256 IS NULL)', name=op.f('ck_hand_over_both_files')),
    sa.ForeignKeyConstraint(['petition_id'], ['petition.id'], name=op.f('fk_hand_over_petition_id_petition'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_hand_over')),
    sa.UniqueConstraint('petition_id', 'number', name=op.f('uq_hand_over_petition_id_number'))
    )
    op.create_table('hand_over_signature',
    sa.Column('hand_over_id', sa.Integer(), nullable=False),
    sa.Column('place', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('signature_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['hand_over_id'], ['hand_over.id'], name=op.f('fk_hand_over_signature_hand_over_id_hand_over'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['signature_id'], ['signature.id'], name=op.f('fk_hand_over_signature_signature_id_signature'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('hand_over_id', 'place', name=op.f('pk_hand_over_signature')),
    sa.UniqueConstraint('hand_over_id', 'number', name=op.f('uq_hand_over_signature_hand_over_id_number'))
    )
    op.create_index(op.f('ix_hand_over_signature_signature_id'), 'hand_over_signature', ['signature_id'])
    op.create_table('hand_over_file',
    sa.Column('hand_over_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(16), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("kind IN ('pdf', 'csv')", name=op.f('ck_hand_over_file_kind')),
    sa.ForeignKeyConstraint(['hand_over_id'], ['hand_over.id'], name=op.f('fk_hand_over_file_hand_over_id_hand_over'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('hand_over_id', 'kind', name=op.f('pk_hand_over_file'))
    )


def downgrade() -> None:
    op.drop_table('hand_over_file')
    op.drop_table('hand_over_signature')
    op.drop_table('hand_over')
