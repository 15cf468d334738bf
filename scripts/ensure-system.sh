#!/bin/sh
# Sees to it that what the tests need from the system is there: Chromium, a PostgreSQL server, fonts.
# Installs Debian's packages when run as root; otherwise says what to install and stops.
set -eu
say() { echo "loket: $*" >&2; }

missing=
command -v chromium >/dev/null || missing="$missing chromium"
# The journeys' browser: the same Chromium without its windows, at a quarter of the work. Without it they take the whole.
if ! command -v chromium-headless-shell >/dev/null && apt-cache show chromium-headless-shell >/dev/null 2>&1; then
    missing="$missing chromium-headless-shell"
fi
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing="$missing postgresql"
# The screens name system fonts; without any, Chromium draws boxes and the layout tests measure nothing real.
[ -n "$(find /usr/share/fonts/truetype/noto -name 'NotoSans-Regular.ttf' 2>/dev/null)" ] \
    || missing="$missing fonts-noto-core"
[ -z "$missing" ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "memasang$missing"
    # shellcheck disable=SC2086  # a list of package names
    apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
else
    say "uji coba butuh paket ini. Jalankan sebagai root: apt-get install$missing"
    exit 1
fi
