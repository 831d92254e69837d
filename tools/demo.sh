#!/usr/bin/env bash
# The packaging line through all nine steps. Every command is shown before it runs.
set -euo pipefail
cd "$(dirname "$0")/.."
export NINEFOLD_CONFIG="$PWD/demo/settings"   # the throw-away key lies here, not among your own
line=demo/packaging-line
ninefold() { .venv/bin/python -m ninefold "$@"; }
# a word is quoted only where a shell needs it
quoted() { case $1 in *[!A-Za-z0-9_./=-]*) printf " %s" "${1@Q}" ;; *) printf " %s" "$1" ;; esac; }
show() { printf '\n$ ninefold'; for word; do quoted "$word"; done; printf '\n'; ninefold "$@"; }

mkdir -p demo
if [ ! -f "$line/ninefold.yaml" ]; then
  show init "$line" --blueprint packaging-line
fi
show -C "$line" run --until concept --brief
if ! ninefold -C "$line" approve concept --check >/dev/null 2>&1; then
  show -C "$line" approve concept --by "Demo Owner" --role asset-owner \
    --reason "Demonstration only, with a throw-away key" --new-key
fi
show -C "$line" run --brief
show -C "$line" status --summary
