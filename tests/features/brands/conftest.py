"""A shop that works for a brand, as the claims' tests know it."""

from tests.features.claims.conftest import works as works
