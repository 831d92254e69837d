#!/usr/bin/env bash
# Renew the lock files (make lock). Needs uv.
set -euo pipefail
cd "$(dirname "$0")/.."
compile() { uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate "$@"; }
compile pyproject.toml requirements/build.in -o requirements/runtime.lock
compile pyproject.toml --extra fast --extra postgres requirements/build.in requirements/dev.in -o requirements/dev.lock
compile requirements/peers.in -o requirements/peers.lock
