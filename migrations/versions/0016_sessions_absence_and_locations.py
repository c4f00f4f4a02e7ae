"""Sessions, a new address, how mail comes, who stands in for whom, and where a provider works."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
ATTEMPT = sa.Enum(
    "log_in", "register", "join", "reset", name="attemptkind", native_enum=False, create_constraint=True, length=40
)


def upgrade() -> None:
    op.add_column("user_account", sa.Column("mail_digest", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("outbox_mail", sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("login_attempt", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", ATTEMPT, nullable=False, server_default="log_in"))
    _people()
    _places()


def _people() -> None:
    op.create_table(
        "user_session",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("key_digest", sa.String(length=64), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("last_used_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_user_session_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("key_digest", name=op.f("uq_user_session_key_digest")),
    )
    op.create_index("ix_user_session_user_ended", "user_session", ["user_id", "ended_at"], unique=False)
    op.create_index(op.f("ix_user_session_began_at"), "user_session", ["began_at"], unique=False)
    op.create_table(
        "email_change",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_email_change_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_change")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_email_change_token_digest")),
    )
    op.create_index(op.f("ix_email_change_user_id"), "email_change", ["user_id"], unique=False)
    op.create_table(
        "absence",
        sa.Column("membership_id", ID, nullable=False),
        sa.Column("deputy_id", ID, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("arranged_by_id", ID, nullable=False),
        sa.Column("arranged_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_absence_absence_ends_after_it_starts")),
        sa.CheckConstraint("deputy_id <> membership_id", name=op.f("ck_absence_nobody_stands_in_for_himself")),
        sa.ForeignKeyConstraint(["arranged_by_id"], ["user_account.id"], name=op.f("fk_absence_arranged_by_id")),
        sa.ForeignKeyConstraint(["deputy_id"], ["membership.id"], name=op.f("fk_absence_deputy_id")),
        sa.ForeignKeyConstraint(["membership_id"], ["membership.id"], name=op.f("fk_absence_membership_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index(op.f("ix_absence_membership_id"), "absence", ["membership_id"], unique=False)
    op.create_index(op.f("ix_absence_deputy_id"), "absence", ["deputy_id"], unique=False)


def _places() -> None:
    op.create_table(
        "location",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("street", sa.String(length=160), nullable=False),
        sa.Column("postcode", sa.String(length=7), nullable=False),
        sa.Column("place", sa.String(length=100), nullable=False),
        sa.Column("municipality_id", ID, nullable=True),
        sa.Column("family_home", sa.Boolean(), nullable=False),
        sa.Column("age_from", sa.Integer(), nullable=True),
        sa.Column("age_to", sa.Integer(), nullable=True),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.CheckConstraint(
            "age_from IS NULL OR age_to IS NULL OR age_from <= age_to", name=op.f("ck_location_ages_in_order")
        ),
        sa.CheckConstraint("age_from IS NULL OR age_from >= 0", name=op.f("ck_location_age_not_negative")),
        sa.ForeignKeyConstraint(["municipality_id"], ["municipality.id"], name=op.f("fk_location_municipality_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_location_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location")),
    )
    op.create_index(op.f("ix_location_organisation_id"), "location", ["organisation_id"], unique=False)
    op.create_table(
        "location_capacity",
        sa.Column("location_id", ID, nullable=False),
        sa.Column("category_id", ID, nullable=True),
        sa.Column("product_id", ID, nullable=True),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.CheckConstraint(
            "(category_id IS NULL) <> (product_id IS NULL)", name=op.f("ck_location_capacity_capacity_of_one_thing")
        ),
        sa.CheckConstraint("places > 0", name=op.f("ck_location_capacity_places_positive")),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_location_capacity_category_id")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_location_capacity_location_id")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_location_capacity_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_location_capacity")),
        sa.UniqueConstraint("location_id", "category_id", name=op.f("uq_location_capacity_location_id_category_id")),
        sa.UniqueConstraint("location_id", "product_id", name=op.f("uq_location_capacity_location_id_product_id")),
    )
    op.create_index(op.f("ix_location_capacity_location_id"), "location_capacity", ["location_id"], unique=False)
    op.create_table(
        "served_municipality",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("municipality_id", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["municipality_id"], ["municipality.id"], name=op.f("fk_served_municipality_municipality_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_served_municipality_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_served_municipality")),
        sa.UniqueConstraint(
            "organisation_id", "municipality_id", name=op.f("uq_served_municipality_organisation_id_municipality_id")
        ),
    )
    op.create_index(op.f("ix_served_municipality_organisation_id"), "served_municipality", ["organisation_id"])
    op.create_table(
        "agb_code",
        sa.Column("organisation_id", ID, nullable=False),
        sa.Column("location_id", ID, nullable=True),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("id", ID, nullable=False),
        sa.CheckConstraint("length(code) = 8", name=op.f("ck_agb_code_agb_code_has_eight_digits")),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_agb_code_location_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_agb_code_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agb_code")),
    )
    op.create_index(op.f("ix_agb_code_organisation_id"), "agb_code", ["organisation_id"], unique=False)
    op.create_index(
        "uq_agb_code_current", "agb_code", ["code"], unique=True,
        sqlite_where=sa.text("ended_at IS NULL"), postgresql_where=sa.text("ended_at IS NULL"),
    )  # fmt: skip


def downgrade() -> None:
    for table in (
        "agb_code", "served_municipality", "location_capacity", "location", "absence", "email_change", "user_session",
    ):  # fmt: skip
        op.drop_table(table)
    with op.batch_alter_table("login_attempt", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_login_attempt_attemptkind"), type_="check")
        batch_op.drop_column("kind")
    op.drop_column("outbox_mail", "held")
    op.drop_column("user_account", "mail_digest")
