"""The search index: uni- and bigrams of short texts (limits.md "Search").

Two FTS5 tables stand beside it, made by ``store.search``: SQLAlchemy has no word for them.
"""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from app.model.base import Base


class Gram(Base):
    """One gram of one record. ``gram`` begins with the field's letter (``store.search.Field``)."""

    __tablename__ = "gram"

    gram: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[int] = mapped_column(primary_key=True)

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own form
