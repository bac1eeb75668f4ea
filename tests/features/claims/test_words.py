"""An answer of the brand as somebody reads it: no word twice, no comma after a full stop."""

from __future__ import annotations

import pytest

from app.features.claims.words import reason_text


@pytest.mark.parametrize(
    ("kept", "shown"),
    [
        ("请补充说明故障情况。, other", "请补充说明故障情况。"),
        ("请补充。, serial", "请补充。 serial number"),
        ("demo, Refused, really", "demo, Refused, really"),
        ("other", "what head office wrote"),
        ("", ""),
    ],
)
def test_an_answer_reads_as_a_sentence(kept: str, shown: str) -> None:
    assert reason_text(kept) == shown
