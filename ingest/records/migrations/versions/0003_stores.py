"""Stores that expire, batches, indexes for the lists of store files, and counts that need no counting."""

import sqlalchemy as sa
from alembic import op

from ingest.records.tables import BIG, only_where, trigger

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

COUNT_ONE_MORE = """
    INSERT INTO store_counts (store_id, state, files, usage_bytes) VALUES (new.store_id, new.state, 1, new.usage_bytes)
    ON CONFLICT (store_id, state) DO UPDATE
    SET files = store_counts.files + 1, usage_bytes = store_counts.usage_bytes + excluded.usage_bytes;
"""
COUNT_ONE_LESS = """
    UPDATE store_counts SET files = files - 1, usage_bytes = usage_bytes - old.usage_bytes
    WHERE store_id = old.store_id AND state = old.state;
"""


def upgrade() -> None:
    op.add_column("stores", sa.Column("description", sa.String))
    op.add_column("stores", sa.Column("expires_days", BIG))
    op.create_index("stores_by_name", "stores", ["name", "seq"])
    op.create_index("stores_that_expire", "stores", ["last_active_at"], **only_where("expires_days IS NOT NULL"))

    op.create_table(
        "batches",
        sa.Column("seq", BIG, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String, nullable=False, unique=True),
        sa.Column("store_id", sa.String, sa.ForeignKey("stores.id"), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("cancelled", sa.Boolean, nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("batches_by_store", "batches", ["store_id"])

    op.add_column("store_files", sa.Column("batch_id", sa.String))
    op.drop_index("store_files_by_store_and_state", "store_files")
    op.create_index("store_files_by_store", "store_files", ["store_id", "seq"])
    op.create_index("store_files_by_store_and_state", "store_files", ["store_id", "state", "seq"])
    batched = only_where("batch_id IS NOT NULL")
    op.create_index("store_files_by_batch", "store_files", ["batch_id", "seq"], **batched)
    columns = ["batch_id", "state", "seq"]
    op.create_index("store_files_by_batch_and_state", "store_files", columns, **batched)

    op.create_table(
        "store_counts",
        sa.Column("store_id", sa.String, primary_key=True),
        sa.Column("state", sa.String, primary_key=True),
        sa.Column("files", sa.Integer, nullable=False),
        sa.Column("usage_bytes", sa.BigInteger, nullable=False),
    )
    op.execute(
        "INSERT INTO store_counts (store_id, state, files, usage_bytes) "
        "SELECT store_id, state, count(*), sum(usage_bytes) FROM store_files GROUP BY store_id, state"
    )
    for name, happens, counted in (
        ("count_added", "INSERT", COUNT_ONE_MORE),
        ("count_removed", "DELETE", COUNT_ONE_LESS),
        ("count_changed", "UPDATE OF state, usage_bytes", f"{COUNT_ONE_LESS} {COUNT_ONE_MORE}"),
    ):
        for statement in trigger(op.get_bind().dialect.name, name, happens, "store_files", counted):
            op.execute(statement)
