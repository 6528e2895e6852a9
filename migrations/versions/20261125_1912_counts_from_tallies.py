"""The count of a petition is its tally, with what the ledger adds"""

import sqlalchemy as sa
from alembic import op

revision = 'a2c85f7d60e3'
down_revision = '7b39e0d415c2'
branch_labels = None
depends_on = None

IS_CONFIRMED = sa.text("state = 'confirmed'")


def upgrade() -> None:
    with op.batch_alter_table("petition") as batch_op:
        batch_op.drop_constraint(op.f("ck_petition_confirmed_count"), type_="check")
        batch_op.drop_column("confirmed_count")
    op.create_index(
        "ix_tally_entry_confirmed",
        "tally_entry",
        ["petition_id", "number"],
        sqlite_where=IS_CONFIRMED,
        postgresql_where=IS_CONFIRMED,
    )


def downgrade() -> None:
    op.drop_index("ix_tally_entry_confirmed", table_name="tally_entry")
    op.add_column("petition", sa.Column("confirmed_count", sa.Integer(), nullable=True))
    op.execute(
        "UPDATE petition SET confirmed_count = (SELECT count(*) FROM signature"
        " WHERE signature.petition_id = petition.id AND signature.state = 'confirmed')"
    )
    with op.batch_alter_table("petition") as batch_op:
        batch_op.alter_column("confirmed_count", existing_type=sa.Integer(), nullable=False)
        batch_op.create_check_constraint(
            op.f("ck_petition_confirmed_count"), "confirmed_count >= 0"
        )
