"""Taken down; the trail chained"""

import sqlalchemy as sa
from alembic import op

revision = '19acff998d4d'
down_revision = '0cdad95614dd'
branch_labels = None
depends_on = None


WHOLE = ' AND '.join(f"(state = 'hidden') = ({column} IS NOT NULL)" for column in ('hidden_from', 'hidden_at', 'hidden_because'))
TABLES = {
    'post': "'draft', 'in_review', 'published'",
    'campaign': "'draft', 'in_review', 'open', 'closed'",
}


def upgrade() -> None:
    for table, states in TABLES.items():
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column('hidden_from', sa.String(16), nullable=True))
            batch_op.add_column(sa.Column('hidden_at', sa.DateTime(timezone=True), nullable=True))
            batch_op.add_column(sa.Column('hidden_because', sa.String(16), nullable=True))
            batch_op.add_column(sa.Column('hidden_words', sa.String(), nullable=True))
        # No page could hide anything before; somebody may have done it in the database.
        op.execute(
            f"UPDATE {table} SET hidden_from = 'draft', hidden_at = CURRENT_TIMESTAMP, "
            "hidden_because = 'other', hidden_words = '' WHERE state = 'hidden'"
        )
        with op.batch_alter_table(table) as batch_op:
            batch_op.create_check_constraint(op.f(f'ck_{table}_hidden_from'), f'hidden_from IN ({states})')
            batch_op.create_check_constraint(op.f(f'ck_{table}_hidden_is_whole'), WHOLE)
    with op.batch_alter_table('trail_entry') as batch_op:
        batch_op.add_column(sa.Column('seal', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('place', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('link', sa.String(), nullable=True))
        batch_op.create_unique_constraint(op.f('uq_trail_entry_seal'), ['seal'])
        batch_op.create_unique_constraint(op.f('uq_trail_entry_place'), ['place'])
        batch_op.create_check_constraint(op.f('ck_trail_entry_linked'), '(place IS NULL) = (link IS NULL)')
        batch_op.create_index('ix_trail_entry_deed', ['deed'])
    # The worker seals and links what is there already: the key for it is not in the database.
    op.create_table(
        'trail_head',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('length', sa.Integer(), nullable=False),
        sa.Column('link', sa.String(), nullable=False),
        sa.Column('begun_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('checked_length', sa.Integer(), nullable=True),
        sa.Column('faults', sa.JSON(), nullable=False),
        sa.Column('seal', sa.String(), nullable=False),
        sa.CheckConstraint('id = 1', name=op.f('ck_trail_head_only_one')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_trail_head')),
    )


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_constraint(op.f(f'ck_{table}_hidden_is_whole'), type_='check')
            batch_op.drop_constraint(op.f(f'ck_{table}_hidden_from'), type_='check')
            for column in ('hidden_words', 'hidden_because', 'hidden_at', 'hidden_from'):
                batch_op.drop_column(column)
    # The room before knows no hidden posts, and what was taken down must not become public.
    op.execute("UPDATE post SET state = 'draft' WHERE state = 'hidden'")
    op.drop_table('trail_head')
    with op.batch_alter_table('trail_entry') as batch_op:
        batch_op.drop_index('ix_trail_entry_deed')
        batch_op.drop_constraint(op.f('ck_trail_entry_linked'), type_='check')
        batch_op.drop_constraint(op.f('uq_trail_entry_place'), type_='unique')
        batch_op.drop_constraint(op.f('uq_trail_entry_seal'), type_='unique')
        for column in ('link', 'place', 'seal'):
            batch_op.drop_column(column)
