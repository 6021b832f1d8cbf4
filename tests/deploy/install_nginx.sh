#!/bin/sh
# Makes sure that nginx is there for the test of the path prefix.
set -eu
PATH="$PATH:/usr/sbin"
if command -v nginx >/dev/null 2>&1; then exit 0; fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq && apt-get install -y -qq --no-install-recommends nginx-light >/dev/null && exit 0
fi
echo "No nginx could be installed: the tests behind it will be skipped." >&2
