#!/bin/sh
# Puts what serving needs into $VENV: an environment of its own from requirements-serve.txt.
# Run by the Dockerfile and by the tests; needs Python 3.11 to 3.13, and no rights but to write here.
set -eu
cd "$(dirname "$0")/.."
"${PYTHON:-python3}" -m venv "${VENV:-.venv}"
"${VENV:-.venv}/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check -r requirements-serve.txt
# In the image pip is of no more use, and 10 MB.
"${VENV:-.venv}/bin/python" -m pip uninstall --quiet --yes pip
