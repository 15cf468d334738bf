#!/bin/sh
# Brings .venv to the state of a lock file. Usage: scripts/venv.sh requirements.lock
#
# Does nothing when .venv already holds exactly that lock. What was installed is remembered by the checksum of
# the lock, not by file times: a fresh clone gives every file the time of the clone.
set -eu
cd "$(dirname "$0")/.."
lock=$1
stamp=.venv/.installed-$lock
say() { echo "loket: $*" >&2; }

sum=$(cksum <"$lock")
if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$sum" ]; then
    exit 0
fi

find_python() {
    for name in "${PYTHON:-python3}" python3.14 python3.13 python3.12 python3.11; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    say "butuh Python 3.11 atau lebih baru. Di Debian/Ubuntu: apt-get install python3"
    exit 1
}

if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            say "memasang python3-venv"
            apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
                python3-venv ca-certificates
        else
            say "paket venv belum ada. Jalankan sebagai root: apt-get install python3-venv"
            exit 1
        fi
    fi
    say "membuat .venv dengan $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv
fi

say "memasang $lock"
# The lock names every package and its checksums: pip may neither resolve nor take anything else.
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r "$lock"
echo "$sum" >"$stamp"
# The developers' lock holds the service's lock too (tests/test_setup.py keeps it so).
if [ "$lock" = requirements-dev.lock ]; then
    cksum <requirements.lock >.venv/.installed-requirements.lock
fi
