"""Screening: settings, lists, what a signature is held for"""

import sqlalchemy as sa
from alembic import op

revision = '964819db6b28'
down_revision = '20f4bb2f5006'
branch_labels = None
depends_on = None

HELD_FOR = "('burst', 'domain', 'name', 'list', 'trend', 'trap', 'limiter')"
HELD_OR_RELEASED = sa.text("deed IN ('hold', 'release')")
GOING_ON = sa.text("ended_at IS NULL")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("signature") as batch_op:
        batch_op.add_column(sa.Column("held_for", sa.String(16), nullable=True))
        batch_op.create_check_constraint(op.f("ck_signature_held_for"), f"held_for IN {HELD_FOR}")
    op.create_index(
        "ix_signature_event_at_held",
        "signature_event",
        ["at"],
        sqlite_where=HELD_OR_RELEASED,
        postgresql_where=HELD_OR_RELEASED,
    )
    op.create_table(
        "day_key",
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_day_key")),
    )
    op.create_table(
        "screening_setting",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_screening_setting")),
    )
    op.create_table(
        "screening_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('network', 'domain', 'mailbox')", name=op.f("ck_screening_entry_kind")),
        sa.CheckConstraint("verdict IN ('hold', 'pass')", name=op.f("ck_screening_entry_verdict")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_entry")),
        sa.UniqueConstraint("kind", "verdict", "value", name=op.f("uq_screening_entry_kind_verdict_value")),
    )
    op.create_table(
        "trend",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("is_believed", sa.Boolean(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["petition_id"], ["petition.id"], name=op.f("fk_trend_petition_id_petition"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trend")),
    )
    op.create_index(
        "uq_trend_petition_id_going_on",
        "trend",
        ["petition_id"],
        unique=True,
        sqlite_where=GOING_ON,
        postgresql_where=GOING_ON,
    )


def downgrade() -> None:
    for table in ("trend", "screening_entry", "screening_setting", "day_key"):
        op.drop_table(table)
    op.drop_index("ix_signature_event_at_held", "signature_event")
    with op.batch_alter_table("signature") as batch_op:
        batch_op.drop_constraint(op.f("ck_signature_held_for"), type_="check")
        batch_op.drop_column("held_for")
