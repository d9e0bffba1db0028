#!/bin/sh
# From a fresh machine to a filtered feed: installs packages, builds, and serves Hugging Face Daily Papers on the
# embedded store, in the foreground, until interrupted.
#
#   sh deploy/quickstart.sh [--match QUERY] [--source FILE_OR_URL] [--port N] [--detach]
#
#   --match QUERY         which papers to keep (default: agent OR reasoning OR "language model")
#   --source FILE_OR_URL  another listing instead of Daily Papers: a capture, a feed, a local address
#   --port N              where to serve, on this machine only (default: 8080)
#   --detach              return once it serves, and say how to stop it
set -eu

usage() { # line for standard error, or nothing for help
	[ -z "${1:-}" ] || echo "quickstart.sh: $1" >&2
	sed -n '2,/^set -eu/s/^# \{0,1\}//p' "$0" >&2
	exit 2
}

match='agent OR reasoning OR "language model"' source='' port=8080 detach=
while [ $# -gt 0 ]; do
	case $1 in
	--match | --source | --port)
		[ $# -gt 1 ] || usage "$1 takes a value"
		case $1 in
		--match) match=$2 ;;
		--source) source=$2 ;;
		--port) port=$2 ;;
		esac
		shift 2
		;;
	--detach) detach=yes && shift ;;
	-h | --help) usage ;;
	*) usage "there is no option $1" ;;
	esac
done
case $port in
'' | *[!0-9]*) usage "--port takes a number from 1 to 65535" ;;
esac

name=daily-papers allow=
case $source in
'') entry='{preset: hf-daily-papers}' ;;
http://* | https://*)
	name=listing entry="{url: \"$source\"}"
	# you named it, so it may be on your own network
	allow='allow_networks: ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]'
	;;
*)
	[ -r "$source" ] || usage "the file $source cannot be read"
	folder=$(cd "$(dirname "$source")" && pwd)
	name=listing entry="{file: \"$folder/$(basename "$source")\"}"
	;;
esac

cd "$(dirname "$0")/.."
root=$(pwd)
sh deploy/packages.sh build run

build=$root/build
home=$build/quickstart
mkdir -p "$build"
if [ ! -f "$build/build.ninja" ]; then
	echo "setting up the build"
	meson setup "$build" --buildtype=release >"$build/setup.log" 2>&1 || {
		cat "$build/setup.log" >&2
		exit 1
	}
fi
echo "building"
ninja -C "$build" >"$build/build.log" 2>&1 || {
	tail -n 40 "$build/build.log" >&2
	exit 1
}
tamis=$build/tamis
mkdir -p "$home"
chmod 700 "$home"
config=$home/tamis-$port.yaml
cat >"$config" <<YAML
# written by deploy/quickstart.sh; conf/tamis.yaml shows every setting
listen: "127.0.0.1:$port"
data_dir: "$home/data-$port"
$allow
sources:
  $name: $entry
YAML
"$tamis" check -c "$config" >/dev/null || exit 1
"$tamis" address -m "$match" >/dev/null || exit 1

# another listing starts afresh: what an earlier run kept is of another source
stamp=$home/source-$port
if [ ! -f "$stamp" ] || [ "$(cat "$stamp")" != "$entry" ]; then
	rm -rf "$home/data-$port"
	printf '%s' "$entry" >"$stamp"
fi

log=$home/log-$port
if [ -n "$detach" ]; then
	setsid "$tamis" serve -c "$config" >"$log" 2>&1 </dev/null &
else
	"$tamis" serve -c "$config" >"$log" 2>&1 </dev/null &
fi
pid=$!
stop() {
	kill "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
}
trap 'stop; exit 130' INT TERM

base=http://127.0.0.1:$port
ask() { curl --silent --max-time 5 --noproxy '*' "$@"; }
alive() {
	kill -0 "$pid" 2>/dev/null || {
		cat "$log" >&2
		echo "quickstart.sh: the service ended; see above" >&2
		exit 1
	}
}

# Ready is when every list was asked once; when nothing can be had at all there is no point in waiting for that.
echo "reading the listing"
waited=0
while [ "$waited" -lt 240 ]; do
	alive
	metrics=$(ask "$base/metrics" || true)
	value() { printf '%s\n' "$metrics" | sed -n "s/^$1{source=\"$name\"} //p"; }
	items=$(value tamis_source_items) failures=$(value tamis_source_failures) busy=$(value tamis_source_busy)
	[ "${busy:-1}" = 0 ] && break
	[ "${items:-0}" = 0 ] && [ "${failures:-0}" -gt 1 ] && break
	sleep 0.25
	waited=$((waited + 1))
done
alive

echo
ask -G "$base/explain" --data-urlencode "source=$name" --data-urlencode "match=$match" --data format=summary
address=$("$tamis" address -m "$match" --source "$name" --base "$base")
cat <<TEXT

Your feed:    $address
All about it: $base/

Paste the feed's address into a reader on this machine. Readers that refuse private addresses:
  Miniflux  needs FETCHER_ALLOW_PRIVATE_NETWORKS=1
  FreshRSS  in a container needs an address that it can reach: this machine's name instead of 127.0.0.1,
            or the same container network (deploy/compose.yaml), and INTERNAL_HOST_ALLOWLIST naming it
TEXT
if [ -n "$detach" ]; then
	trap - INT TERM
	echo "It runs as process $pid and writes to $log; stop it with: kill $pid"
	exit 0
fi
echo "It writes to $log. Stop it with Ctrl-C."
wait "$pid"
