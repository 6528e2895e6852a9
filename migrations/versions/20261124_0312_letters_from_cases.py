"""Letters from cases

A case is one document with versions. The old columns held less than a case needs, and letter
actions came from seeds/ alone, so they are not carried over: `python -m campaign seed` brings
them back.
"""

import sqlalchemy as sa
from alembic import op

revision = 'aeef62b5d087'
down_revision = '3ef9efed3ccd'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('kit',
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('digest', name=op.f('pk_kit'))
    )
    with op.batch_alter_table('kit', schema=None) as batch_op:
        batch_op.create_index('ix_kit_made_at', ['made_at'], unique=False)

    op.create_table('case_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('campaign_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(), nullable=False),
    sa.Column('content', sa.JSON(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_case_version_campaign_id_campaign'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_case_version')),
    sa.UniqueConstraint('campaign_id', 'number', name=op.f('uq_case_version_campaign_id_number'))
    )
    op.create_table('answer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('letter_action_id', sa.Integer(), nullable=False),
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('kind', sa.String(16), nullable=False),
    sa.Column('letters', sa.Integer(), nullable=False),
    sa.Column('came_on', sa.Date(), nullable=False),
    sa.Column('note', sa.String(), nullable=False),
    sa.CheckConstraint("kind IN ('reply', 'returned')", name=op.f('ck_answer_kind')),
    sa.ForeignKeyConstraint(['letter_action_id'], ['letter_action.id'], name=op.f('fk_answer_letter_action_id_letter_action'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer'))
    )
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.create_index('ix_answer_letter_action_id', ['letter_action_id'], unique=False)

    op.create_table('issued_draft',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('letter_action_id', sa.Integer(), nullable=False),
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('language', sa.String(), nullable=False),
    sa.Column('trace', sa.LargeBinary(), nullable=False),
    sa.Column('drafted_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['letter_action_id'], ['letter_action.id'], name=op.f('fk_issued_draft_letter_action_id_letter_action'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_issued_draft'))
    )
    with op.batch_alter_table('issued_draft', schema=None) as batch_op:
        batch_op.create_index('ix_issued_draft_drafted_at', ['drafted_at'], unique=False)
        batch_op.create_index('ix_issued_draft_letter_action_id', ['letter_action_id', 'target', 'language', 'id'], unique=False)

    op.create_table('posted',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('letter_action_id', sa.Integer(), nullable=False),
    sa.Column('target', sa.String(), nullable=False),
    sa.Column('letters', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(16), nullable=False),
    sa.Column('told_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state IN ('counted', 'held', 'refused')", name=op.f('ck_posted_state')),
    sa.CheckConstraint('letters > 0', name=op.f('ck_posted_letters')),
    sa.ForeignKeyConstraint(['letter_action_id'], ['letter_action.id'], name=op.f('fk_posted_letter_action_id_letter_action'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_posted'))
    )
    with op.batch_alter_table('posted', schema=None) as batch_op:
        batch_op.create_index('ix_posted_letter_action_id_state', ['letter_action_id', 'state'], unique=False)

    op.execute("DELETE FROM letter_action")
    with op.batch_alter_table('target', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_target_letter_action_id'))

    op.drop_table('target')
    with op.batch_alter_table('letter_action', schema=None) as batch_op:
        batch_op.add_column(sa.Column('version_id', sa.Integer(), nullable=False))
        batch_op.add_column(sa.Column('posted_count', sa.Integer(), nullable=False))
        batch_op.add_column(sa.Column('drafted_count', sa.Integer(), nullable=False))
        batch_op.create_foreign_key(batch_op.f('fk_letter_action_version_id_case_version'), 'case_version', ['version_id'], ['id'])
        batch_op.drop_column('avoid')
        batch_op.drop_column('asks')
        batch_op.drop_column('say')
        batch_op.drop_column('guidance')



def downgrade() -> None:
    op.execute("DELETE FROM letter_action")
    with op.batch_alter_table('letter_action', schema=None) as batch_op:
        batch_op.add_column(sa.Column('guidance', sa.String(), nullable=False))
        batch_op.add_column(sa.Column('say', sa.JSON(), nullable=False))
        batch_op.add_column(sa.Column('asks', sa.JSON(), nullable=False))
        batch_op.add_column(sa.Column('avoid', sa.JSON(), nullable=False))
        batch_op.drop_constraint(batch_op.f('fk_letter_action_version_id_case_version'), type_='foreignkey')
        batch_op.drop_column('drafted_count')
        batch_op.drop_column('posted_count')
        batch_op.drop_column('version_id')

    op.create_table('target',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('letter_action_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('role', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=True),
    sa.Column('salutation', sa.String(), nullable=True),
    sa.Column('address', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['letter_action_id'], ['letter_action.id'], name=op.f('fk_target_letter_action_id_letter_action'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_target'))
    )
    with op.batch_alter_table('target', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_target_letter_action_id'), ['letter_action_id'], unique=False)

    with op.batch_alter_table('posted', schema=None) as batch_op:
        batch_op.drop_index('ix_posted_letter_action_id_state')

    op.drop_table('posted')
    with op.batch_alter_table('issued_draft', schema=None) as batch_op:
        batch_op.drop_index('ix_issued_draft_letter_action_id')
        batch_op.drop_index('ix_issued_draft_drafted_at')

    op.drop_table('issued_draft')
    with op.batch_alter_table('answer', schema=None) as batch_op:
        batch_op.drop_index('ix_answer_letter_action_id')

    op.drop_table('answer')
    op.drop_table('case_version')
    with op.batch_alter_table('kit', schema=None) as batch_op:
        batch_op.drop_index('ix_kit_made_at')

    op.drop_table('kit')
