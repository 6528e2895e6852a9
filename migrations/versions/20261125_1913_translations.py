"""Translations of campaigns and posts"""

import sqlalchemy as sa
from alembic import op

revision = 'c6d10b92e7f4'
down_revision = 'a2c85f7d60e3'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'campaign_translation',
        sa.Column('campaign_id', sa.Integer(), nullable=False),
        sa.Column('language', sa.String(), nullable=False),
        sa.Column('version_id', sa.Integer(), nullable=True),
        sa.Column('title', sa.String(), nullable=False),
        sa.Column('ask', sa.String(), nullable=False),
        sa.Column('story', sa.String(), nullable=False),
        sa.Column('notice', sa.String(), nullable=False),
        sa.Column('outcome_text', sa.String(), nullable=False),
        sa.Column('image_alt', sa.String(), nullable=False),
        sa.Column('addressee', sa.String(), nullable=False),
        sa.Column('statement', sa.String(), nullable=False),
        sa.Column('is_whole', sa.Boolean(), nullable=False),
        sa.Column('translated_from', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['campaign_id'], ['campaign.id'], name=op.f('fk_campaign_translation_campaign_id_campaign'), ondelete='CASCADE'),
        sa.ForeignKeyConstraint(['version_id'], ['version.id'], name=op.f('fk_campaign_translation_version_id_version')),
        sa.PrimaryKeyConstraint('campaign_id', 'language', name=op.f('pk_campaign_translation')),
    )
    op.create_table(
        'post_translation',
        sa.Column('post_id', sa.Integer(), nullable=False),
        sa.Column('language', sa.String(), nullable=False),
        sa.Column('title', sa.String(), nullable=False),
        sa.Column('summary', sa.String(), nullable=False),
        sa.Column('body', sa.String(), nullable=False),
        sa.Column('source_note', sa.String(), nullable=False),
        sa.Column('translated_from', sa.String(), nullable=False),
        sa.ForeignKeyConstraint(['post_id'], ['post.id'], name=op.f('fk_post_translation_post_id_post'), ondelete='CASCADE'),
        sa.PrimaryKeyConstraint('post_id', 'language', name=op.f('pk_post_translation')),
    )
    # Until now each campaign had one language, and what was signed was in it.
    op.add_column('version', sa.Column('language', sa.String(), nullable=True))
    op.execute('UPDATE version SET language = (SELECT language FROM campaign WHERE campaign.id = version.campaign_id)')
    with op.batch_alter_table('version') as batch_op:
        batch_op.alter_column('language', existing_type=sa.String(), nullable=False)
    op.add_column('topic', sa.Column('names', sa.JSON(), nullable=False, server_default='{}'))
    with op.batch_alter_table('topic') as batch_op:
        batch_op.alter_column('names', existing_type=sa.JSON(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('topic') as batch_op:
        batch_op.drop_column('names')
    with op.batch_alter_table('version') as batch_op:
        batch_op.drop_column('language')
    op.drop_table('post_translation')
    op.drop_table('campaign_translation')
