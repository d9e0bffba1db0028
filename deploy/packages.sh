#!/bin/sh
# Install the packages of some groups of packages.txt that are not there yet: packages.sh build run …
# Packages that this system does not know (another release) are named and left out; the build says what it misses.
set -eu
here=$(cd "$(dirname "$0")" && pwd)

wanted=
for group in "$@"; do
	wanted="$wanted $(awk -v group="$group" '$1 == group { print $2 }' "$here/packages.txt")"
done
missing=
for package in $wanted; do
	state=$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)
	[ "$state" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

command -v apt-get >/dev/null || {
	echo "packages.sh: this needs Debian 12 (apt-get); install by hand:$missing" >&2
	exit 1
}
root=
if [ "$(id -u)" -ne 0 ]; then
	command -v sudo >/dev/null || {
		echo "packages.sh: run as root, or install sudo; missing:$missing" >&2
		exit 1
	}
	root=sudo
fi
echo "installing:$missing" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
$root apt-get update -qq >"$log" 2>&1 || {
	cat "$log" >&2
	exit 1
}
known=
for package in $missing; do
	if apt-cache show "$package" >/dev/null 2>&1; then
		known="$known $package"
	else
		echo "packages.sh: $package is not known here and is left out" >&2
	fi
done
# shellcheck disable=SC2086 # a list of words
$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $known >"$log" 2>&1 || {
	cat "$log" >&2
	exit 1
}
