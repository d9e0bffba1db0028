#!/bin/sh
# Set up everything and run all tests: sh tests/run.sh [SUITE…]
# Suites: shape, unit (plain, gcc), unit-asan (ASan and UBSan, clang), tsan (what has threads, under ThreadSanitizer),
# integration, hard (the short rows of tests/hard/run.sh: hostile pages, outages, slow clients), suites (other libraries'
# tests: prints the scores of tests/scores.tsv), lint. Without arguments: all.
# Ends with a line "N passed, N failed"; exits 1 when something failed.
# TAMIS_CORPUS names the folder of real captures (default: ../shared/corpus); without it some tests say what they skip.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)

sh deploy/packages.sh build run test

: "${TAMIS_BUILD:=$root/build-tests}"
configure() { # folder, compiler, what to build, options
	folder=$1 cc=$2 cxx=$3 targets=$4
	shift 4
	[ -f "$folder/build.ninja" ] ||
		CC=$cc CXX=$cxx meson setup "$folder" -Dwerror=true "$@" >"$folder.log" 2>&1 || {
		cat "$folder.log"
		exit 1
	}
	# shellcheck disable=SC2086 # several words
	ninja -C "$folder" $targets >"$folder.log" 2>&1 || {
		grep -vE '^\[[0-9]+/[0-9]+\]' "$folder.log"
		echo "tests/run.sh: the build in $folder failed" >&2
		exit 1
	}
}
mkdir -p "$TAMIS_BUILD"
echo "building with gcc"
configure "$TAMIS_BUILD/plain" gcc g++ "all meson-test-prereq benches"
echo "building with clang, ASan and UBSan"
configure "$TAMIS_BUILD/asan" clang clang++ "all meson-test-prereq" -Db_sanitize=address,undefined -Db_lundef=false \
	"-Dc_args=-fno-sanitize-recover=all -fno-omit-frame-pointer" \
	"-Dcpp_args=-fno-sanitize-recover=all -fno-omit-frame-pointer"
echo "building what has threads with clang, TSan"
configure "$TAMIS_BUILD/tsan" clang clang++ threaded -Db_sanitize=thread -Db_lundef=false

exec /usr/bin/python3 tests/runner.py "$TAMIS_BUILD" "$@"
