"""The books are tested at the same counter as billing."""

from tests.features.billing.conftest import office, shared_office

__all__ = ["office", "shared_office"]
