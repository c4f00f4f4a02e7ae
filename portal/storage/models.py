"""A stored file and the seal it lies under."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..db import Base


class Seal(Base):
    """A data key: what is sealed for `recipient` opens only with the key that lies wrapped here under the server key."""

    __tablename__ = "seal"

    purpose: Mapped[str | None] = mapped_column(String(40), unique=True)
    """Filled for the few seals that are shared; empty for the seal of one thing."""
    recipient: Mapped[str] = mapped_column(String(100))
    wrapped_key: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class StoredFile(Base):
    """One file on disk, at the hash of its ciphertext. Its name, kind and hash are as secret as its content.

    It has no permission of its own: the feature that refers to it decides who may read it.
    """

    __tablename__ = "stored_file"

    seal_id: Mapped[int] = mapped_column(ForeignKey("seal.id"), index=True)
    address: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int] = mapped_column(BigInteger)
    """Of the plain content, in bytes."""
    sealed_name: Mapped[bytes] = mapped_column(LargeBinary)
    uploaded_by_id: Mapped[int | None]
    uploaded_at: Mapped[datetime]

    seal: Mapped[Seal] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (
        CheckConstraint("size >= 0", name="size_counts"),
        CheckConstraint("length(address) = 64", name="address_is_a_hash"),
    )
