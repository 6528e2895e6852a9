"""Posts in states, corrections"""

import sqlalchemy as sa
from alembic import op

revision = '304686d9d331'
down_revision = '9934c98095b9'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('post') as batch_op:
        # Whatever is there already is read by everybody.
        batch_op.add_column(sa.Column('state', sa.String(16), nullable=False, server_default='published'))
        batch_op.add_column(sa.Column('author_id', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('submitted_at', sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('return_reason', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('updated_at', sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table('post') as batch_op:
        batch_op.alter_column('state', server_default=None)
        batch_op.create_check_constraint(op.f('ck_post_state'), "state IN ('draft', 'in_review', 'published', 'hidden')")
        batch_op.create_check_constraint(op.f('ck_post_waits_since'), "state != 'in_review' OR submitted_at IS NOT NULL")
        batch_op.create_foreign_key(op.f('fk_post_author_id_account'), 'account', ['author_id'], ['id'], ondelete='SET NULL')
        batch_op.drop_index('ix_post_published_on_id')
        batch_op.create_index('ix_post_state_published_on_id', ['state', 'published_on', 'id'])
        batch_op.create_index('ix_post_author_id', ['author_id'])
    op.create_table(
        'post_correction',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('post_id', sa.Integer(), nullable=False),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('says', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_post_correction_post_id_post'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_post_correction')),
    )
    op.create_index('ix_post_correction_post_id', 'post_correction', ['post_id'])


def downgrade() -> None:
    op.drop_table('post_correction')
    # The tables before know published posts alone: what was not public must not become so.
    for link in ('post_topic', 'campaign_post'):
        op.execute(f"DELETE FROM {link} WHERE post_id IN (SELECT id FROM post WHERE state != 'published')")
    op.execute("DELETE FROM post WHERE state != 'published'")
    with op.batch_alter_table('post') as batch_op:
        batch_op.drop_index('ix_post_author_id')
        batch_op.drop_index('ix_post_state_published_on_id')
        batch_op.drop_constraint(op.f('fk_post_author_id_account'), type_='foreignkey')
        batch_op.drop_constraint(op.f('ck_post_waits_since'), type_='check')
        batch_op.drop_constraint(op.f('ck_post_state'), type_='check')
        for column in ('updated_at', 'return_reason', 'submitted_at', 'author_id', 'state'):
            batch_op.drop_column(column)
        batch_op.create_index('ix_post_published_on_id', ['published_on', 'id'])
