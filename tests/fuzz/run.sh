#!/bin/sh
# Build all fuzz targets with libFuzzer, ASan and UBSan, and run each for so long: sh tests/fuzz/run.sh SECONDS [TARGET…]
# Begins with the kept inputs, and with what earlier runs found of interest (build-tests/fuzz-inputs). Prints a line a
# target, target<TAB>executions<TAB>a second<TAB>findings, and exits 1 when something was found; a finding is kept by
# copying its file to tests/fixtures/fuzz/TARGET, where tests/run.sh replays it.
set -eu
cd "$(dirname "$0")/../.."
root=$(pwd)

case ${1:-} in
'' | *[!0-9]*)
	sed -n '2,5s/^# //p' "$0" >&2
	exit 2
	;;
esac
sh deploy/packages.sh build test

: "${TAMIS_BUILD:=$root/build-tests}"
build=$TAMIS_BUILD/fuzz
mkdir -p "$build"
[ -f "$build/build.ninja" ] ||
	CC=clang CXX=clang++ meson setup "$build" -Db_sanitize=address,undefined -Db_lundef=false \
		"-Dc_args=-fsanitize=fuzzer-no-link -fno-sanitize-recover=all -fno-omit-frame-pointer" \
		"-Dcpp_args=-fsanitize=fuzzer-no-link -fno-sanitize-recover=all -fno-omit-frame-pointer" >"$build.log" 2>&1 || {
	cat "$build.log" >&2
	exit 1
}
ninja -C "$build" fuzzers >"$build.log" 2>&1 || {
	tail -n 40 "$build.log" >&2
	exit 1
}
exec /usr/bin/python3 tests/fuzz/run.py "$TAMIS_BUILD" "$@"
