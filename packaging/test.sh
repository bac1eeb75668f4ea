#!/usr/bin/env bash
# Sets up what is missing and runs every check; --full adds the long tests, the rest goes to pytest.
set -eu
here="$(CDPATH='' cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)"
if ! command -v python3 >/dev/null 2>&1; then
    echo "Xiuhu needs Python 3.11 or newer: install the package python3." >&2
    exit 3
fi
unset PYTHONHOME PYTHONPATH
exec python3 -B "$here/set_up.py" test "$@"
