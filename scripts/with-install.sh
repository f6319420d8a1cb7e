#!/bin/sh
# Installs what is missing, then runs the given script of this repository. npm's scripts call it, so that the first
# command after a clone works; when node_modules already matches the lock file it costs a file comparison.
set -eu
cd "$(dirname "$0")/.."
stamp=node_modules/.chronik-lock
if ! cmp -s package-lock.json "$stamp" 2>/dev/null; then
  echo "chronik: installing dependencies from package-lock.json (about 400 MB on disk, once) ..." >&2
  started=$(date +%s)
  npm ci --no-audit --no-fund --loglevel=error >&2 &
  npm=$!
  trap 'kill "$npm" 2>/dev/null || true; exit 130' INT TERM
  while kill -0 "$npm" 2>/dev/null; do
    sleep 2
    printf 'chronik: installing, %s s\n' "$(($(date +%s) - started))" >&2
  done
  trap - INT TERM
  if ! wait "$npm"; then
    echo "chronik: npm ci failed, its message is above. Check the network or npm's registry setting, then run the same command again." >&2
    exit 1
  fi
  cp package-lock.json "$stamp"
  echo "chronik: installed" >&2
fi
script=$1
shift
exec sh "$script" "$@"
