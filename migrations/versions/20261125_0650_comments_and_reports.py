"""Comments, reports"""

import sqlalchemy as sa
from alembic import op

revision = '20f4bb2f5006'
down_revision = 'fb5f8184aa0d'
branch_labels = None
depends_on = None

COMMENTED = sa.text("comment_state IS NOT NULL")
IN_A_BATCH = sa.text("batch IS NOT NULL")
COMMENT_STATES = "('waiting', 'passed', 'refused')"
REPORT_STATES = "('waiting', 'nothing_wrong', 'mended', 'passed_on')"
KINDS = "('wrong', 'harm', 'rights', 'broken', 'other')"
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("signature") as batch_op:
        batch_op.add_column(sa.Column("comment_state", sa.String(16), nullable=True))
        batch_op.create_check_constraint(
            op.f("ck_signature_comment_state"), f"comment_state IN {COMMENT_STATES}"
        )
    op.execute("UPDATE signature SET comment_state = 'waiting' WHERE has_comment AND state != 'withdrawn'")
    for name, columns in (
        ("ix_signature_comments", ["comment_state", "state", "confirmed_at", "id"]),
        ("ix_signature_comments_of_petition", ["petition_id", "comment_state", "state", "confirmed_at"]),
    ):
        op.create_index(name, "signature", columns, sqlite_where=COMMENTED, postgresql_where=COMMENTED)
    op.add_column("signature_event", sa.Column("batch", sa.String(), nullable=True))
    op.create_index(
        "ix_signature_event_batch",
        "signature_event",
        ["batch", "signature_id"],
        sqlite_where=IN_A_BATCH,
        postgresql_where=IN_A_BATCH,
    )
    op.create_table(
        "bulk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("deed", sa.String(16), nullable=False),
        sa.Column("choice", sa.String(), nullable=False),
        sa.Column("upto", sa.Integer(), nullable=False),
        sa.Column("reached", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint("deed IN ('hold', 'release', 'void', 'restore')", name=op.f("ck_bulk_deed")),
        sa.ForeignKeyConstraint(["undoes_id"], ["bulk.id"], name=op.f("fk_bulk_undoes_id_bulk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk")),
        sa.UniqueConstraint("key", name=op.f("uq_bulk_key")),
        sa.UniqueConstraint("undoes_id", name=op.f("uq_bulk_undoes_id")),
    )
    op.create_index("ix_bulk_ended_at", "bulk", ["ended_at"])
    op.create_table(
        "report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=True),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("sent_at", MOMENT, nullable=False),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("decided_by", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint("(campaign_id IS NULL) != (post_id IS NULL)", name=op.f("ck_report_about_one")),
        sa.CheckConstraint(f"state IN {REPORT_STATES}", name=op.f("ck_report_state")),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_report_kind")),
        sa.CheckConstraint("state = 'waiting' OR decided_at IS NOT NULL", name=op.f("ck_report_decided_has_time")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_report_campaign_id_campaign"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_report_post_id_post"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
    )
    op.create_index("ix_report_state_sent_at", "report", ["state", "sent_at"])
    op.create_index("ix_report_campaign_id", "report", ["campaign_id"])
    op.create_index("ix_report_post_id", "report", ["post_id"])


def downgrade() -> None:
    op.drop_table("report")
    op.drop_table("bulk")
    op.drop_index("ix_signature_event_batch", "signature_event")
    with op.batch_alter_table("signature_event") as batch_op:
        batch_op.drop_column("batch")
    op.drop_index("ix_signature_comments_of_petition", "signature")
    op.drop_index("ix_signature_comments", "signature")
    with op.batch_alter_table("signature") as batch_op:
        batch_op.drop_constraint(op.f("ck_signature_comment_state"), type_="check")
        batch_op.drop_column("comment_state")
