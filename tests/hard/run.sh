#!/bin/sh
# Play what is hard for a service (hostile pages, outages, slow clients, restarts) on the real program:
#   sh tests/hard/run.sh [long] [ROW…]
# Prints one line a row, row<TAB>figure<TAB>ok|short, and exits 1 when one falls short. With `long` the rows that take
# minutes (10,000 connections, 100 restarts, kills) come too. TAMIS_PROGRAM names the program; without it, it is built.
set -eu
cd "$(dirname "$0")/../.."

if [ -z "${TAMIS_PROGRAM:-}" ]; then
	sh deploy/packages.sh build run test
	build=${TAMIS_BUILD:-$(pwd)/build-tests}/release
	mkdir -p "$build"
	[ -f "$build/build.ninja" ] || meson setup "$build" --buildtype=release >"$build.log" 2>&1 || {
		cat "$build.log" >&2
		exit 1
	}
	ninja -C "$build" tamis >"$build.log" 2>&1 || {
		tail -n 40 "$build.log" >&2
		exit 1
	}
	TAMIS_PROGRAM=$build/tamis
fi
export TAMIS_PROGRAM
exec /usr/bin/python3 tests/hard/rows.py "$@"
