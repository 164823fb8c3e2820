"""Which data keys the database needs, and finding what a person left in groups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema from the step before to this one."""
    op.create_table(
        "data_keys",
        sa.Column("fingerprint", sa.Text, nullable=False),
        sa.Column("rotating", sa.Integer, nullable=False, server_default="0"),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_data_keys"),
    )
    op.create_index("ix_context_user_id", "context", ["user_id"])
    op.create_index("ix_feedback_user_id", "feedback", ["user_id"])
