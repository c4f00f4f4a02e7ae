"""Titles and names keep the key by which they are sorted and found; keys stand in byte order on both databases."""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEYS = (
    ("procedure", "title", "sort_title"), ("development_table", "name", "sort_name"), ("agreement", "title", "sort_title"),
    ("user_account", "name", "sort_name"),
)  # fmt: skip
ARTICLES = ("de ", "het ", "een ", "'t ", "stichting ")
TEXT = sa.String(200).with_variant(sa.String(200, collation="C"), "postgresql")


def sort_key(name: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c)).casefold().strip()
    for article in ARTICLES:
        plain = plain.removeprefix(article)
    return plain[:200]


def upgrade() -> None:
    connection = op.get_bind()
    for table, source, key in KEYS:
        op.add_column(table, sa.Column(key, TEXT, nullable=False, server_default=""))
        rows = connection.execute(sa.text(f"SELECT id, {source} FROM {table}")).all()
        known = [{"id": id, "key": sort_key(name)} for id, name in rows]
        if known:
            connection.execute(sa.text(f"UPDATE {table} SET {key} = :key WHERE id = :id"), known)
    if connection.dialect.name == "postgresql":
        op.execute('ALTER TABLE organisation ALTER COLUMN sort_name TYPE varchar(200) COLLATE "C"')


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute('ALTER TABLE organisation ALTER COLUMN sort_name TYPE varchar(200) COLLATE "default"')
    for table, _source, key in reversed(KEYS):
        op.drop_column(table, key)
