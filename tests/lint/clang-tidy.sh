#!/bin/sh
# clang-tidy over all sources, after tests/run.sh has built; it takes minutes, so it is run by hand.
cd "$(dirname "$0")/../.."
git ls-files 'src/*.c' | xargs -P2 -n8 clang-tidy -p "${TAMIS_BUILD:-build-tests}/plain" --quiet 2>/dev/null | grep -E ' (warning|error): ' && exit 1
echo "clang-tidy is quiet"
