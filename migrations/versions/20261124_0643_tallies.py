"""Tallies of signatures and mails"""

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = '55ff431e1679'
down_revision = '41541221fbe8'
branch_labels = None
depends_on = None

KINDS = (
    "('state', 'signed', 'proved', 'expired', 'confirmed', 'country', 'language', 'source', "
    "'wants_updates', 'has_comment')"
)
CONFIRMED = "WHERE state = 'confirmed'"
#: What each kind counts at present: the key, and which rows. Nothing is known of expired ones.
COUNTED = {
    "state": ("state", ""),
    "signed": ("{signed_on}", ""),
    "proved": ("{signed_on}", "WHERE confirmed_at IS NOT NULL"),
    "confirmed": ("{confirmed_on}", CONFIRMED),
    "country": ("coalesce(country, '')", CONFIRMED),
    "language": ("language", CONFIRMED),
    "source": ("coalesce(source, '')", CONFIRMED),
    "wants_updates": ("''", f"{CONFIRMED} AND wants_updates"),
    "has_comment": ("''", f"{CONFIRMED} AND has_comment"),
}
DAYS = {
    "sqlite": "substr({moment}, 1, 10)",
    "postgresql": "to_char({moment} AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
}
PAGE = 1000


def upgrade() -> None:
    op.add_column("signature", sa.Column("has_comment", sa.Boolean(), nullable=True))
    _look_for_comments()
    with op.batch_alter_table("signature") as batch_op:
        batch_op.alter_column("has_comment", existing_type=sa.Boolean(), nullable=False)
    op.create_table(
        "tally",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"kind IN {KINDS}", name=op.f("ck_tally_kind")),
        sa.ForeignKeyConstraint(["petition_id"], ["petition.id"], name=op.f("fk_tally_petition_id_petition"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("kind", "petition_id", "key", name=op.f("pk_tally")),
    )
    op.create_table(
        "tally_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("petition_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("expired", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("signed_on", sa.String(), nullable=False),
        sa.Column("confirmed_on", sa.String(), nullable=True),
        sa.Column("country", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("wants_updates", sa.Boolean(), nullable=False),
        sa.Column("has_comment", sa.Boolean(), nullable=False),
        sa.CheckConstraint("state IN ('pending', 'confirmed', 'held', 'withdrawn', 'voided')", name=op.f("ck_tally_entry_state")),
        sa.ForeignKeyConstraint(["petition_id"], ["petition.id"], name=op.f("fk_tally_entry_petition_id_petition"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tally_entry")),
    )
    _count()
    op.add_column("mail", sa.Column("counted_under", sa.String(), nullable=True))
    op.create_table(
        "mail_failure",
        sa.Column("counted_under", sa.String(), nullable=False),
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("counted_under", "domain", name=op.f("pk_mail_failure")),
    )


def downgrade() -> None:
    op.drop_table("mail_failure")
    with op.batch_alter_table("mail") as batch_op:
        batch_op.drop_column("counted_under")
    op.drop_table("tally_entry")
    op.drop_table("tally")
    with op.batch_alter_table("signature") as batch_op:
        batch_op.drop_column("has_comment")


def _look_for_comments() -> None:
    """Open every envelope once; from now on the row says whether there is a comment in it."""
    connection = op.get_bind()
    connection.execute(sa.text("UPDATE signature SET has_comment = false"))
    vault = current_app.extensions["campaign.vault"]
    page = sa.text(
        "SELECT id, envelope FROM signature WHERE id > :last AND envelope IS NOT NULL ORDER BY id LIMIT :most"
    )
    last = 0
    while rows := connection.execute(page, {"last": last, "most": PAGE}).all():
        with_comment = [{"id": row.id} for row in rows if _has_comment(vault, row.envelope)]
        if with_comment:
            connection.execute(sa.text("UPDATE signature SET has_comment = true WHERE id = :id"), with_comment)
        last = rows[-1].id


def _has_comment(vault, envelope) -> bool:
    try:
        return bool(vault.open(bytes(envelope))["comment"])
    except Exception:  # its key is lost, or it was damaged: nobody will ever read a comment there
        return False


def _count() -> None:
    day = DAYS[op.get_bind().dialect.name]
    days = {
        "signed_on": day.format(moment="signed_at"),
        "confirmed_on": day.format(moment="confirmed_at"),
    }
    for kind, (key, rows) in COUNTED.items():
        key = key.format(**days)
        op.execute(
            "INSERT INTO tally (kind, petition_id, key, number) "
            f"SELECT '{kind}', petition_id, {key}, count(*) FROM signature {rows} GROUP BY 2, 3"
        )
