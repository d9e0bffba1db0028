#!/bin/sh
# Set up what is needed, build, measure, and print the table of targets: sh tests/bench/run.sh [--quick] [PART…]
# Parts: index, parse, turns, topics, serve, memory, store, fresh, pieces, sets, peers. Without any: all, in about half an hour;
# --quick: fewer rounds. Most need up to 1 GB of memory, sets 3 GB.
# Lines with # say how it was measured; then one line a target, divided by tabs: name, value, unit, target, ok or short.
# TAMIS_CORPUS names the folder of real captures (default: ../shared/corpus), TAMIS_BENCH the build folder. TAMIS_BASE
# names the build folder of an older commit, with tests/bench/index_bench: sets measures the index beside it.
# Nothing else should run meanwhile: the CPU that others used is printed, and above a few per cent nothing is worth much.
set -eu
cd "$(dirname "$0")/../.."

sh deploy/packages.sh build bench >&2
command -v npm >/dev/null || sh deploy/packages.sh node >&2 # a Node from elsewhere brings its own

: "${TAMIS_BENCH:=$PWD/build-bench}"
export TAMIS_BENCH
[ -f "$TAMIS_BENCH/build.ninja" ] || meson setup "$TAMIS_BENCH" --buildtype=release >&2
programs=$(sed -n "s/^  '\([a-z_]*_bench\)'.*/tests\/bench\/\1/p" tests/bench/meson.build)
# shellcheck disable=SC2086 # a list of names
ninja -C "$TAMIS_BENCH" tamis $programs >"$TAMIS_BENCH/build.log" 2>&1 || {
	grep -vE '^\[[0-9]+/[0-9]+\]' "$TAMIS_BENCH/build.log" >&2
	exit 1
}
exec /usr/bin/python3 tests/bench/bench.py "$@"
