"""What every test stands on: no real screen, and the catalogue as its source says."""

from __future__ import annotations

import gc
import importlib.util
import os
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if "PYTEST_XDIST_WORKER" not in os.environ:
    # Keys of passcodes made by tests go neither into somebody's keyring nor into his home; workers inherit both.
    _HOME = tempfile.TemporaryDirectory(prefix="xiuhu-tests-")
    os.environ["XDG_CONFIG_HOME"] = _HOME.name
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

ROOT = Path(__file__).resolve().parent.parent


def pytest_sessionstart() -> None:
    """Compile the catalogue before the first test asks for a word, once, in the process that leads."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        return
    place = ROOT / "packaging" / "words.py"
    spec = importlib.util.spec_from_file_location("catalogue_words", place)
    if spec is None or spec.loader is None:
        raise RuntimeError(f"{place} is missing")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    words = module.Words(ROOT)
    if words.stale():
        words.compile()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no worker is left alone with it at the end.

    A page whose fixture speaks both languages is tried in one of them each time, test by test in turns; in both where
    the look is judged, where a test asks for both by ``parametrize``, and with ``--full``.
    """
    if not os.environ.get("XIUHU_FULL"):
        left = {item: None for item in items if _of_the_other_language(item)}
        config.hook.pytest_deselected(items=list(left))
        items[:] = [item for item in items if item not in left]
        for item in items:
            if item.get_closest_marker("full"):
                item.add_marker(pytest.mark.skip(reason="long: XIUHU_FULL=1 (test.sh --full)"))
    items.sort(key=lambda item: not item.nodeid.startswith(_LONGEST))


def _of_the_other_language(item: pytest.Item) -> bool:
    spoken = getattr(item, "callspec", None) and item.callspec.params.get("language")  # type: ignore[attr-defined]
    asked = [str(name) for mark in item.iter_markers("parametrize") for name in mark.args[:1]]
    if spoken is None or any("language" in name for name in asked) or "dressed" in item.fixturenames:  # type: ignore[attr-defined]
        return False
    turn = zlib.crc32(item.nodeid.partition("[")[0].encode()) % 2
    return str(spoken) != ("zh_CN", "en")[turn]


def pytest_collection_finish() -> None:
    """What was imported so far stays for good: no later collection of garbage need look through it again."""
    gc.collect()
    gc.freeze()
    # The default looks through all that tests made a hundred times more often: a twentieth of the whole run.
    gc.set_threshold(20_000, 20, 50)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling | None:
    """One worker takes all tests of a file, so that what a file sets up is made once.

    Said here and not by marks: xdist 3.8 writes its groups where pytest 9.2 does not look for them.
    """
    if config.getvalue("dist") != "load":
        return None
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            for together in _TOGETHER:
                if nodeid.startswith(together):
                    return together[0]
            return nodeid.partition("::")[0]

    config.option.loadscopereorder = False  # the order above is the better one
    return ByFile(config, log)


#: For one worker: what is on a screen, so that no two tests compete for the pace of keys; what reads the lively shop.
_TOGETHER = (
    ("tests/e2e/",),
    (
        "tests/features/checkup/",
        "tests/features/reports/test_month.py",
        "tests/features/sample/test_sample.py",
    ),
)
_LONGEST = ("tests/e2e/", "tests/bench/", "tests/promises/", "tests/test_cli.py", "tests/features/checkup/")


@pytest.fixture(autouse=True)
def bare(request: pytest.FixtureRequest) -> None:
    """Widgets wear the program's font and colours, but no style sheet unless the test asks to be ``dressed``: a page
    is built in a third of the time, and what ran before on this worker makes no difference."""
    names = request.fixturenames
    if "qapp" in names and "dressed" not in names:
        app = request.getfixturevalue("qapp")
        _in_plain_colours(app)
        if app.styleSheet():
            app.setStyleSheet("")


@pytest.fixture
def dressed(qapp: QApplication) -> None:
    """The whole look, for a test that judges it: what is cut off, what fits, what changes with theme and scale."""
    from app.ui import theme
    from app.ui.sheet import style_sheet

    _in_plain_colours(qapp)
    if not qapp.styleSheet():
        qapp.setStyleSheet(style_sheet(theme.current(), theme.px))


def _in_plain_colours(app: QApplication) -> None:
    from app.ui import theme

    if app.property("started") is None:
        theme.start(app, theme.Mode.LIGHT)
        app.setProperty("started", True)
    theme.use(mode=theme.Mode.LIGHT, scale=100)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown() -> Iterator[None]:
    """Closed windows go with the test that opened them. Nobody turns the event loop between tests, so that they
    would stay, and every change of theme would dress thousands of dead widgets again."""
    yield
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return
    from PySide6.QtCore import QCoreApplication, QEvent

    scanner = sys.modules.get("app.ui.scanner")
    if scanner is not None:
        left = widgets.QApplication.instance().findChildren(scanner.Scanner)
        for one in left:
            one.remove()
        # It would take its keys out of the hands of every test that this worker runs later.
        assert not left, "a scanner was installed and not removed"
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    global _kept
    if len(widgets.QApplication.topLevelWidgets()) > _kept + _MANY:
        gc.collect()
        # Some live on in a fixture of the module: a collection for every further test would find nothing and cost all.
        _kept = len(widgets.QApplication.topLevelWidgets())


#: Windows, menus and popups of one page; more of them hang in reference cycles.
_MANY = 40
#: How many there were after the last collection.
_kept = 0
