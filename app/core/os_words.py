"""Why the operating system refused, in the user's language: what it says itself is English on most computers."""

from __future__ import annotations

import errno
from collections.abc import Mapping
from types import MappingProxyType

from app.core.words import N_, _

_WORDS: Mapping[int, str] = MappingProxyType(
    {
        getattr(errno, code): words
        for codes, words in (
            (("ENOENT",), N_("there is no such file or folder")),
            (("EACCES", "EPERM"), N_("this user may not do that there")),
            (("EROFS",), N_("it is write-protected")),
            (("ENOSPC", "EDQUOT"), N_("the disk is full")),
            (("EIO",), N_("the disk reports an error")),
            (("EFBIG",), N_("the disk takes no file of that size")),
            (("EISDIR",), N_("it is a folder")),
            (("ENOTDIR",), N_("a part of the path is not a folder")),
            (("EEXIST", "ENOTEMPTY"), N_("there is one of that name already")),
            (("ENAMETOOLONG",), N_("the name is too long")),
            (("EINVAL", "EILSEQ"), N_("the name holds characters that are not possible there")),
            (("ELOOP",), N_("its links lead in a circle")),
            (("EBUSY", "ETXTBSY", "EAGAIN"), N_("another program is using it")),
            (("ENODEV", "ENXIO", "ENOMEDIUM"), N_("the drive is not there")),
            (("EMFILE", "ENFILE", "ENOMEM"), N_("the computer has no room for it; close other programs")),
            (("ETIMEDOUT",), N_("no answer came in time")),
            (
                (
                    "EHOSTDOWN",
                    "EHOSTUNREACH",
                    "ENETDOWN",
                    "ENETUNREACH",
                    "ENOTCONN",
                    "ESTALE",
                    "ECONNREFUSED",
                ),
                N_("the computer on the network does not answer"),
            ),
            (("EADDRINUSE",), N_("another program answers there")),
            (("EADDRNOTAVAIL",), N_("this computer has no such address")),
        )
        for code in codes
        if hasattr(errno, code)
    }
)
#: Windows' own numbers for a file that another program holds; Python calls that a missing permission.
_HELD = (32, 33)


def os_words(error: OSError) -> str:
    """For the end of a sentence, without a full stop. What is rare stays in the system's own words."""
    held = getattr(error, "winerror", None) in _HELD
    words = _WORDS.get(errno.EBUSY if held else error.errno or 0)
    return _(words) if words else (error.strerror or type(error).__name__)
