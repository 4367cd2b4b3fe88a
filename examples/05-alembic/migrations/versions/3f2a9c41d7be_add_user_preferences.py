"""add user preferences"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "3f2a9c41d7be"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "user_preferences",
        sa.Column(
            "user_id",
            postgresql.UUID(),
            sa.ForeignKey("users.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column("theme", sa.Text(), server_default="light", nullable=False),
        sa.Column("language", sa.Text(), server_default="en", nullable=False),
        sa.Column("timezone", sa.Text(), server_default="UTC", nullable=False),
        sa.Column("notifications", postgresql.JSONB(), server_default='{"email": true}', nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )
    op.create_index("idx_user_preferences_language", "user_preferences", ["language"])
    # A plain statement can be written as SQL beforehand; one that reads rows into Python first cannot.
    op.execute("INSERT INTO user_preferences (user_id) SELECT id FROM users ON CONFLICT DO NOTHING")


def downgrade() -> None:
    op.drop_table("user_preferences")
