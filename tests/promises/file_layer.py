"""A file layer in Python under the program's own SQLite.

pysqlite3 brings SQLite with it and hands out its C functions, so that ctypes can put another file layer (VFS) under
it, without a compiler and without another library: engine, driver and SQLite are the program's, byte for byte. The
layer is a copy of the system's with some functions led through Python; which ones, each ``Disk`` says. All others,
locks and shared memory among them, stay as they are.

    disk = Recorder()
    with disk.mounted():            # every connection opened inside is on this disk
        store = Store.open(…)

Where the library hands its functions out to nobody (Windows), ``AVAILABLE`` is False and the tests say so.
"""

from __future__ import annotations

import ctypes as c
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

import pysqlite3._sqlite3 as extension

try:
    _library = c.CDLL(extension.__file__)
    _find, _register = _library.sqlite3_vfs_find, _library.sqlite3_vfs_register
    _unregister = _library.sqlite3_vfs_unregister
    AVAILABLE = True
except (OSError, AttributeError):
    AVAILABLE = False

OK = 0
#: Of ``xShmLock``: giving a lock back, which no system refuses.
_UNLOCK = 1
_file = c.c_void_p
_OPEN = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p, _file, c.c_int, c.c_void_p)
_DELETE = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_char_p, c.c_int)
_ACCESS = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_char_p, c.c_int, c.c_void_p)
_CLOSE = c.CFUNCTYPE(c.c_int, _file)
_READ = c.CFUNCTYPE(c.c_int, _file, c.c_void_p, c.c_int, c.c_int64)
_TRUNCATE = c.CFUNCTYPE(c.c_int, _file, c.c_int64)
_INT = c.CFUNCTYPE(c.c_int, _file, c.c_int)
_SIZE = c.CFUNCTYPE(c.c_int, _file, c.c_void_p)
_MAP = c.CFUNCTYPE(c.c_int, _file, c.c_int, c.c_int, c.c_int, c.c_void_p)
_SHM_LOCK = c.CFUNCTYPE(c.c_int, _file, c.c_int, c.c_int, c.c_int)


class _Methods(c.Structure):
    """``sqlite3_io_methods``, as far as the log needs it."""

    _fields_: ClassVar = [
        ("iVersion", c.c_int),
        *[
            (name, c.c_void_p)
            for name in (
                *("xClose", "xRead", "xWrite", "xTruncate", "xSync", "xFileSize", "xLock", "xUnlock"),
                *("xCheckReservedLock", "xFileControl", "xSectorSize", "xDeviceCharacteristics"),
                *("xShmMap", "xShmLock", "xShmBarrier", "xShmUnmap", "xFetch", "xUnfetch"),
            )
        ],
    ]


class _Vfs(c.Structure):
    """``sqlite3_vfs``."""

    _fields_: ClassVar = [
        ("iVersion", c.c_int),
        ("szOsFile", c.c_int),
        ("mxPathname", c.c_int),
        ("pNext", c.c_void_p),
        ("zName", c.c_char_p),
        ("pAppData", c.c_void_p),
        *[
            (name, c.c_void_p)
            for name in (
                *(
                    "xOpen",
                    "xDelete",
                    "xAccess",
                    "xFullPathname",
                    "xDlOpen",
                    "xDlError",
                    "xDlSym",
                    "xDlClose",
                ),
                *("xRandomness", "xSleep", "xCurrentTime", "xGetLastError", "xCurrentTimeInt64"),
                *("xSetSystemCall", "xGetSystemCall", "xNextSystemCall"),
            )
        ],
    ]


if AVAILABLE:
    _find.restype, _find.argtypes = c.POINTER(_Vfs), [c.c_char_p]
    _register.argtypes = [c.POINTER(_Vfs), c.c_int]
    _unregister.argtypes = [c.POINTER(_Vfs)]

#: How each function that a disk may want to see is called in SQLite's tables.
_FUNCTIONS: dict[str, tuple[str, Any]] = {
    "read": ("xRead", _READ),
    "write": ("xWrite", _READ),
    "truncate": ("xTruncate", _TRUNCATE),
    "sync": ("xSync", _INT),
    "size": ("xFileSize", _SIZE),
    "lock": ("xLock", _INT),
    "shm_map": ("xShmMap", _MAP),
    "shm_lock": ("xShmLock", _SHM_LOCK),
}


#: SQLite calls back into a disk as long as a connection on it is open somewhere, forgotten ones among them.
_disks: list[Disk] = []


class Disk:
    """Passes everything on. What a kind of disk wants to see it names in ``sees``; ``before`` may let a call fail with
    a result code of SQLite, ``after`` is told what was done."""

    sees: ClassVar[frozenset[str]] = frozenset()

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._kept: list[Any] = []
        self._tables: dict[int, _Methods] = {}
        self._vfs: Any = None
        _disks.append(self)

    def before(self, call: str, file: str, content: bytes, offset: int) -> int:
        """``OK``, or the code to fail with."""
        return OK

    def after(self, call: str, file: str, content: bytes, offset: int) -> None:
        """It was done."""

    @contextmanager
    def mounted(self) -> Iterator[None]:
        """Connections that are opened inside are on this disk."""
        system = _find(None)
        if self._vfs is None:
            self._vfs = self._layer(system)
        _register(c.byref(self._vfs), 1)
        try:
            yield
        finally:
            _unregister(c.byref(self._vfs))
            _register(system, 1)

    def _layer(self, system: Any) -> _Vfs:
        layer = _Vfs()
        c.memmove(c.byref(layer), system, c.sizeof(_Vfs))
        layer.zName = f"disk{id(self)}".encode()
        layer.pNext = None
        open_it, delete, access = (
            _OPEN(layer.xOpen),
            _DELETE(layer.xDelete),
            _ACCESS(layer.xAccess),
        )

        def x_open(_vfs: int, name: int | None, file: int, flags: int, out: int | None) -> int:
            told = c.string_at(name).decode() if name else ""
            failed = self.before("open", told, b"", 0)
            code = failed or open_it(c.addressof(system.contents), name, file, flags, out)
            if code == OK:
                self._names[file] = told
                place = c.cast(file, c.POINTER(c.c_void_p))
                if place[0]:
                    place[0] = c.addressof(self._table(place[0]))
                self.after("open", told, b"", 0)
            elif failed:
                c.cast(file, c.POINTER(c.c_void_p))[0] = None
            return code

        def x_delete(_vfs: int, name: bytes, sync: int) -> int:
            told = name.decode()
            code = self.before("delete", told, b"", 0) or delete(c.addressof(system.contents), name, sync)
            if code == OK:
                self.after("delete", told, b"", 0)
            return code

        def x_access(_vfs: int, name: bytes, flags: int, out: int) -> int:
            return self.before("access", name.decode(), b"", 0) or access(
                c.addressof(system.contents), name, flags, out
            )

        layer.xOpen = self._keep(_OPEN(x_open))
        layer.xDelete = self._keep(_DELETE(x_delete))
        if "access" in self.sees:
            layer.xAccess = self._keep(_ACCESS(x_access))
        return layer

    def _keep(self, callback: Any) -> int | None:
        self._kept.append(callback)
        return c.cast(callback, c.c_void_p).value

    def _table(self, system: int) -> _Methods:
        """The functions of an open file, those that are seen led through here."""
        made = self._tables.get(system)
        if made is None:
            made = self._tables[system] = _Methods.from_buffer_copy(c.string_at(system, c.sizeof(_Methods)))
            close = _CLOSE(made.xClose)
            made.xClose = self._keep(_CLOSE(lambda file: (self._names.pop(file, ""), close(file))[1]))
            for call in self.sees & _FUNCTIONS.keys():
                name, kind = _FUNCTIONS[call]
                given = getattr(made, name)
                if given:
                    setattr(made, name, self._keep(kind(self._led(call, kind(given)))))
        return made

    def _led(self, call: str, system: Callable[..., int]) -> Callable[..., int]:
        if call == "write":

            def write(file: int, content: int, amount: int, offset: int) -> int:
                name, written = self._names.get(file, ""), c.string_at(content, amount)
                code = self.before(call, name, written, offset)
                if code != OK:
                    # A part of it is there all the same.
                    system(file, content, amount // 2, offset)
                    return code
                code = system(file, content, amount, offset)
                if code == OK:
                    self.after(call, name, written, offset)
                return code

            return write
        if call == "truncate":

            def truncate(file: int, size: int) -> int:
                name = self._names.get(file, "")
                code = self.before(call, name, b"", size) or system(file, size)
                if code == OK:
                    self.after(call, name, b"", size)
                return code

            return truncate

        def other(file: int, *given: Any) -> int:
            if call == "shm_lock" and given[-1] & _UNLOCK:
                return system(file, *given)
            name = self._names.get(file, "")
            code = self.before(call, name, b"", 0) or system(file, *given)
            if code == OK:
                self.after(call, name, b"", 0)
            return code

        return other
