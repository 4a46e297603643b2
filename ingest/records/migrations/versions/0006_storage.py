"""How many files are kept and of how many bytes, which needs no counting, and how many may be."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "storage",
        sa.Column("files", sa.BigInteger, nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("max_files", sa.BigInteger),
        sa.Column("max_bytes", sa.BigInteger),
    )
    op.execute("INSERT INTO storage (files, bytes) SELECT count(*), coalesce(sum(bytes), 0) FROM files")
    for name, happened, sign, row in (("kept", "INSERT", "+", "new"), ("deleted", "DELETE", "-", "old")):
        op.execute(
            f"CREATE TRIGGER storage_{name} AFTER {happened} ON files BEGIN "
            f"UPDATE storage SET files = files {sign} 1, bytes = bytes {sign} {row}.bytes; END"
        )
