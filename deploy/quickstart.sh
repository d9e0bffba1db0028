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
#   --program FILE        use this tamis; nothing is installed or built
#   --folder DIR          where configuration, log and papers are kept (default: build/quickstart)
#
# Nothing is ever deleted: each source on each port has a folder of its own. A port that is taken is told at once.
set -eu

usage() { # line for standard error, or nothing for help
	[ -z "${1:-}" ] || echo "quickstart.sh: $1" >&2
	sed -n '2,/^set -eu/s/^# \{0,1\}//p' "$0" >&2
	exit 2
}
fail() { # line for standard error
	echo "quickstart.sh: $1" >&2
	exit 2
}

match='agent OR reasoning OR "language model"' source='' port=8080 detach='' program='' folder=''
while [ $# -gt 0 ]; do
	case $1 in
	--match | --source | --port | --program | --folder)
		[ $# -gt 1 ] || usage "$1 takes a value"
		case $1 in
		--match) match=$2 ;;
		--source) source=$2 ;;
		--port) port=$2 ;;
		--program) program=$2 ;;
		--folder) folder=$2 ;;
		esac
		shift 2
		;;
	--detach) detach=yes && shift ;;
	-h | --help) usage ;;
	*) usage "there is no option $1" ;;
	esac
done

# What can be wrong is looked at before minutes go into packages and a build: port, source, query.
case $port in
*[!0-9]* | ??????* | '') port_is_fine='' ;;
*) port_is_fine=yes && [ "$port" -ge 1 ] && [ "$port" -le 65535 ] || port_is_fine='' ;;
esac
[ -n "$port_is_fine" ] || fail "--port takes a number from 1 to 65535; \"$port\" is none"

name=listing allow=
case $source in
'') name=daily-papers entry='{preset: hf-daily-papers}' ;;
http://?* | https://?*)
	case $source in
	*[[:space:][:cntrl:]\"\\]*) fail "--source: an address has no spaces, quotes or backslashes (%20, %22, %5C): $source" ;;
	esac
	entry="{url: \"$source\"}"
	# you named it, so it may be on your own network
	allow='allow_networks: ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]'
	;;
*://*) fail "--source takes http:// and https:// addresses and files; this is neither: $source" ;;
*)
	[ -f "$source" ] || fail "--source: there is no file $source"
	[ -r "$source" ] || fail "--source: the file $source cannot be read"
	[ -s "$source" ] || fail "--source: the file $source is empty"
	file=$(cd "$(dirname "$source")" && pwd)/$(basename "$source")
	case $file in
	*[[:cntrl:]\"\\]*) fail "--source: a path with quotes or backslashes cannot be written down here: $file" ;;
	esac
	entry="{file: \"$file\"}"
	;;
esac
[ -z "$program" ] || [ -x "$program" ] || fail "--program: there is no program $program"

# What a query surely lacks can be seen without the program; the program says the rest.
open_ends() {
	printf '%s' "$1" | awk '
	{ text = text (NR > 1 ? " " : "") $0 }
	END {
		starts = 1
		for (i = 1; i <= length(text); i++) {
			c = substr(text, i, 1)
			if (c == "\\" && (quoted || regex)) { i++; continue }
			if (regex) { if (c == "/") regex = 0; continue }
			if (c == "\"") { quoted = !quoted; starts = 0; continue }
			if (quoted) continue
			if (c == "/" && starts) regex = i
			else if (c == "(") depth++
			else if (c == ")" && --depth < 0) { print "column " i ": a ) without a ("; exit }
			starts = c ~ /[[:space:](:=-]/
		}
		if (quoted) print "a quote is not closed"
		else if (regex) print "the regular expression from column " regex " is not closed"
		else if (depth > 0) print "a ( is not closed"
	}'
}

cd "$(dirname "$0")/.."
root=$(pwd)
build=$root/build
tamis=${program:-$build/tamis}
case $tamis in
/*) ;;
*) tamis=$OLDPWD/$tamis ;;
esac
case ${folder:-$build/quickstart} in
/*) home=${folder:-$build/quickstart} ;;
*) home=$OLDPWD/$folder ;;
esac
# What can be read may have notes: the report at the end has them, with what the papers say.
check_match() {
	said=$("$tamis" address -m "$match" 2>&1 >/dev/null) || {
		printf '%s\n' "$said" >&2
		exit 2
	}
}
if [ -x "$tamis" ]; then
	check_match
else
	wrong=$(open_ends "$match")
	[ -z "$wrong" ] || fail "--match: $wrong in $match"
fi

# Who listens on that port of this machine: nothing, or the inode of the socket (no tool is needed for that).
listener() {
	hex=$(printf '%04X' "$1")
	for table in /proc/net/tcp /proc/net/tcp6; do
		[ ! -r "$table" ] || awk -v port="$hex" '$4 == "0A" { n = split($2, at, ":"); if (at[n] == port) { print $10; exit } }' "$table"
	done | head -n 1
}
owner() { # inode: the process that has the socket, when this user may see it
	for fd in /proc/[0-9]*/fd/*; do
		if [ "$(readlink "$fd" 2>/dev/null)" = "socket:[$1]" ]; then
			fd=${fd#/proc/}
			echo "${fd%%/*}"
			return
		fi
	done
}
refuse_taken_port() {
	socket=$(listener "$port")
	[ -n "$socket" ] || return 0
	other=$(owner "$socket") free=$((port < 65535 ? port + 1 : 8080))
	while [ -n "$(listener "$free")" ] && [ "$free" -lt 65535 ]; do free=$((free + 1)); done
	who='another program' stop=
	if [ -n "$other" ]; then
		who="process $other ($(cat "/proc/$other/comm" 2>/dev/null || echo unknown))"
		case $(readlink "/proc/$other/exe" 2>/dev/null) in
		*/tamis | */tamis' (deleted)')
			who="a Tamis that runs already, process $other; its page is http://127.0.0.1:$port/"
			stop="Stop it with: kill $other
Or serve"
			;;
		esac
	fi
	cat >&2 <<TEXT
quickstart.sh: port $port is taken by $who
Nothing was touched. ${stop:-Serve} beside it with: --port $free
TEXT
	exit 1
}
refuse_taken_port

if [ -z "$program" ]; then
	sh deploy/packages.sh build run
	mkdir -p "$build"
	if [ ! -f "$build/build.ninja" ]; then
		echo "setting up the build"
		meson setup "$build" --buildtype=release >"$build/setup.log" 2>&1 || {
			cat "$build/setup.log" >&2
			exit 1
		}
	fi
	echo "building"
	ninja -C "$build" tamis >"$build/build.log" 2>&1 || {
		tail -n 40 "$build/build.log" >&2
		exit 1
	}
fi
check_match
refuse_taken_port # building takes a while

mkdir -p "$home"
chmod 700 "$home"
# what was kept of another source stays where it is
case $source in
'') of=daily-papers ;;
*) of=$(printf '%s' "$entry" | cksum | cut -d ' ' -f 1) ;;
esac
config=$home/tamis-$port-$of.yaml log=$home/log-$port-$of
cat >"$config" <<YAML
# written by deploy/quickstart.sh; conf/tamis.yaml shows every setting
listen: "127.0.0.1:$port"
data_dir: "$home/data-$port-$of"
$allow
sources:
  $name: $entry
YAML
"$tamis" check -c "$config" >/dev/null || exit 1

# In a session of its own: Ctrl-C reaches this script alone, which passes on one signal.
setsid "$tamis" serve -c "$config" >"$log" 2>&1 </dev/null &
pid=$!
stop() {
	trap '' INT TERM HUP
	kill "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
}
trap 'stop; exit 130' INT
trap 'stop; exit 143' TERM
trap 'stop; exit 129' HUP

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
	metrics=
	# until it listens, whoever answers there is somebody else
	! grep -q ' listening ' "$log" || metrics=$(ask "$base/metrics" || true)
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
address=$("$tamis" address -m "$match" --source "$name" --base "$base" 2>/dev/null)
cat <<TEXT

Your feed:    $address
All about it: $base/

Paste the feed's address into a reader on this machine. Readers that refuse private addresses:
  Miniflux  needs FETCHER_ALLOW_PRIVATE_NETWORKS=1
  FreshRSS  in a container needs an address that it can reach: this machine's name instead of 127.0.0.1,
            or the same container network (deploy/compose.yaml), and INTERNAL_HOST_ALLOWLIST naming it
TEXT
if [ -n "$detach" ]; then
	trap - INT TERM HUP
	echo "It runs as process $pid and writes to $log; stop it with: kill $pid"
	exit 0
fi
echo "It writes to $log. Stop it with Ctrl-C."
wait "$pid"
