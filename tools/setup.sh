#!/usr/bin/env bash
# setup.sh runtime|dev: the virtual environment .venv with locked versions (hashes checked), and Ninefold in it.
set -euo pipefail
cd "$(dirname "$0")/.."
kind=${1:-runtime}

die() { echo "ninefold: $1" >&2; exit 3; }

python=${PYTHON:-}
if [ -z "$python" ]; then
  for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
      python=$candidate; break
    fi
  done
fi
[ -n "$python" ] || die "Python 3.11 or newer is needed. On Debian 12 and Ubuntu 24.04: apt-get install python3 python3-venv"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || die "$python is older than 3.11."

stamp=".venv/.ninefold-$kind"
want=$(cat pyproject.toml requirements/runtime.lock "requirements/$kind.lock" | sha256sum | cut -d' ' -f1)
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$want" ]; then exit 0; fi
if [ "$kind" = runtime ] && [ -f .venv/.ninefold-dev ] && [ "$(cat .venv/.ninefold-dev)" = \
  "$(cat pyproject.toml requirements/runtime.lock requirements/dev.lock | sha256sum | cut -d' ' -f1)" ]; then exit 0; fi

echo "Installing into .venv ($kind, $(grep -c '==' "requirements/$kind.lock") locked packages) ..."
if [ ! -x .venv/bin/python ]; then
  "$python" -m venv .venv >/dev/null 2>&1 || { rm -rf .venv; tools/debian.sh venv; "$python" -m venv .venv; } \
    || die "A virtual environment cannot be made. On Debian and Ubuntu: apt-get install python3-venv"
fi
.venv/bin/python -m pip install --quiet --use-pep517 --disable-pip-version-check --require-hashes -r "requirements/$kind.lock"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
echo "$want" > "$stamp"
