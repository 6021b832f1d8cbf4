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
    # The host shows a Space in a frame of its own page.
    echo "ENV VITRINE_FRAME_ANCESTORS=https://huggingface.co"
    # Nothing but the host's proxy reaches the port: it says who the visitor is.
    echo "ENV FORWARDED_ALLOW_IPS=10.0.0.0/8,172.16.0.0/12,192.168.0.0/16,169.254.0.0/16,100.64.0.0/10,fc00::/7"
} > "$folder/Dockerfile"
