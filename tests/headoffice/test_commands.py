"""The brand's administrator at the command line, the page, the OpenAPI document, health and metrics."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from app.cli import main
from app.core.wire.answers import ClaimState, DecisionKind, Problem, Result
from app.core.wire.card import card_from_text
from app.core.wire.events import Ping
from app.core.words import Language
from app.headoffice import openapi, page
from app.headoffice.certificates import Identity
from app.headoffice.cluster import free_port
from app.headoffice.records import connected, migrations, newest, schema_of
from app.headoffice.serve import Place, serving
from app.headoffice.site import Setting, Site
from app.headoffice.sorting import Demands
from app.headoffice.sorting import Office as Wishes
from tests.headoffice.conftest import Office
from tests.headoffice.kit import BRAND, BRAND_NAME, ShopSide, answer, claim, rows, turned_away

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def typed(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """``xiuhu headoffice …`` in English, on the module's office: exit code, stdout, stderr."""
    monkeypatch.setenv("XIUHU_HEADOFFICE_DATABASE", office.database)

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = main(["--lang", "en", "headoffice", *words])
        except SystemExit as left:
            code = int(left.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


Typed = Callable[..., tuple[int, str, str]]


def test_a_shop_is_let_in_by_its_card(office: Office, typed: Typed) -> None:
    code, out, err = typed("add-shop", "card-1", "小李维修", "--url", office.url)
    assert (code, len(out.splitlines())) == (0, 1)
    assert "like a password" in err
    card = card_from_text(out)
    assert (card.shop, card.brand_name, card.url) == ("card-1", BRAND_NAME, office.url)
    side = office.side(card)
    assert side.one(Ping("x")).result is Result.ACCEPTED
    again, _out, told = typed("add-shop", "card-1", "x", "--url", office.url)
    assert (again, told.strip()) == (1, "There is a shop card-1 already.")
    code, out, _err = typed("rotate-key", "card-1", "--url", office.url, "--overlap-days", "0")
    assert code == 0
    assert office.side(card_from_text(out)).one(Ping("x")).result is Result.ACCEPTED
    with turned_away(Problem.KEY_RETIRED):
        side.send(Ping("x"))
    assert typed("close-shop", "card-1")[0] == 0
    with turned_away(Problem.SHOP_CLOSED):
        office.side(card_from_text(out)).send(Ping("x"))
    assert typed("close-shop", "card-1", "--reopen")[0] == 0


def test_a_shop_with_a_key_of_its_own_gets_no_card(office: Office, typed: Typed) -> None:
    public = base64.b64encode(bytes(range(32))).decode()
    code, out, err = typed("add-shop", "own-key", "x", "--public-key", public)
    assert (code, out) == (0, "")
    assert re.search(r"Key [0-9a-f]{16} of shop own-key", err)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 1),
        (("add-shop", "x y", "n", "--url", "u"), 1),
        (("add-shop", "new", "n"), 1),
        (("add-shop", "new", "n", "--public-key", "short"), 1),
        (("add-shop", "new", "n", "--url", "u", "--ca", "/nowhere/ca.pem"), 3),
        (("rotate-key", "nobody", "--url", "u"), 1),
        (("close-shop", "nobody"), 1),
        (("decide", "nothing", "accepted"), 1),
        (("decide", "nothing", "refused"), 1),
        (("decide", "nothing", "perhaps"), 2),
        (("settle", "2026-13"), 2),
        (("settle", "2020-01"), 1),
        (("settle", "2026-11", "--deduct", "late"), 2),
        (("settle", "2026-11", "--deduct", "late=5"), 1),
        (("init", "--brand", "other"), 1),
        (("init", "--brand", BRAND, "--photos", "selfie"), 2),
        (("serve", "--port", "0"), 2),
        (("serve",), 1),
        (("serve", "--cert", "/nowhere", "--key", "/nowhere"), 3),
        (("claims", "--database", "host=127.0.0.1 port=1"), 3),
        (("nonsense",), 2),
    ],
)
def test_what_is_typed_wrongly_gets_a_sentence_and_no_traceback(
    typed: Typed, words: tuple[str, ...], code: int
) -> None:
    found, out, err = typed(*words)
    assert (found, out) == (code, "")
    assert err.strip()
    assert "Traceback" not in err


def test_the_clerk_lists_decides_and_settles(office: Office, typed: Typed) -> None:
    shop = office.shop("clerk-shop")
    one, two, three = (claim(f"CLERK-{each}") for each in "ABC")
    shop.send(one, two, three)
    code, out, _err = typed("claims", "--json")
    waiting = {each["claim"] for each in json.loads(out)["claims"]}
    assert code == 0
    assert {"CLERK-A", "CLERK-B", "CLERK-C"} <= waiting
    assert "KFR-35GW" in typed("claims")[1]
    assert typed("decide", "CLERK-A", "accepted", "--amount", "30.00")[0] == 0
    assert typed("decide", "CLERK-B", "refused", "--reason", "R1", "--text", "过保")[0] == 0
    assert typed("decide", "CLERK-C", "returned", "--missing", "photo_fault")[0] == 0
    found = [(each.kind, each.amount_fen) for each in shop.decisions()]
    assert found == [
        (DecisionKind.ACCEPTED, 3000),
        (DecisionKind.REFUSED, None),
        (DecisionKind.RETURNED, None),
    ]
    code, out, _err = typed("settle", _month(office), "--shop", "clerk-shop", "--deduct", "迟到=5.00")
    assert code == 0
    assert "clerk-shop" in out
    assert "25.00" in out
    assert shop.standings()["CLERK-A"].state is ClaimState.SETTLED
    assert typed("check")[0] == 0
    assert json.loads(typed("check", "--json")[1])["sound"] is True


def _month(office: Office) -> str:
    ((month,),) = rows(office.database, "SELECT to_char(now() AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')")
    return str(month)


def test_a_claim_number_of_two_shops_wants_the_shop(office: Office, typed: Typed) -> None:
    for each in (office.shop("twin-1"), office.shop("twin-2")):
        each.send(claim("TWIN"))
    code, _out, err = typed("decide", "TWIN", "accepted")
    assert (code, "--shop" in err) == (1, True)
    assert typed("decide", "TWIN", "accepted", "--shop", "twin-2")[0] == 0
    code, _out, err = typed("decide", "TWIN", "accepted", "--shop", "twin-2")
    assert (code, "Accepted by the brand" in err) == (1, True)


def test_check_finds_what_does_not_agree(new_database: Callable[[], str], typed: Typed) -> None:
    database = new_database()
    assert typed("check", "--database", database)[0] == 3
    assert typed("init", "--brand", BRAND, "--database", database)[0] == 0
    with psycopg.connect(database) as link:
        link.execute("INSERT INTO shop (code, name, events) VALUES ('S', 'S', 7)")
    code, out, _err = typed("check", "--json", "--database", database)
    assert code == 1
    wrong = [each["name"] for each in json.loads(out)["checks"] if not each["ok"]]
    assert wrong == ["events counted"]


def test_init_twice_changes_wishes_only(new_database: Callable[[], str], typed: Typed) -> None:
    database = new_database()
    assert "1 step" in typed("init", "--brand", BRAND, "--database", database)[2]
    words = (
        "init",
        "--brand",
        BRAND,
        "--full-customer",
        "--photos",
        "fault,old_part",
        "--database",
        database,
    )
    assert "0 steps" in typed(*words)[2]
    assert rows(database, "SELECT full_customer, photos_wanted FROM office") == [
        (True, ["fault", "old_part"])
    ]
    with connected(database) as link:
        assert schema_of(link) == newest() == migrations()[-1][0]
        link.execute("INSERT INTO schema_step (number, name) VALUES (%s, 'newer')", (newest() + 1,))
    code, _out, err = typed("init", "--brand", BRAND, "--database", database)
    assert (code, "newer version" in err) == (3, True)


def test_full_names_are_taken_where_the_agreement_says_so(
    new_database: Callable[[], str], typed: Typed, identity: Identity, office: Office
) -> None:
    from app.core.wire.events import Customer

    database = new_database()
    words = ("--brand", BRAND, "--name", BRAND_NAME, "--full-customer", "--database", database)
    assert typed("init", *words)[0] == 0
    with serving(Setting(database), Place("127.0.0.1", 0, identity.certificate, identity.key)) as port:
        words = ("add-shop", "S", "S", "--url", f"https://localhost:{port}", "--database", database)
        side = office.side(card_from_text(typed(*words)[1]))
        full = claim(customer=Customer(False, "王小明", "13800138000"))
        assert side.one(full).result is Result.ACCEPTED
        side.http.close()


# -- page, document, health, metrics -------------------------------------------------------------------------


def test_the_page_is_for_readers_only_and_speaks_both_languages(
    office: Office, shop: ShopSide, typed: Typed
) -> None:
    for path in ("/", "/metrics"):
        with turned_away(Problem.UNSIGNED):
            answer(shop.http.get(path))
        assert shop.http.get(path).headers["www-authenticate"].startswith("Basic")
        assert shop.http.get(path, auth=("x", "wrong")).status_code == 401
    password = typed("password")[1].strip()
    evil = '<script>alert("1")</script>'
    shop.send(claim(device=_named(evil)), claim(device=_named(evil), fault_code="E9"))
    english = shop.http.get("/?lang=en", auth=("x", password))
    chinese = shop.http.get("/", auth=("x", password), headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert (english.status_code, chinese.status_code) == (200, 200)
    assert "Faults by model" in english.text
    assert "各型号故障" in chinese.text
    for each in (english.text, chinese.text):
        assert "<script>" not in each
        assert "&lt;script&gt;" in each
        assert shop.card.shop in each
    assert "default-src 'none'" in english.headers["content-security-policy"]
    metrics = shop.http.get("/metrics", auth=("x", password)).text
    assert re.search(r'^headoffice_events_total\{result="accepted"\} [1-9]', metrics, re.MULTILINE)
    assert re.search(
        r'^headoffice_call_seconds_bucket\{route="/v1/events",le="\+Inf"\} [1-9]', metrics, re.MULTILINE
    )
    for line in metrics.splitlines():
        assert re.fullmatch(r'# TYPE \w+ \w+|\w+(\{(\w+="[^"]*",?)+\})? [0-9.e+-]+', line), line


def _named(model: str) -> Any:
    from dataclasses import replace

    return replace(claim().device, model=model)


def test_an_empty_page_says_so() -> None:
    from datetime import UTC, datetime

    empty = page.Overview(datetime(2026, 11, 22, tzinfo=UTC), (), (), 0, (), (), ())
    text = page.html(Wishes(BRAND, BRAND_NAME, False, Demands()), empty, Language.ZH)
    assert text.count("还没有。") == 3


def test_health_tells_the_time_and_the_schema(shop: ShopSide) -> None:
    health = shop.http.get("/health")
    assert health.status_code == 200
    assert (health.json()["ok"], health.json()["schema"]) == (True, newest())
    assert health.headers["cache-control"] == "no-store"
    assert "server" not in health.headers


def test_the_document_names_every_route_and_no_other(office: Office, shop: ShopSide) -> None:
    told = shop.http.get("/v1/openapi.json").json()
    assert told == json.loads(json.dumps(openapi.document()))
    site = Site(Setting(office.database)).application()
    routes = {
        (route.path, method.lower())  # type: ignore[attr-defined]
        for route in site.routes
        for method in route.methods - {"HEAD"}  # type: ignore[attr-defined]
    }
    assert {(path, method) for path, each in told["paths"].items() for method in each} == routes


def test_every_reference_in_the_document_leads_somewhere() -> None:
    told = openapi.document()
    text = json.dumps(told)
    names = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    assert names <= told["components"]["schemas"].keys()
    assert all(told["components"]["schemas"].values())


def test_what_is_sent_and_answered_fits_the_document(shop: ShopSide) -> None:
    from app.core.wire.envelope import event_to_json
    from app.core.wire.form import plain

    schemas = openapi.document()["components"]["schemas"]
    event = event_to_json(shop.event(claim()))
    assert _unfit(event, schemas["Event"], schemas) == []
    assert _unfit(event["data"], schemas["ClaimSubmitted"], schemas) == []
    broken = json.loads(json.dumps(event["data"]))
    broken["amounts"]["total_fen"] = -1
    del broken["device"]["model"]
    assert len(_unfit(broken, schemas["ClaimSubmitted"], schemas)) == 2
    assert _unfit({"receipts": [plain(shop.one(claim()))]}, schemas["Receipts"], schemas) == []


def _unfit(value: Any, schema: dict[str, Any], schemas: dict[str, Any]) -> list[str]:
    """A small judge of JSON Schema: what the document uses, and nothing else."""
    if "$ref" in schema:
        return _unfit(value, schemas[schema["$ref"].rpartition("/")[2]], schemas)
    if "enum" in schema or "const" in schema:
        return [] if value in schema.get("enum", [schema.get("const")]) else [str(value)]
    match schema["type"]:
        case "object":
            found = [f"no {name}" for name in schema.get("required", ()) if name not in value]
            inner = schema.get("properties", {})
            return (
                found
                + [
                    each
                    for name, inside in value.items()
                    for each in _unfit(inside, inner.get(name, schema), schemas)
                ]
                if inner
                else found
            )
        case "array":
            return [each for item in value for each in _unfit(item, schema["items"], schemas)]
        case "integer":
            return [] if schema["minimum"] <= value <= schema["maximum"] else [str(value)]
        case "boolean":
            return [] if isinstance(value, bool) else [str(value)]
    fits = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", 10**9)
    fits = fits and ("pattern" not in schema or re.search(schema["pattern"], value) is not None)
    return [] if fits else [value]


# -- the sandbox ---------------------------------------------------------------------------------------------


def test_the_sandbox_starts_takes_a_claim_decides_it_and_leaves_nothing(
    postgres: str, office: Office, tmp_path: Path
) -> None:
    port = free_port()
    command = [sys.executable, "-m", "app", "--lang", "en", "headoffice", "--demo", "--port", str(port)]
    # Not pytest's folder: PostgreSQL's user must be able to walk to it.
    import tempfile

    with tempfile.TemporaryDirectory(prefix="xiuhu-demo-") as place:
        Path(place).chmod(0o711)
        environment = os.environ | {"TMPDIR": place, "PYTHONPATH": str(ROOT)}
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline().strip() for _line in range(8)]
            assert lines[-1], process.communicate()
            card = card_from_text(next(line for line in lines if line.startswith("xiuhu-card1.")))
            assert str(port) in card.url
            side = ShopSide(card)
            sent = claim(device=_of(card.brand_name))
            assert side.one(sent).result is Result.ACCEPTED
            assert side.call("GET", "/v1/hello")["brand"] == "demo"
            decided = _wait_for(lambda: side.decisions())
            assert [(each.kind, each.claim) for each in decided] == [(DecisionKind.ACCEPTED, sent.claim)]
            side.http.close()
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=30) in (0, 1)
        finally:
            process.kill()
            process.communicate()
        assert list(Path(place).iterdir()) == []


def _of(brand: str) -> Any:
    from dataclasses import replace

    return replace(claim().device, brand=brand)


def _wait_for(ask: Callable[[], Any]) -> Any:
    import time

    for _try in range(200):
        found = ask()
        if found:
            return found
        time.sleep(0.1)
    return ask()


def test_nothing_of_it_is_loaded_before_it_is_asked_for() -> None:
    """The window's start pays nothing for the head office."""
    code = (
        "import sys; from app.cli import main\n"
        "try: main(['--version'])\n"
        "except SystemExit: pass\n"
        "names = ('app.headoffice', 'app.core.wire', 'starlette', 'uvicorn', 'psycopg', 'httpx2')\n"
        "print([name for name in sys.modules if name.startswith(names)])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
