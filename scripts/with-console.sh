#!/bin/sh
# Builds the console when its sources are not those of the last build, then runs the given script of this repository. When nothing
# has changed it costs a checksum over the sources (some 10 ms).
set -eu
cd "$(dirname "$0")/.."
stamp=console/dist/.sources
sources() {
  find console -path console/dist -prune -o -path console/node_modules -prune -o -type f -print | LC_ALL=C sort
}
sum=$({ sources; sources | tr '\n' '\0' | xargs -0 cat; cat package-lock.json; } | cksum)
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$sum" ]; then
  echo "chronik: building the console (once, and after changes of it) ..." >&2
  if sh scripts/node.sh console/build.ts >&2; then
    printf '%s\n' "$sum" >"$stamp"
  else
    echo "chronik: the console could not be built, the message is above. The server works without it." >&2
  fi
fi
script=$1
shift
exec sh "$script" "$@"
