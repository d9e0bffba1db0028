#!/bin/sh
# Build the container and run it for real, with podman: alone on SQLite, then as compose.yaml says, with Redis.
#
#   sudo sh deploy/test-container.sh
#
# No registry is asked: where the base image is missing, mmdebstrap makes one of the same name from Debian's archive
# (kept as a tarball in $TAMIS_CACHE, default ~/.cache/tamis), and one for Redis is made on it. The containers run in a
# network of their own without a way out: no port of the machine is used, no upstream is asked.
# Ends with a line "N passed, N failed". What was made is taken away again; KEEP=1 leaves the images.
set -eu
umask 022
cd "$(dirname "$0")/.."
root=$(pwd)
: "${TAMIS_CACHE:=${XDG_CACHE_HOME:-$HOME/.cache}/tamis}"

debian=debian:12-slim           # the name in FROM
redis=docker.io/library/redis:7 # the name in compose.yaml
image=localhost/tamis:container-test
here=http://127.0.0.1:8080
project=tamis-container-test # of compose, and the start of every other name
limits='--ulimit nofile=1000:1000 --ulimit nproc=1000:1000' # podman's own defaults need the right to raise limits

# Without systemd podman grumbles at every start: kept for when a check fails.
podman() { command podman --runtime runc "$@" 2>"$work/podman.log"; }

# ---- images: outside, where there is a network -------------------------------------------------------------------------
make_base() {
	tarball=$TAMIS_CACHE/debian-12-slim.tar
	[ -f "$tarball" ] || {
		mkdir -p "$TAMIS_CACHE"
		echo "making $debian"
		mmdebstrap --variant=minbase --dpkgopt='path-exclude=/usr/share/man/*' \
			--dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
			--dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-include=/usr/share/doc/*/copyright' \
			bookworm "$TAMIS_CACHE/unfinished.tar" >"$work/base.log" 2>&1 || { # the name's end says: a tarball
			tail -n 40 "$work/base.log"
			echo "test-container.sh: the base image could not be made" >&2
			exit 1
		}
		mv "$TAMIS_CACHE/unfinished.tar" "$tarball"
	}
	command podman import -q "$tarball" "$debian" >/dev/null
}

build() { # options and folder
	layers=false
	[ -z "${KEEP:-}" ] || layers=true
	# shellcheck disable=SC2086 # a list of words
	command podman --runtime runc build --network=host $limits --format docker --layers=$layers "$@" \
		>"$work/build.log" 2>&1 || {
		tail -n 40 "$work/build.log"
		echo "test-container.sh: an image could not be built" >&2
		exit 1
	}
}

# What compose.yaml relies on in the official image: uid 999, its volume /data, redis-server and redis-cli.
make_redis() {
	echo "making $redis"
	mkdir "$work/redis"
	cat >"$work/redis/Containerfile" <<-END
		FROM $debian
		RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends redis-server \
		 && rm -rf /var/lib/apt/lists/* && install -d -o 999 -g 999 /data
		WORKDIR /data
		VOLUME /data
	END
	build -t "$redis" "$work/redis"
}

make_images() {
	if ! podman image exists "$debian"; then
		make_base
		made=$debian
	fi
	if ! podman image exists "$redis"; then
		make_redis
		made="$redis $made"
	fi
	echo "building Tamis"
	begin=$(now_ms)
	build -t "$image" --build-arg VERSION="$(sed -n "s/^  version: '\(.*\)',/\1/p" meson.build)" \
		-f deploy/Containerfile "$root"
	made="$image $made"
	echo "  built in $((($(now_ms) - begin) / 1000)) s;" \
		"$(($(podman image inspect -f '{{.Size}}' "$image") / 1000000)) MB," \
		"$(($(podman image inspect -f '{{.Size}}' "$debian") / 1000000)) of them the base"
}

tidy() {
	for name in $(podman ps -aq --filter "name=^$project"); do
		podman rm -f -v -t 0 "$name" >/dev/null || true
	done
	for name in $(podman volume ls -q --filter "name=$project"); do
		podman volume rm -f "$name" >/dev/null || true
	done
	[ -n "${KEEP:-}" ] || for name in $made; do
		podman rmi "$name" >/dev/null || echo "test-container.sh: the image $name could not be removed" >&2
	done
	rm -rf "$work"
}

# ---- asking -------------------------------------------------------------------------------------------------------------
passed=0 failed=0
check() { # sentence, command…
	what=$1
	shift
	if "$@" >"$work/check.log" 2>&1; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED: $what"
		tail -q -n 8 "$work/check.log" "$work/podman.log" | sed 's/^/    /'
	fi
	: >"$work/podman.log"
}
equal() { [ "$1" = "$2" ] || { echo "is \"$1\", expected \"$2\"" && false; }; }
says() { # words, command…
	words=$1
	shift
	"$@" 2>&1 | grep -q -e "$words"
}
fails() { if "$@"; then echo "it should have failed" && false; fi; }
at_most() { [ "$1" -le "$2" ] || { echo "is $1, expected at most $2" && false; }; }
at_least() { [ "$1" -ge "$2" ] || { echo "is \"$1\", expected at least $2" && false; }; }
now_ms() { date +%s%3N; }
within() { # seconds, command…: asked every 50 ms until it succeeds
	deadline=$(($(now_ms) + $1 * 1000))
	shift
	until "$@"; do
		[ "$(now_ms)" -lt $deadline ] || { echo "not in time: $*" && return 1; }
		sleep 0.05
	done
}
fetch() { curl -sS --max-time 5 -D "$work/head" -o "$work/body" -w '%{http_code}' "$@" || true; }
status_is() { # status, arguments of curl
	want=$1
	shift
	equal "$(fetch "$@")" "$want"
}
entries_are() { status_is 200 "$here$2" && equal "$(grep -c '<entry' "$work/body")" "$1"; }
etag() { status_is 200 "$here$1" >&2 && sed -n 's/^ETag: *\(.*\)\r$/\1/Ip' "$work/head"; }
same_as_before() { # address, its ETag before, its bytes before
	equal "$(etag "$1")" "$2" && cmp "$3" "$work/body" && status_is 304 -H "If-None-Match: $2" "$here$1"
}
logs_say() { command podman logs "$1" 2>&1 | grep -q -e "$2"; }
is_ready() { podman exec "$1" tamis health --ready; }
is_alive() { podman exec "$1" tamis health; }
proc() { # container, field of its first process
	sed -n "s/^$2:[[:space:]]*\(.*\)/\1/p" "/proc/$(podman inspect -f '{{.State.Pid}}' "$1")/status" | tr -s '\t ' ' ' || true
}
root_of() { # container: is its root "ro" or "rw"?
	awk '$5 == "/" { print substr($6, 1, 2) }' "/proc/$(podman inspect -f '{{.State.Pid}}' "$1")/mountinfo" || true
}
label() { podman image inspect -f "{{.Config.$1}}" "$image"; }

# ---- the container alone ------------------------------------------------------------------------------------------------
start() { # name, options of podman…: with no more rights than it needs
	name=$1
	shift
	# shellcheck disable=SC2086 # a list of words
	podman run -d --name "$name" --network=host $limits --read-only --cap-drop=ALL \
		--security-opt=no-new-privileges --memory=512m "$@" "$image" >/dev/null
}
stops_well() { # name: ends by SIGTERM, with 0, before podman would kill it
	begin=$(now_ms)
	podman stop -t 20 "$1" >/dev/null && at_most $(($(now_ms) - begin)) 10000 &&
		equal "$(podman inspect -f '{{.State.ExitCode}}' "$1")" 0
}

test_image() {
	check "the image does not run as root" equal "$(label User)" 65532:65532
	check "the image is stopped by SIGTERM" equal "$(podman image inspect -f '{{.Config.StopSignal}}' "$image")" SIGTERM
	check "the image asks tamis about its health" equal \
		"$(podman image inspect -f '{{.HealthCheck.Test}}' "$image")" "[CMD /usr/bin/tamis health]"
	check "the image publishes one port and keeps one folder" equal \
		"$(label ExposedPorts) $(label Volumes)" "map[8080/tcp:{}] map[/var/lib/tamis:{}]"
}

test_without_anything() { # no configuration, no volume, no network
	one=$project-plain
	check "it starts with nothing given" start "$one"
	check "it lives without configuration and without the network" within 30 is_alive "$one"
	check "it is not ready before a source was read" fails is_ready "$one"
	check "it shows its page" status_is 200 "$here/"
	check "it says which upstream it cannot reach" within 30 logs_say "$one" huggingface
	check "it stops when asked to" stops_well "$one"
	podman rm -f -v "$one" >/dev/null
}

test_walls() { # name
	check "it runs as 65532" equal "$(proc "$1" Uid) $(proc "$1" Gid)" "65532 65532 65532 65532 65532 65532 65532 65532"
	check "it has no capabilities and gains none" equal "$(proc "$1" CapEff) $(proc "$1" CapBnd) $(proc "$1" NoNewPrivs)" \
		"0000000000000000 0000000000000000 1"
	check "its root is mounted for reading only" equal "$(root_of "$1")" ro
	check "its key is its own" equal "$(podman exec "$1" stat -c '%u %a' /var/lib/tamis/instance.key)" "65532 600"
	check "no file in it gives rights" equal "$(podman exec "$1" find / -xdev -perm /6000 -type f)" ""
	check "nothing to build or to fetch with is in it" fails podman exec "$1" sh -c 'command -v cc || command -v curl'
	check "its health check passes" podman healthcheck run "$1"
}

edit() { # text: written as editors do, into another file that takes the name
	printf '%s\n' "$1" >"$work/etc/tamis.yaml.new"
	mv "$work/etc/tamis.yaml.new" "$work/etc/tamis.yaml"
}
test_edits() { # name
	kept=$(cat "$work/etc/tamis.yaml")
	edit "$kept
contact: ana@example.org"
	podman exec "$1" tamis reload >"$work/reload" || true
	check "an edit by rename is seen, and told" grep -q '^contact: changed$' "$work/reload"
	edit "$(printf '%s\nusers:\n\tana: {}' "$kept")"
	check "a broken edit is refused" fails podman exec "$1" tamis reload
	check "its health check passes all the same" podman healthcheck run "$1"
	check "health tells of it" says "was refused at" podman exec "$1" tamis health
	check "feeds are served all the same" entries_are 3 "/filter.atom?source=papers"
	check "feeds are listed all the same" podman exec "$1" tamis feeds
	edit "$kept"
	check "the file is mended" podman exec "$1" tamis reload
	check "a source is asked again" podman exec "$1" tamis refresh papers
	check "the door is its own" equal "$(podman exec "$1" stat -c '%u %a' /var/lib/tamis/control)" "65532 600"
}

test_alone() {
	one=$project-alone
	begin=$(now_ms)
	check "it starts" start "$one" -v "$project-data:/var/lib/tamis" -v "$work/etc:/etc/tamis:ro"
	check "it is ready" within 30 is_ready "$one"
	echo "  alone: ready $(($(now_ms) - begin)) ms after podman run; $(proc "$one" VmRSS) resident"
	check "a feed has every paper of the source" entries_are 3 "/filter.atom?source=papers"
	check "a feed has what its rule keeps" entries_are 1 "/filter.atom?source=papers&match=agent+-title:survey"
	address=$(podman exec "$one" tamis feeds | sed -n 's|^ana/agents\t[^\t]*\(/f/[^\t]*\).*|\1|p')
	check "a person's feed has an address" entries_are 1 "$address"
	before=$(etag "$address" || true)
	cp "$work/body" "$work/before" || true
	test_walls "$one"
	test_edits "$one"
	check "it stops when asked to" stops_well "$one"
	check "it wrote nothing that looks like the feed's address" fails logs_say "$one" "${address#/f/}"

	# another container on the same volume, whose source cannot be read
	podman rm -f "$one" >/dev/null
	mv "$work/etc/papers.xml" "$work/papers.xml"
	check "it starts" start "$one" -v "$project-data:/var/lib/tamis" -v "$work/etc:/etc/tamis:ro"
	check "it serves again what its volume holds" within 30 status_is 200 "$here$address"
	check "a restart changes neither a feed's bytes nor its ETag" same_as_before "$address" "$before" "$work/before"
	mv "$work/papers.xml" "$work/etc/papers.xml"
	podman rm -f "$one" >/dev/null
}

# ---- compose ------------------------------------------------------------------------------------------------------------
# podman-compose runs this instead of podman. It is podman, but every container gets the one network that there is here,
# in which the name redis is known; what would have been published is noted down.
write_podman() {
	cat >"$work/podman" <<-'END'
		#!/bin/sh
		command=$1 drop=
		shift
		for word; do
			shift
			if [ -n "$drop" ]; then
				[ "$drop" != -p ] || echo "$word" >>'PUBLISHED'
				drop=
				continue
			fi
			case $command:$word in
			pod:-p | run:-p | run:--net | run:--network-alias) drop=$word ;;
			run:--pod=*) ;;
			*) set -- "$@" "$word" ;;
			esac
		done
		case $command in
		pod | network) exit 0 ;;
		run) set -- --network=host --add-host=redis:127.0.0.1 LIMITS "$@" ;;
		esac
		exec podman --runtime runc "$command" "$@"
	END
	sed -i "s|PUBLISHED|$work/published|; s|LIMITS|$limits|" "$work/podman"
	chmod +x "$work/podman"
}

write_compose() { # what a person would change: the image, the configuration, and the secrets
	mkdir -m 700 "$work/secrets"
	head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n' >"$work/secrets/instance-key"
	head -c 32 /dev/urandom | od -An -vtx1 | tr -d ' \n' >"$work/secrets/redis-password"
	cat >"$work/test.yaml" <<-END
		services:
		  tamis:
		    image: $image
		    volumes: ["$work/etc:/etc/tamis:ro"]
	END
	cat >"$work/test.secrets.yaml" <<-END
		secrets:
		  instance-key: {file: $work/secrets/instance-key}
		  redis-password: {file: $work/secrets/redis-password}
	END
}

compose() {
	with=
	[ -z "$secrets" ] || with="-f $root/deploy/compose.secrets.yaml -f $work/test.secrets.yaml"
	# shellcheck disable=SC2086 # a list of words
	podman-compose --podman-path "$work/podman" -p "$project" -f "$root/deploy/compose.yaml" -f "$work/test.yaml" $with \
		"$@" >"$work/compose.log" 2>&1 || { tail -n 20 "$work/compose.log" && false; }
}
ask_redis() { # command…
	podman exec "${project}_redis_1" sh -c \
		'REDISCLI_AUTH=$(cat /run/secrets/redis-password 2>/dev/null) exec redis-cli "$@"' sh "$@"
}
setting() { ask_redis config get "$1" | tail -n 1; }
redis_answers() { [ "$(ask_redis ping)" = PONG ]; }
no_argument_holds() { ! grep -l -a -F -f "$1" /proc/[0-9]*/cmdline 2>/dev/null; } # file of a secret
only_this_machine() { [ -s "$1" ] && ! grep -v '^127\.0\.0\.1:' "$1"; }

test_compose() {
	one=${project}_tamis_1
	begin=$(now_ms)
	check "compose.yaml starts${secrets:+ with secrets}" compose up -d --no-build
	check "Tamis on Redis is ready" within 30 is_ready "$one"
	echo "  compose${secrets:+ with secrets}: ready $(($(now_ms) - begin)) ms after up; $(proc "$one" VmRSS) resident," \
		"Redis $(proc "${project}_redis_1" VmRSS)"
	check "a feed has every paper of the source" entries_are 3 "/filter.atom?source=papers"
	check "the papers are in Redis" at_least "$(ask_redis dbsize)" 1
	check "Redis writes every change to its append-only file at once" equal \
		"$(setting appendonly) $(setting appendfsync)" "yes always"
	check "Redis drops only keys with a time to live" equal "$(setting maxmemory-policy)" volatile-lru
	check "Redis has a bound" equal "$(setting maxmemory)" 268435456
	check "neither runs as root" equal "$(proc "$one" Uid) $(proc "${project}_redis_1" Uid)" \
		"65532 65532 65532 65532 999 999 999 999"
	check "neither has capabilities" equal "$(proc "$one" CapBnd) $(proc "${project}_redis_1" CapBnd)" \
		"0000000000000000 0000000000000000"
	check "the roots of both are mounted for reading only" equal "$(root_of "$one") $(root_of "${project}_redis_1")" "ro ro"
	check "nothing is published but on this machine" only_this_machine "$work/published"
	check "Tamis' health check passes" podman healthcheck run "$one"
	check "Redis' health check passes" podman healthcheck run "${project}_redis_1"
}

test_secrets() {
	password=$(cat "$work/secrets/redis-password")
	check "Redis asks for the password" equal \
		"$(podman exec "${project}_redis_1" redis-cli ping)" "NOAUTH Authentication required."
	check "no process shows the password" no_argument_holds "$work/secrets/redis-password"
	check "no log line shows the password" fails logs_say "$one" "$password"
	check "the key that was handed in is the one in use" fails podman exec "$one" test -e /var/lib/tamis/instance.key
}

test_redis_gone() {
	address=$(podman exec "$one" tamis feeds | sed -n 's|^ana/agents\t[^\t]*\(/f/[^\t]*\).*|\1|p')
	before=$(etag "$address" || true)
	cp "$work/body" "$work/before" || true
	podman kill "${project}_redis_1" >/dev/null
	check "feeds are served while Redis is gone" same_as_before "$address" "$before" "$work/before"
	check "Tamis lives on while Redis is gone" is_alive "$one"
	podman start "${project}_redis_1" >/dev/null
	check "Redis comes back" within 30 redis_answers
	check "nothing is missing when Redis is back" within 30 same_as_before "$address" "$before" "$work/before"

	mv "$work/etc/papers.xml" "$work/papers.xml"
	check "compose goes down" compose down
	check "compose comes up again" compose up -d --no-build
	check "the append-only file holds what a feed needs" within 30 status_is 200 "$here$address"
	check "neither bytes nor ETag have changed" same_as_before "$address" "$before" "$work/before"
	mv "$work/papers.xml" "$work/etc/papers.xml"
}

report() { # at the end, wherever that is
	[ -n "$finished" ] || {
		failed=$((failed + 1))
		echo "FAILED: the test did not come to its end"
		cat "$work/podman.log"
	}
	echo "$passed passed, $failed failed"
}

inside() {
	finished=
	trap report EXIT
	ip link set lo up
	mkdir "$work/etc"
	cp tests/fixtures/container/papers.xml "$work/etc/"
	cat >"$work/etc/tamis.yaml" <<-'END'
		filter_addresses: "on"
		sources: {papers: {file: /etc/tamis/papers.xml}}
		users: {ana: {feeds: {agents: {match: 'agent -title:survey'}}}}
	END
	test_image
	test_without_anything
	test_alone
	write_podman
	write_compose
	secrets=
	test_compose
	compose down
	podman volume rm -f "${project}_tamis" "${project}_redis" >/dev/null
	secrets=yes
	test_compose
	test_secrets
	test_redis_gone
	finished=yes
	[ $failed -eq 0 ]
}

if [ "${1:-}" = --inside ]; then # called below, in the network without a way out
	work=$2
	inside
	exit
fi
[ "$(id -u)" -eq 0 ] || {
	echo "test-container.sh: networks and images are made here; run it as root" >&2
	exit 2
}
sh deploy/packages.sh run container
work=$(mktemp -d) made=
trap tidy EXIT
trap 'exit 130' INT TERM
make_images
unshare --net sh "$0" --inside "$work"
