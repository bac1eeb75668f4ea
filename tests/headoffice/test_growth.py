"""A hundred million events on paper: what is asked all day long goes to one partition and by an index."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from app.headoffice import admin, booking, feeds, page
from app.headoffice.records import connected
from tests.headoffice.kit import BRAND, BRAND_NAME


@pytest.fixture(scope="module")
def database(new_database: Callable[[], str]) -> str:
    """Forty shops of a hundred claims, so that every partition holds something."""
    made = new_database()
    with connected(made) as link:
        admin.set_up(link, BRAND, BRAND_NAME, admin.Wishes())
        for number in range(40):
            admin.add_shop(link, f"S{number}", "S", admin.new_key()[1])
        link.execute(
            "INSERT INTO event (shop_no, id, sequence, happened_at, kind, subject, digest, data)"
            " SELECT no, gen_random_uuid(), n, now(), 'xiuhu.claim.submitted.v1', 'C' || n, '\\x00', '{}'"
            " FROM shop, generate_series(1, 100) n"
        )
        link.execute(
            "INSERT INTO claim (shop_no, claim, version, state, event_id, model, fault_code)"
            " SELECT no, 'C' || n, 1, CASE WHEN n % 50 = 0 THEN 'received' ELSE 'settled' END,"
            " gen_random_uuid(), 'M', 'E' FROM shop, generate_series(1, 100) n"
        )
        link.execute(
            "INSERT INTO decision (shop_no, seq, id, kind) SELECT no, n, gen_random_uuid(), 'settled'"
            " FROM shop, generate_series(1, 100) n"
        )
    with psycopg.connect(made, autocommit=True) as link:
        link.execute("VACUUM ANALYZE")
    return made


def plan(database: str, question: str, values: tuple[Any, ...]) -> list[dict[str, Any]]:
    """The nodes of a plan. Forty shops are few: reading all is forbidden, to see what many would take."""
    with psycopg.connect(database) as link:
        link.execute("SET enable_seqscan = off; SET enable_bitmapscan = off")
        row = link.execute(f"EXPLAIN (FORMAT JSON) {question}".encode(), values).fetchone()
    assert row is not None
    return list(_nodes(row[0][0]["Plan"]))


def _nodes(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield node
    for each in node.get("Plans", ()):
        yield from _nodes(each)


ONE_SHOP = {
    "answers given before": (
        "SELECT digest FROM event WHERE shop_no = %s AND id = ANY(%s)",
        (7, [uuid4(), uuid4()]),
    ),
    "claims of a batch": (booking._CLAIMS, (7, ["C1", "C2"])),
    "decisions since": (feeds._DECISIONS, (7, 10, 51)),
    "claims to reconcile": (feeds._STANDINGS, (7, "C5", 51)),
}


@pytest.mark.parametrize("name", list(ONE_SHOP))
def test_what_a_shop_asks_reads_one_partition_by_its_key(database: str, name: str) -> None:
    nodes = plan(database, *ONE_SHOP[name])
    read = [each["Relation Name"] for each in nodes if "Relation Name" in each]
    assert len(read) == 1, read
    assert re.fullmatch(r"\w+_\d\d", read[0])
    (index,) = [each["Index Name"] for each in nodes if "Index Name" in each]
    assert index == f"{read[0]}_pkey"


def test_a_new_event_is_looked_for_in_its_own_partition_only(database: str) -> None:
    insert = (
        "INSERT INTO event (shop_no, id, sequence, happened_at, kind, subject, digest, data)"
        " VALUES (%s, %s, 1, now(), 'x', 'x', '\\x00', '{}') ON CONFLICT DO NOTHING"
    )
    with psycopg.connect(database) as link:
        link.execute(insert.encode(), (7, uuid4()))
        link.execute(insert.encode(), (7, uuid4()))
        touched = link.execute(
            "SELECT relname FROM pg_stat_xact_user_tables WHERE n_tup_ins > 0 AND relname LIKE 'event%'"
        ).fetchall()
        link.rollback()
    assert len(touched) == 1


@pytest.mark.parametrize(
    ("question", "values", "index"),
    [
        (page._OPEN, (), "state_received_at"),
        (page._FAULTS, ("2026-11-01", 50), "received_at_model_fault"),
        (page._NOTICES, ("2026-11-01", 50), "kind_received_at"),
    ],
)
def test_the_page_reads_open_claims_and_the_last_weeks_by_index(
    database: str, question: str, values: tuple[Any, ...], index: str
) -> None:
    nodes = plan(database, question, values)
    used = {
        each["Index Name"] for each in nodes if "Index Name" in each and each["Index Name"] != "shop_pkey"
    }
    # Where a partition holds none at all, its key is as good.
    assert any(index in each for each in used), used
    tables = {each["Relation Name"] for each in nodes if each["Node Type"] == "Seq Scan"}
    assert tables <= {"shop"}


def test_partitions_hold_about_the_same(database: str) -> None:
    with psycopg.connect(database) as link:
        counts = [
            row[0]
            for row in link.execute("SELECT count(*) FROM event GROUP BY tableoid ORDER BY 1").fetchall()
        ]
    assert len(counts) >= 12
    assert sum(counts) == 4000
