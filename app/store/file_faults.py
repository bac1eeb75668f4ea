"""What an error of the file system means for the data folder.

Apart from the database's errors: the window asks this before its first paint, and must load no SQLAlchemy for it.
"""

from __future__ import annotations

import errno
from pathlib import Path

from app.core.errors import EnvironmentFault, Fault
from app.core.os_words import os_words


def fault_of_file(error: OSError, path: Path) -> EnvironmentFault:
    """What an error of the file system means for the data folder that ``path`` lies in."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return EnvironmentFault(Fault.DISK_FULL, path=path.parent)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return EnvironmentFault(Fault.READ_ONLY, path=path.parent)
    if error.errno == errno.EIO:
        return EnvironmentFault(Fault.DISK_ERROR, path=path.parent)
    return EnvironmentFault(Fault.FOLDER_UNUSABLE, path=path.parent, why=os_words(error))
