#!/bin/sh
# Installs Oriel on this machine. A relay serves this script with its own address and the checksum of its own package in it:
#
#   curl -fsS https://RELAY/install.sh | sudo sh -s -- join CODE [options of "oriel camera"]
#   curl -fsS https://RELAY/install.sh | sudo sh -s -- relay [options of "oriel relay install"]
#   curl -fsS https://RELAY/install.sh | sudo sh -s -- update
#   curl -fsS https://RELAY/install.sh | sudo sh -s -- --uninstall
#
# A release has it beside its package: sudo sh install.sh relay. Doing it again changes nothing. Without root it installs for
# this user alone. Node comes from ORIEL_NODE_URL if this machine has none, or one that is too old.
#
# Nothing runs before the last line has arrived, and nothing is replaced before its successor is whole, has the right
# checksum and has told its version.
set -eu

VERSION='@ORIEL_VERSION@'
SHA256='@ORIEL_SHA256@'
RELAY='@ORIEL_RELAY@'
PIN='@ORIEL_PIN@'

NODE_VERSION=22.21.1
NODE_URL="${ORIEL_NODE_URL:-https://nodejs.org/dist/v$NODE_VERSION}"
# How long to wait for the first picture.
WAIT_S="${ORIEL_WAIT_S:-60}"
MARK="# Written by Oriel's install.sh."

say() { printf '%s\n' "$*"; }

fail() {
	is_said=yes
	printf 'install.sh: %s\n' "$*" >&2
	exit 1
}

# Called at the end, however it comes.
tidy_up() {
	status=$?
	rm -rf "$draft"
	if [ "$status" = 1 ] && [ -z "$is_said" ]; then
		printf 'install.sh: a step failed; the line above says why. Is the disk full? (df -h %s)\n' "$prefix" >&2
	fi
}

# From https://nodejs.org/dist/v22.21.1/SHASUMS256.txt
node_sha256() {
	case $1 in
	linux-x64) say 219a152ea859861d75adea578bdec3dce8143853c13c5187f40c40e77b0143b2 ;;
	linux-arm64) say c86830dedf77f8941faa6c5a9c863bdfdd1927a336a46943decc06a38f80bfb2 ;;
	linux-armv7l) say 40d3d09aee556abc297dd782864fcc6b9e60acd438ff0660ba9ddcd569c00920 ;;
	esac
}

choose_places() {
	umask 022
	if [ "$(id -u)" = 0 ]; then
		is_root=yes
		prefix=/opt/oriel
		bin=/usr/local/bin
		state=/var/lib/oriel-camera
	else
		is_root=
		: "${HOME:?the home directory is expected in HOME}"
		prefix="${XDG_DATA_HOME:-$HOME/.local/share}/oriel"
		bin=$HOME/.local/bin
		state="${XDG_STATE_HOME:-$HOME/.local/state}/oriel-camera"
		units="${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user"
	fi
	case $prefix$bin in
	*[!A-Za-z0-9/._@+-]*) fail "$prefix has characters that do not work everywhere; set HOME or XDG_DATA_HOME to a plain path" ;;
	esac
	oriel=$bin/oriel
	draft=$prefix/.new.$$
}

require_programs() {
	for program in curl tar gzip sed uname mktemp; do
		command -v "$program" >/dev/null ||
			fail "$program is missing. Install it (Debian, Ubuntu, Raspberry Pi OS: sudo apt install $program) and run this again"
	done
}

begin() {
	require_programs
	mkdir -p "$prefix" "$bin" || fail "Cannot write to $prefix or $bin"
	# Of runs that were killed.
	rm -rf "$prefix"/.new.*
	trap tidy_up EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM HUP
	mkdir "$draft" || fail "Cannot write to $prefix: is the disk full?"
}

# Of standard input.
sha256() {
	if command -v sha256sum >/dev/null; then sha256sum
	elif command -v shasum >/dev/null; then shasum -a 256
	else openssl dgst -sha256 -r; fi | cut -d ' ' -f 1
}

# pinned COMMAND...: a call of curl to the relay that served this script. With a pin the pin alone decides.
pinned() {
	if [ -n "$PIN" ]; then set -- "$@" -k --pinnedpubkey "sha256//${PIN#sha256/}"; fi
	"$@"
}

ask() { pinned curl -fsS --connect-timeout 20 --max-time 300 "$@"; }

# For what may take long: a person at a terminal sees how far it is.
fetch() {
	if [ -t 2 ]; then curl -fS --progress-bar --connect-timeout 20 "$@"
	else curl -fsS --connect-timeout 20 "$@"; fi
}

# Says what a status of curl means: failed STATUS WHAT
failed() {
	case $1 in
	6 | 7) fail "$2: there is no connection. Nothing was changed" ;;
	23) fail "$2: it could not be written. Is the disk full? (df -h $prefix) Nothing was changed" ;;
	18 | 28 | 52 | 56) fail "$2: the download broke off. Nothing was changed; run this again" ;;
	60) fail "$2: its certificate is not trusted here. Take a new line from the relay's page. Nothing was changed" ;;
	90) fail "$2: the relay has another key than this script was made for. Take a new line from its page; if it has the same key still, another program answers in its place. Nothing was changed" ;;
	*) fail "$2: curl ended with $1. Nothing was changed" ;;
	esac
}

# Which build of Node this machine takes. The kernel of a Raspberry Pi may have 64 bits and its programs 32.
node_platform() {
	[ "$(uname -s)" = Linux ] || return 0
	case $(uname -m) in
	x86_64 | amd64) say linux-x64 ;;
	aarch64 | arm64) if [ "$(getconf LONG_BIT 2>/dev/null)" = 32 ]; then say linux-armv7l; else say linux-arm64; fi ;;
	armv7l | armv8l) say linux-armv7l ;;
	esac
}

# Whether Node has a version that Oriel runs on, and is where a service may look.
is_node_usable() {
	[ -x "$1" ] || return 1
	if [ -n "$is_root" ]; then case $(readlink -f "$1") in /root/* | /home/* | /snap/*) return 1 ;; esac; fi
	"$1" -e 'const [a, b] = process.versions.node.split(".").map(Number);
		process.exit(a >= 24 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null
}

find_node() {
	for node in "$prefix/node/bin/node" "$(command -v node || :)" /usr/bin/node /usr/local/bin/node; do
		if is_node_usable "$node"; then return 0; fi
	done
	old=$(command -v node >/dev/null && node --version 2>/dev/null) || old=
	fetch_node "${old:-none}"
}

fetch_node() {
	platform=$(node_platform)
	case $platform in linux-*) if ls /lib/ld-musl-* >/dev/null 2>&1; then platform=; fi ;; esac
	sum=$(node_sha256 "$platform")
	if [ -z "$sum" ]; then
		fail "Node 20.19, 22.12 or 24 is expected; this machine has: $1. There is no official build for $(uname -s) $(uname -m) here that this script knows; install Node (Alpine: apk add nodejs; macOS: brew install node) and run this again. Nothing was changed"
	fi
	name=node-v$NODE_VERSION-$platform
	say "Node 20.19, 22.12 or 24 is expected; this machine has: $1. Fetching $NODE_VERSION for Oriel alone: $NODE_URL/$name.tar.gz"
	status=0
	fetch -L --max-time 1800 -o "$draft/node.tgz" "$NODE_URL/$name.tar.gz" || status=$?
	[ "$status" = 0 ] || failed "$status" "Node could not be fetched from $NODE_URL"
	[ "$(sha256 <"$draft/node.tgz")" = "$sum" ] ||
		fail "What came from $NODE_URL is not the official build of Node: its checksum is another. Nothing was changed"
	mkdir "$draft/node"
	tar -xzf "$draft/node.tgz" -C "$draft/node" --strip-components=1 "$name/bin/node" "$name/LICENSE" ||
		fail "Node could not be unpacked. Is the disk full? (df -h $prefix) Nothing was changed"
	rm "$draft/node.tgz"
	"$draft/node/bin/node" --version >/dev/null 2>&1 ||
		fail "The official build of Node does not run on this machine ($(uname -m)); install Node and run this again. Nothing was changed"
	rm -rf "$prefix/node"
	mv "$draft/node" "$prefix/node"
	node=$prefix/node/bin/node
}

# Puts the package, checked, into $draft/program.
unpack_package() {
	package=$draft/oriel.tgz
	if [ -n "$RELAY" ]; then
		status=0
		pinned fetch --max-time 300 -o "$package" "$RELAY/oriel-$VERSION.tgz" || status=$?
		[ "$status" = 0 ] || failed "$status" "Oriel could not be fetched from $RELAY"
	else
		package=$(dirname "$0")/oriel-$VERSION.tgz
		[ -f "$package" ] || fail "oriel-$VERSION.tgz is expected beside this script"
	fi
	[ "$(sha256 <"$package")" = "$SHA256" ] ||
		fail "The package of Oriel has another checksum than this script expects: take a new line from the relay's page. Nothing was changed"
	mkdir "$draft/program"
	tar -xzf "$package" -C "$draft/program" --strip-components=1 ||
		fail "Oriel could not be unpacked. Is the disk full? (df -h $prefix) Nothing was changed"
}

# link TARGET NAME: at no time there is none.
link() {
	rm -f "$2.new"
	ln -s "$1" "$2.new"
	mv -fT "$2.new" "$2" 2>/dev/null || mv -fh "$2.new" "$2"
}

# Where the program goes. Other bytes of the same version get a place of their own: what runs is never replaced.
choose_home() {
	home=$prefix/$VERSION
	if [ -e "$home" ] && [ "$(cat "$home/.sha256" 2>/dev/null)" != "$SHA256" ]; then home=$home-$(printf %.8s "$SHA256"); fi
}

# name_of LINK: the version that it leads to; nothing if there is none.
name_of() { readlink "$prefix/$1" 2>/dev/null || :; }

# Keeps this version and the one before, to which "oriel update --back" returns.
prune() {
	for mark in "$prefix"/*/.sha256; do
		folder=${mark%/.sha256}
		if [ -L "$folder" ] || [ ! -e "$mark" ]; then continue; fi
		case ${folder##*/} in
		"$(name_of current)" | "$(name_of previous)") ;;
		*) rm -rf "$folder" ;;
		esac
	done
}

install_program() {
	choose_home
	if [ ! -e "$home" ]; then
		unpack_package
		[ "$("$node" "$draft/program/bin/oriel.mjs" --version)" = "$VERSION" ] ||
			fail "The new Oriel does not run here. Nothing was changed"
		say "$SHA256" >"$draft/program/.sha256"
		mv "$draft/program" "$home"
		has_changed=yes
	fi
	before=$(name_of current)
	if [ "$before" != "${home##*/}" ]; then
		if [ -n "$before" ]; then link "$before" "$prefix/previous"; fi
		link "${home##*/}" "$prefix/current"
		has_changed=yes
	fi
	install_command
	if [ -n "$has_changed" ]; then
		say "Oriel $VERSION is in $home"
		restart_services
		prune
	else
		say "Oriel $VERSION is here already"
	fi
}

install_command() {
	text="#!/bin/sh
$MARK
exec \"$node\" \"$prefix/current/bin/oriel.mjs\" \"\$@\""
	if [ "$(cat "$oriel" 2>/dev/null)" = "$text" ]; then return 0; fi
	if [ -e "$oriel" ] && ! grep -qF "$MARK" "$oriel"; then fail "$oriel is another program; move it away"; fi
	say "$text" >"$oriel.new"
	chmod 755 "$oriel.new"
	mv -f "$oriel.new" "$oriel"
}

has_systemd() { [ -d /run/systemd/system ]; }

restart_services() {
	has_systemd || return 0
	if [ -n "$is_root" ]; then systemctl try-restart oriel-camera.service oriel-relay.service 2>/dev/null || :
	else systemctl --user try-restart 'oriel-camera-*.service' 2>/dev/null || :; fi
}

hash_of() { say "$1" | tr -d '-' | tr '[:lower:]' '[:upper:]' | sha256; }

# A code works once. Those that this machine has spent are remembered, as hashes, with the camera that each was for.
camera_of_code() { sed -n "s/^$1 //p" "$prefix/.joined" 2>/dev/null || :; }

join() {
	code=${1:-}
	case $code in
	'' | *[!A-Za-z0-9-]*) fail "A pairing code is expected: join CODE. The relay's page shows it under \"Add a camera\"" ;;
	esac
	shift
	[ -n "$RELAY" ] || fail "This script was not served by a relay. Take the line from the relay's page"
	begin
	hash=$(hash_of "$code")
	camera=$(camera_of_code "$hash")
	if [ "$(uname -m)" = armv6l ]; then
		join_without_node "$@"
	else
		find_node
		install_program
		join_with_node "$@"
	fi
	report_picture
}

remember_code() { say "$hash $camera" >>"$prefix/.joined"; }

join_with_node() {
	if [ -n "$camera" ]; then
		say "This machine has joined by this code already, as \"$camera\""
		set --
	else
		pin_in_url=$(say "${PIN#sha256/}" | tr '+/' '-_' | tr -d '=')
		"$oriel" camera join "$RELAY/#pair=$code${PIN:+.$pin_in_url}" --only-pair --state-dir "$state" "$@" >"$draft/joined" ||
			fail "This machine could not join. Oriel is installed; take a new line from the relay's page"
		cat "$draft/joined"
		camera=$(sed -n 's/^This machine is now the camera "\([a-z0-9-]*\)".*/\1/p' "$draft/joined")
		set -- --name "$camera" "$@"
		remember_code
	fi
	key=$(sed -n 's/^.*"key": "\([A-Za-z0-9_-]*\)".*$/\1/p' "$state/$camera.json")
	if ! has_systemd; then
		say "This machine has no systemd: nothing starts the camera automatically. Start it with: $oriel camera --name $camera"
		exit 0
	fi
	if [ -n "$is_root" ]; then
		"$oriel" camera install --state-dir "$state" "$@" || fail "The service could not be installed; \"sudo oriel camera install\" says why"
	else
		install_user_service "$@"
	fi
}

# A word of a command line, as systemd reads it.
unit_word() { printf ' "%s"' "$(say "$1" | tr '\n' ' ' | sed 's/ $//; s/\\/&&/g; s/"/\\"/g; s/%/%%/g; s/\$/$$/g')"; }

install_user_service() {
	service=oriel-camera-$camera
	words=
	for word in "$@"; do words=$words$(unit_word "$word"); done
	unit="$MARK
[Unit]
Description=Oriel: sends the camera $camera of this machine to a relay
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=all
WatchdogSec=60
ExecStart=$oriel camera$words
Restart=always
RestartSec=5

[Install]
WantedBy=default.target"
	mkdir -p "$units"
	# Without options it is a line that was run again: the service is as it was.
	if [ $# -gt 0 ]; then say "$unit" >"$units/$service.service"; fi
	if ! { systemctl --user daemon-reload && systemctl --user enable --now "$service.service"; }; then
		say "This user has no services of its own. Start the camera with: $oriel camera --name $camera"
		exit 0
	fi
	loginctl enable-linger 2>/dev/null ||
		say "The camera runs while you are logged in. To let it run always: sudo loginctl enable-linger $(id -un)"
}

install_push() {
	from=$draft/program/dist/deploy/armv6
	mkdir -p /etc/oriel /usr/local/lib/oriel
	cp "$from/oriel-push" /usr/local/lib/oriel/
	cp "$from/oriel-push.service" /etc/systemd/system/
}

# Boards on which Node does not run send with curl.
join_without_node() {
	[ -n "$is_root" ] || fail "On this board root is needed: run the line with sudo"
	has_systemd || fail "On this board systemd is needed"
	if [ $# -gt 0 ]; then say "Not used on this board: $*"; fi
	unpack_package
	install_push
	if [ -z "$camera" ]; then
		say "{\"code\":\"$code\"}" >"$draft/code.json"
		ask -H 'Content-Type: application/json' -d "@$draft/code.json" -o "$draft/joined.json" "$RELAY/api/join" ||
			fail "This machine could not join: take a new line from the relay's page"
		camera=$(sed -n 's/^.*"camera":"\([a-z0-9-]*\)".*$/\1/p' "$draft/joined.json")
		key=$(sed -n 's/^.*"key":"\([A-Za-z0-9_-]*\)".*$/\1/p' "$draft/joined.json")
		(umask 077 && say "Authorization: Bearer $key" >/etc/oriel/push.header)
		printf 'ORIEL_RELAY=%s\nORIEL_NAME=%s\nORIEL_PIN=%s\n' "$RELAY" "$camera" "$PIN" >/etc/oriel/push.env
		remember_code
		say "This machine is now the camera \"$camera\" of $RELAY."
	fi
	key=$(sed -n 's/^Authorization: Bearer //p' /etc/oriel/push.header)
	systemctl daemon-reload
	systemctl enable --now oriel-push.service
	service='oriel-push'
}

# Waits until the relay has a picture, or knows why there is none.
report_picture() {
	(umask 077 && say "Authorization: Bearer $key" >"$draft/header")
	waited=0
	said=
	while [ "$waited" -lt "$WAIT_S" ]; do
		answer=$(ask -H "@$draft/header" "$RELAY/cameras/$camera/ingest" 2>&1) || answer="unknown $answer"
		case $answer in
		live*)
			say "The first picture of \"$camera\" has arrived: $RELAY"
			return 0
			;;
		'stalled '*) said=$((${said:-0} + 1)) ;;
		esac
		# A camera may take some seconds to start; a reason that stays is one.
		if [ "${said:-0}" -ge 10 ]; then break; fi
		sleep 1
		waited=$((waited + 1))
	done
	logs=journalctl
	[ -n "$is_root" ] || logs="journalctl --user"
	reason=$(say "$answer" | tr -d '[:cntrl:]')
	case $reason in
	never* | offline*) why="the camera's program does not reach $RELAY. ${reason#* }" ;;
	stalled*) why="the camera brings none. ${reason#stalled}" ;;
	*) why="the relay does not answer: ${reason#unknown }" ;;
	esac
	fail "Oriel is installed and has joined, but no picture has arrived: $why
\"oriel doctor\" looks at the camera; \"$logs -u $service -n 20\" shows what was tried. It goes on trying."
}

install_relay() {
	[ -n "$is_root" ] || fail "A relay that stays needs root: run the line with sudo"
	begin
	find_node
	install_program
	"$oriel" relay install "$@" || fail "The relay is not a service of this machine: the line above says why. Oriel $VERSION is installed"
}

# Brings what is here to the version of the relay that served this script.
update() {
	if [ "$(uname -m)" = armv6l ] && [ -e /etc/systemd/system/oriel-push.service ]; then
		begin
		unpack_package
		install_push
		systemctl daemon-reload
		systemctl try-restart oriel-push.service
		say "oriel-push is that of Oriel $VERSION"
		return 0
	fi
	[ -e "$prefix/current" ] ||
		fail "Oriel is not in $prefix. It was installed by another user, or in another way: run this with sudo, or as that user"
	begin
	find_node
	install_program
}

uninstall() {
	if [ -n "$is_root" ]; then
		if [ -e /etc/systemd/system/oriel-camera.service ] || [ -e /etc/oriel/camera.yaml ]; then
			"$oriel" camera uninstall --purge || fail "The camera's service could not be removed"
		fi
		if [ -e /etc/systemd/system/oriel-relay.service ]; then
			"$oriel" relay uninstall || fail "The relay's service could not be removed"
		fi
		if [ -e /etc/systemd/system/oriel-push.service ]; then
			systemctl disable --now oriel-push.service || :
			rm -f /etc/systemd/system/oriel-push.service /etc/oriel/push.env /etc/oriel/push.header
			rm -rf /usr/local/lib/oriel
			systemctl daemon-reload
		fi
		rmdir /etc/oriel 2>/dev/null || :
		case $(sed -n 's/^oriel:[^:]*:[^:]*:[^:]*:\([^:]*\):.*/\1/p' /etc/passwd) in 'Oriel cameras') userdel oriel ;; esac
		if [ -d /var/lib/oriel ]; then say "The relay's data stays: /var/lib/oriel (people, keys, links)"; fi
	else
		for unit in "$units"/oriel-camera-*.service; do
			[ -e "$unit" ] || continue
			systemctl --user disable --now "${unit##*/}" 2>/dev/null || :
			rm -f "$unit" "$units/default.target.wants/${unit##*/}"
		done
		systemctl --user daemon-reload 2>/dev/null || :
	fi
	if [ -e "$oriel" ] && grep -qF "$MARK" "$oriel"; then rm -f "$oriel"; fi
	rm -rf "$prefix" "$state"
	say "Oriel is not on this machine any more."
}

main() {
	is_root='' is_said='' has_changed='' service=oriel-camera units='' camera='' key='' node=''
	choose_places
	command=${1:-}
	[ $# = 0 ] || shift
	case $command in
	join) join "$@" ;;
	relay) install_relay "$@" ;;
	update) update ;;
	--uninstall) uninstall ;;
	*) fail 'expected: join CODE, relay, update, or --uninstall' ;;
	esac
}

# What it starts must not read the rest of a script that comes by standard input.
main "$@" </dev/null
