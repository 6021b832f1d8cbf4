#!/bin/sh
# Fills a folder with what a Hugging Face Space of the Docker kind holds: sh deploy/space/fill.sh FOLDER
set -eu
folder=$(mkdir -p "$1" && cd "$1" && pwd)
cd "$(dirname "$0")/../.."
git archive HEAD -- requirements-serve.txt Home.py server.py LICENSE .dockerignore \
    .streamlit/config.toml models showcase pages deploy | tar -x -C "$folder"
cp deploy/space/README.md "$folder/README.md"
port=$(sed -n 's/^app_port: //p' deploy/space/README.md)
{
    sed "s/8080/$port/" deploy/Dockerfile
    echo "ENV VITRINE_FEEDBACK_LASTING=false"
} > "$folder/Dockerfile"
