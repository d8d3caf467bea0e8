#!/bin/sh
# One suite on one host, at most one at a time. `./lab fleet` calls this there, and suite.sbatch on a node.
#
#   host.sh start FOLDER WORD...   begin `./lab run WORD...`, its results below FOLDER, detached from who asked
#   host.sh run FOLDER WORD...     the same, and stay until its end, as a batch system wants it
#   host.sh ask FOLDER             say how it stands
#   host.sh wait FOLDER            sleep until nobody measures below FOLDER, then say how it stands
#   host.sh pack FOLDER            say how it stands; once nobody measures, what is finished is in FOLDER/parcel.tar
#
# The last line on stdout is `fleet STATE BYTES TEXT`: one of started, running, finished, failed, broken-off, absent;
# the size of the parcel; and why. What is finished is not made again, and what was broken off goes on.
# The WORDs are options, then --, then experiments: none has a blank in it.
set -u
umask 022

case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
lab=$here/../../lab
verb=${1-} folder=${2-}
[ -n "$folder" ] || {
	sed -n 's/^# \{0,1\}//p' "$0" >&2
	exit 2
}
shift 2

say() { # say STATE TEXT
	bytes=$(wc -c 2>/dev/null <"$folder/parcel.tar") || bytes=0
	printf 'fleet %s %s %s\n' "$1" "$((bytes))" "${2-}"
}

refuse() {
	say failed "$1"
	exit 1
}

# --- How it stands ---------------------------------------------------------------------------------------------------

results() { # results SEALED: the folders of those that are finished (yes), or of those that are not (no)
	for manifest in "$folder"/results/*/*/manifest.json; do
		[ -e "$manifest" ] || continue
		if [ -e "${manifest%/*}/seal.json" ]; then is=yes; else is=no; fi
		[ "$is" != "$1" ] || printf '%s\n' "${manifest%/*}"
	done
}

why() { # the last word of the lab; a full disk takes that, too
	line=$(grep '^lab: ' "$folder/log" 2>/dev/null | tail -n 1)
	[ -n "$line" ] || line=$(tail -n 1 "$folder/log" 2>/dev/null)
	free=$(df -Pk "$folder" | awk 'NR == 2 { print $4 }')
	[ "${free:-64}" -ge 64 ] || line="the disk is full there; last said: $line"
	printf '%s\n' "${line#lab: }" | cut -c 1-300
}

stand() { # says how it stands, under the lock
	if [ "$(cat "$folder/status" 2>/dev/null)" = 0 ]; then
		say finished
	elif [ -s "$folder/status" ]; then
		say failed "$(why)"
	elif [ -e "$folder/log" ]; then
		say broken-off "$(why)"
	else
		say absent
	fi
}

lock() { # lock HOW...: holds the folder until this process ends, and whoever inherits descriptor 9
	said=$(touch "$folder/lock" 2>&1) || refuse "${said#touch: }"
	exec 9>>"$folder/lock"
	flock "$@" 9
}

# --- The suite -------------------------------------------------------------------------------------------------------

call() { # call WORD...: one call of the lab, which must not inherit the lock
	printf '$ ./lab run %s\n' "$*" >>"$folder/log"
	LAB_RESULTS=$folder/results "$lab" run "$@" >>"$folder/log" 2>&1 </dev/null 9>&-
	ended=$?
}

renew() { # renew WORD...: what another boot or version of the lab had begun is set aside, and made anew
	options='' names=''
	while [ $# != 0 ] && [ "$1" != -- ]; do
		options="$options $1"
		shift
	done
	mkdir -p "$folder/set-aside" || return
	results no >"$folder/unfinished" || return
	while read -r result; do
		name=${result#"$folder/results/"}
		mv "$result" "$folder/set-aside/${name%%/*}-${name##*/}" || return
		names="$names ${name%%/*}"
	done <"$folder/unfinished"
	# shellcheck disable=SC2086 # several words are several words
	call $options -- $names
}

measure() { # measure WORD...: goes on, or begins; how it ended is in $ended, and in the status file
	rm -f "$folder/status" "$folder/parcel.tar"
	if [ -n "$(results no)" ]; then
		call --resume
		if tail -n 1 "$folder/log" | grep -q '\[resume-elsewhere\]$'; then renew "$@"; fi
	elif [ -n "$(results yes)" ]; then
		ended=0
	else
		call "$@"
	fi
	printf '%s\n' "$ended" >"$folder/status.draft" && mv -f "$folder/status.draft" "$folder/status"
}

prepare() { # a folder that can be written, locked; ends here where somebody measures, or nothing is left to do
	[ -x "$lab" ] || refuse "no lab is at $lab"
	said=$(mkdir -p "$folder" 2>&1) || refuse "${said#mkdir: }"
	lock --nonblock || {
		say running 'since before'
		exit 0
	}
	if [ "$(cat "$folder/status" 2>/dev/null)" = 0 ]; then
		say finished 'before'
		exit 0
	fi
	said=$(date -u '+begun %Y-%m-%dT%H:%M:%SZ' 2>&1 >>"$folder/log") || refuse "$folder: ${said#date: }"
	folder=$(CDPATH='' cd -- "$folder" && pwd -P)
}

# --- For whoever fetches ---------------------------------------------------------------------------------------------

pack() { # all that is finished, as one file that is there whole or not at all
	[ ! -e "$folder/parcel.tar" ] && [ -n "$(results yes)" ] || return 0
	(
		cd "$folder/results" || exit
		set --
		for seal in */*/seal.json; do
			for name in manifest.json runs.jsonl samples.parquet atlases.parquet profile.json seal.json; do
				[ ! -e "${seal%/*}/$name" ] || set -- "$@" "${seal%/*}/$name"
			done
		done
		tar --create --format=ustar --owner=0 --group=0 --numeric-owner --file=../parcel.draft -- "$@"
	)
	packed=$?
	if [ "$packed" = 0 ]; then mv -f "$folder/parcel.draft" "$folder/parcel.tar"; else rm -f "$folder/parcel.draft"; fi
	return "$packed"
}

case $verb in
start)
	prepare
	setsid --fork sh "$0" hold "$folder" "$@" </dev/null >/dev/null 2>&1
	say started
	;;
hold) measure "$@" ;; # descriptor 9, and with it the lock, came from start
run)
	prepare
	measure "$@"
	stand
	exit "$ended"
	;;
ask | wait | pack)
	[ -e "$folder/lock" ] || {
		say absent
		exit 0
	}
	case $verb in wait) nonblock='' ;; *) nonblock=--nonblock ;; esac
	lock --shared $nonblock || {
		say running
		exit 0
	}
	if [ "$verb" = pack ]; then said=$(pack 2>&1) || refuse "it cannot be packed: $said"; fi
	stand
	;;
*) refuse "no verb $verb" ;;
esac
