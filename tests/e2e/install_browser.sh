#!/bin/sh
# Makes sure that a Chromium is there for the browser tests: Debian's without a window, which needs
# half the processor time, else the system's, else Playwright's own.
set -eu
command -v chromium-headless-shell >/dev/null 2>&1 && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    apt-get update -qq &&
        apt-get install -y -qq --no-install-recommends chromium-headless-shell fonts-liberation >/dev/null &&
        exit 0
fi
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
with_libraries=
[ "$(id -u)" = 0 ] && with_libraries=--with-deps
"${VENV:-.venv}/bin/playwright" install $with_libraries chromium && exit 0
echo "No Chromium could be installed: the browser tests will be skipped." >&2
