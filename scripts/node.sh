#!/bin/sh
# Runs a TypeScript file with the Node that this project brings along (26), whatever Node the machine has.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
node="$root/node_modules/.bin/node"
if [ ! -x "$node" ]; then
  node=$(command -v node || true)
  major=$([ -n "$node" ] && "$node" -p 'process.versions.node.split(".")[0]' || echo 0)
  if [ "$major" -lt 26 ]; then
    echo "chronik: Node 26 is needed and this platform's package did not install. Run 'npm ci', or put Node 26 on the PATH." >&2
    exit 1
  fi
fi
# Node keeps compiled modules here: a start takes a quarter of the time from the second one on.
export NODE_COMPILE_CACHE="${NODE_COMPILE_CACHE:-$root/node_modules/.cache/compile}"
exec "$node" "$@"
