"""An index for the names on a campaign's page"""

import sqlalchemy as sa
from alembic import op

revision = '6c1fe0a94b37'
down_revision = 'd41f7a9be260'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_signature_named",
        "signature",
        ["petition_id", "state", "confirmed_at"],
        sqlite_where=sa.text("shows_name = 1 AND envelope IS NOT NULL"),
        postgresql_where=sa.text("shows_name AND envelope IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_signature_named", "signature")
