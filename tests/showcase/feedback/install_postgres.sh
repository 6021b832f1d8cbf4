#!/bin/sh
# Makes sure that there is a PostgreSQL that the tests of the SQL store can start.
set -eu
if command -v pg_config >/dev/null 2>&1 && [ -x "$(pg_config --bindir)/initdb" ]; then exit 0; fi
for folder in /usr/lib/postgresql/*/bin; do
    if [ -x "$folder/initdb" ]; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql >/dev/null && exit 0
fi
echo "No PostgreSQL could be installed: the tests behind it will be skipped." >&2
