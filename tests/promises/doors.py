"""Which service methods give which commands, read from the program's own sources: nothing writes past the one door.

A *command method* takes a ``ctx: Ctx``, the person and his gesture. It must hand that very ctx to
``store.write(Command.X, ctx)`` itself or to a function that does: only there the right is asked. What opens a
transaction otherwise is named here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.core.enums import Command

#: The files that may open a transaction for writing: the door, what makes and mends the file, the log's end.
WRITERS = frozenset(
    {
        "store/door.py", "store/engine.py", "store/schema.py", "store/erasing.py",
        "store/wal.py",
    }
)  # fmt: skip
#: What opens one, in the source: written otherwise it is no transaction of this program.
_OPENS = ("writing=True", "_write_engine", "raw_connection(")


@dataclass(slots=True)
class Method:
    """A function of the program, and what it does with its ctx."""

    place: str
    name: str
    owner: str
    takes_ctx: bool
    #: Commands it gives at the door by name; "?" for one that it was handed.
    gives: set[str] = field(default_factory=set)
    #: Functions it hands its ctx to.
    hands_to: set[str] = field(default_factory=set)
    #: Doors it opens in the program's own name.
    as_program: set[str] = field(default_factory=set)

    @property
    def public(self) -> bool:
        """Whether a page may call it."""
        return bool(self.owner) and not self.owner.startswith("_") and not self.name.startswith("_")


def methods_of(source: str, place: str) -> Iterator[Method]:
    """Every function of a module."""
    yield from _walk(ast.parse(source), place, "")


def methods_under(root: Path) -> list[Method]:
    """Every function of the services under ``root`` (``app``); pages give commands only through them."""
    found: list[Method] = []
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root).as_posix()
        if place.split("/")[0] in ("features", "store"):
            found += methods_of(path.read_text(encoding="utf-8"), place)
    return found


def commands_by_name(methods: Iterable[Method]) -> Mapping[str, set[str]]:
    """What each function gives, itself or through those it hands its ctx to; functions of one name count as one."""
    given: dict[str, set[str]] = {}
    calls: dict[str, set[str]] = {}
    for method in methods:
        given.setdefault(method.name, set()).update(method.gives)
        calls.setdefault(method.name, set()).update(method.hands_to)
    while True:
        before = sum(map(len, given.values()))
        for name, targets in calls.items():
            for target in targets & given.keys():
                given[name] |= given[target]
        if sum(map(len, given.values())) == before:
            return given


def without_rule(methods: list[Method], rules: Iterable[str]) -> list[str]:
    """Public command methods that reach no door, and doors whose command has no rule."""
    given, known = commands_by_name(methods), set(rules)
    wrong = []
    for method in methods:
        where = f"{method.place}: {method.owner}.{method.name}"
        asked = method.public and method.takes_ctx and method.place.startswith("features/")
        if asked and not given[method.name]:
            wrong.append(f"{where} takes a ctx and asks no right")
        wrong += [f"{where} gives {each}, which has no rule" for each in sorted(method.gives - known - {"?"})]
    return wrong


def past_the_door(root: Path) -> list[str]:
    """Files that open a transaction for writing, and may not."""
    return sorted(
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in _OPENS)
        and path.relative_to(root).as_posix() not in WRITERS
    )


def _walk(node: ast.AST, place: str, owner: str) -> Iterator[Method]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef):
            yield from _walk(child, place, child.name)
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            yield _read(child, place, owner)
            yield from _walk(child, place, owner)
        elif isinstance(child, ast.If | ast.Try | ast.With):
            yield from _walk(child, place, owner)


def _read(function: ast.FunctionDef | ast.AsyncFunctionDef, place: str, owner: str) -> Method:
    arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    names = {
        each.arg
        for each in arguments
        if each.annotation is not None and ast.unparse(each.annotation).strip("'\"") in ("Ctx", "rights.Ctx")
    }
    method = Method(place, function.name, owner, bool(names))
    # A ctx of the same person made inside is his as well: Ctx(ctx.actor, …), Ctx.gesture(ctx.actor).
    names |= {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and _of_ctx(node.value, names)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            _call(node, names, method)
    return method


def _call(call: ast.Call, names: set[str], method: Method) -> None:
    called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    handed = any(_of_ctx(each, names) for each in (*call.args, *(key.value for key in call.keywords)))
    if called == "write" and len(call.args) >= 2:
        command = ast.unparse(call.args[0])
        name = command.removeprefix("Command.") if command.startswith("Command.") else "?"
        method.gives |= _names_in(call.args[0]) or {name}
        if "FOUNDER" in ast.unparse(call.args[1]):
            method.as_program.add(name)
    elif handed:
        method.hands_to.add(called)


def _names_in(node: ast.expr) -> set[str]:
    """``Command.A if … else Command.B`` gives both."""
    return {
        each.attr
        for each in ast.walk(node)
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "Command"
    }


def _of_ctx(node: ast.expr, names: set[str]) -> bool:
    if isinstance(node, ast.Starred):
        return _of_ctx(node.value, names)
    if isinstance(node, ast.Tuple):
        return any(_of_ctx(each, names) for each in node.elts)
    if isinstance(node, ast.Name):
        return node.id in names
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Ctx", "Ctx.gesture", "replace"):
        return any(
            isinstance(each, ast.Name) and each.id in names
            for argument in node.args
            for each in ast.walk(argument)
        )
    return False


def named(commands: Iterable[Command]) -> set[str]:
    """Commands by the names they have in the source."""
    return {each.name for each in commands}
