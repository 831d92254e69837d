#!/usr/bin/env bash
# The packaging line through all nine steps. Every command is shown before it runs.
set -euo pipefail
cd "$(dirname "$0")/.."
export NINEFOLD_KEYS="$PWD/demo/keys"   # a throw-away key, so that yours stays out of it
ninefold() { .venv/bin/python -m ninefold "$@"; }
show() { printf '\n$ ninefold'; printf ' %q' "$@"; printf '\n'; ninefold "$@"; }

mkdir -p demo
if [ ! -f demo/packaging-line/ninefold.yaml ]; then
  show init demo/packaging-line --blueprint packaging-line
fi
show -C demo/packaging-line run --until concept --brief
if ! ninefold -C demo/packaging-line approve concept --check >/dev/null 2>&1; then
  show -C demo/packaging-line approve concept --by "Demo Owner" --role asset-owner \
    --reason "Demonstration only, with a throw-away key" --new-key
fi
show -C demo/packaging-line run --brief
show -C demo/packaging-line status
