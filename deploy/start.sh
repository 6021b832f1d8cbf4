#!/bin/sh
# Starts the app and its API as every recipe does, on $PORT. An environment as deploy/install.sh
# makes it is expected in $VENV.
set -eu
umask 077 # verdicts hold texts and names: nobody else on the machine may read them
cd "$(dirname "$0")/.."

if [ -z "${VITRINE_API_KEY+set}" ]; then
    echo "VITRINE_API_KEY is not set. Set it to a long random text, or to nothing for an API that is open to all." >&2
    exit 1
fi
# Only a proxy on this machine may say who the visitor is and whether it came by https: anybody else
# could make an address up and so escape the rate limit. Hosts whose own proxy is the only way in set
# its networks; never "*", which takes the visitor's own word.
: "${FORWARDED_ALLOW_IPS:=127.0.0.0/8,::1}"
export FORWARDED_ALLOW_IPS

# One worker, whatever WEB_CONCURRENCY says: visits and the counters of the rate limit live in it.
# No access log: the address of a prediction holds its input. 8 s to stop: some hosts kill after 10.
# showcase.serve is uvicorn, which answers what it was sent before it stops.
exec "${VENV:-.venv}/bin/python" -m showcase.serve server:app \
    --host "${HOST:-0.0.0.0}" --port "${PORT:-8501}" --workers 1 \
    --ws-max-size 4000000 --limit-concurrency 500 \
    --proxy-headers --no-access-log --no-server-header --timeout-graceful-shutdown 8
