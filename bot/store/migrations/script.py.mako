"""${message}."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add only: an older program must be able to go on with the result.

    For PostgreSQL steps are written down as SQL before they run: change rows by `op.execute`, and read none here.
    """
    ${upgrades if upgrades else "pass"}
