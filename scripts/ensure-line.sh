#!/bin/sh
# What `make bench-line` would like to have besides Chromium: nginx for TLS and HTTP/2 in front, ip for namespaces.
# Installs Debian's packages when run as root; otherwise says what is missing, and the bench goes on with less.
set -eu
say() { echo "loket: $*" >&2; }

missing=
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || missing="$missing nginx-light"
command -v ip >/dev/null || missing="$missing iproute2"
[ -z "$missing" ] && exit 0

# Not to be started by its package: it would take port 80 of this machine.
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null && say "memasang$missing" && apt-get update -q \
    && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing; then
    exit 0
fi
say "tidak ada:$missing. Pengukuran berjalan tanpa itu dan menyebutkannya."
