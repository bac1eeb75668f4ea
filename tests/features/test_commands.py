"""What every service promises, found by looking at all of them: a gesture is booked once."""

from __future__ import annotations

import ast
import importlib
import inspect
from pathlib import Path

import pytest

from app.core.enums import Command, Role
from app.core.rights import RIGHTS

FEATURES = Path(__file__).resolve().parents[2] / "app" / "features"
#: A feature with several subjects has a service for each, in a module of its name.
SERVICES = sorted(
    path
    for path in FEATURES.glob("*/*.py")
    if path.name == "service.py" or "store.write(Command." in path.read_text(encoding="utf-8")
)

#: Commands without a gesture to repeat, and why.
WITHOUT_REPEAT = {
    "staff.sign_in": "a sign-in again is a sign-in again",
    "staff.sign_in_by_badge": "a sign-in again is a sign-in again",
    "staff.vouch": "a PIN given again is a PIN given again",
    "staff.vouch_by_badge": "a badge scanned again is a badge scanned again",
    "settings.found_shop": "a second founding meets FOLDER_NOT_EMPTY",
    "intake.save_draft": "the newest draft replaces the one before",
    "backups.save_file": "a backup written again is a file written again",
    "repairing.repair": "what was repaired is found sound the second time",
    "journal.export": "an export again is the same file again",
    "looks.saw": "a look is counted each time",
    "looks.sweep": "the program's own; what was swept is no longer there",
    "looks.of_customer": "a look at the list; what waits is flushed first",
    "looks.flush": "the program's own; what was flushed is no longer there",
    "passcodes.sweep": "the program's own; what was swept is no longer there",
    "privacy.hand_out": "handed out twice stands in the journal twice",
    "sync.push": "the program's own; receipts and decisions are booked once, by their ids",
    "sync.reconcile": "reads the head office's list after a push",
    "sync.statement": "reads the head office's statement after a push",
}


def _classes(path: Path) -> list[type]:
    name = f"app.features.{path.parent.name}.{path.stem}"
    module = importlib.import_module(name)
    return [each for _name, each in inspect.getmembers(module, inspect.isclass) if each.__module__ == name]


def _writes(tree: ast.AST) -> bool:
    return any(
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "write"
        for node in ast.walk(tree)
    )


def _decorators(method: ast.FunctionDef) -> set[str]:
    return {
        each.func.id
        for each in method.decorator_list
        if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)
    }


def _writers(path: Path) -> dict[str, set[str]]:
    """Public methods that open the write door, by themselves or through a method of the same class, with the
    names of their decorators."""
    found: dict[str, set[str]] = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if not isinstance(node, ast.ClassDef):
            continue
        methods = {each.name: each for each in node.body if isinstance(each, ast.FunctionDef)}
        writing = {name for name, method in methods.items() if _writes(method)}
        # Whoever only calls commands that answer a repeat themselves answers one too.
        safe = {name for name, method in methods.items() if "repeatable" in _decorators(method)}
        while True:
            more = {
                name
                for name, method in methods.items()
                if name not in writing
                and any(
                    isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Attribute)
                    and isinstance(call.func.value, ast.Name)
                    and call.func.value.id == "self"
                    and call.func.attr in writing - safe
                    for call in ast.walk(method)
                )
            }
            if not more:
                break
            writing |= more
        for name in writing:
            if name.startswith("_"):
                continue
            found[name] = _decorators(methods[name])
    return found


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_every_writing_command_answers_a_repeat(path: Path) -> None:
    for name, decorators in _writers(path).items():
        whole = f"{path.parent.name if path.stem == 'service' else path.stem}.{name}"
        assert "repeatable" in decorators or whole in WITHOUT_REPEAT, f"{whole} is not @repeatable"


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_every_repeatable_command_takes_the_gesture(path: Path) -> None:
    for each in _classes(path):
        for name, method in inspect.getmembers(each, inspect.isfunction):
            looks = hasattr(method, "sight")  # a query, which takes its actor instead
            if hasattr(method, "__wrapped__") and not looks and not name.startswith("_"):
                parameters = list(inspect.signature(method).parameters)
                assert parameters[:2] == ["self", "ctx"], f"{each.__name__}.{name}"


def test_the_look_finds_what_it_looks_for() -> None:
    """The check itself can fail: a planted command without the wrapper is seen."""
    found = _writers(FEATURES / "stock" / "service.py")
    assert {"save_part", "receive", "adjust"} <= set(found)
    assert all("repeatable" in decorators for decorators in found.values())
    assert "part" not in found
    assert _writers(FEATURES / "staff" / "service.py")["sign_in"] == set()


def test_every_command_has_its_roles() -> None:
    assert set(RIGHTS) == set(Command)
    assert all(Role.OWNER in roles for roles in RIGHTS.values())
