# shellcheck shell=sh
# What the system must bring: Python and a C compiler; and what it may bring: clang and libbpf. A part of ./lab, which reads it when something is to be set up.

manager() { # what installs packages here
	for name in apt-get dnf zypper pacman; do
		if have $name; then
			echo $name
			return
		fi
	done
}

packages_for() { # packages_for NEED: the packages of this distribution that answer it
	case $(manager):$1 in
	apt-get:compiler) echo gcc libc6-dev ;;
	dnf:compiler | zypper:compiler) echo gcc glibc-devel ;;
	pacman:compiler) echo gcc glibc ;;
	apt-get:bpf) echo clang libbpf-dev ;;
	dnf:bpf | zypper:bpf) echo clang libbpf-devel ;;
	pacman:bpf) echo clang libbpf ;;
	apt-get:venv) echo "python$version-venv" ;;
	apt-get:python) if have python3; then echo python3.11 python3.11-venv; else echo python3 python3-venv; fi ;;
	dnf:python) if have python3; then echo python3.11; else echo python3; fi ;;
	zypper:python) echo python311 ;;
	pacman:python) echo python ;;
	esac
}

install_line() {
	case $(manager) in
	apt-get | dnf) echo "$(manager) install -y $*" ;;
	zypper) echo "zypper --non-interactive install $*" ;;
	pacman) echo "pacman -S --noconfirm $*" ;;
	esac
}

apt() {
	export DEBIAN_FRONTEND=noninteractive
	apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@" || {
		apt-get -o DPkg::Lock::Timeout=300 update &&
			apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
	}
}

want() { # want NEED TEXT: adds to what is to be provided
	missing=${missing:+$missing and }$2
	packages="${packages:+$packages }$(packages_for "$1")"
}

provide() { # installs what is wanted, as root; else says what to type and stops
	[ -n "$missing" ] || return 0
	[ -n "$packages" ] || die "$missing: missing, and no package of it is known here; install it, then type this again"
	# shellcheck disable=SC2086 # several packages are several words
	set -- $packages
	line=$(install_line "$@")
	if [ "$(id -u)" != 0 ]; then die "$missing: missing; type: sudo $line"; fi
	if [ "${LAB_NO_INSTALL-}" = 1 ]; then die "$missing: missing; type: $line"; fi
	fetch "$@" || give_up "$missing could not be installed; type: $line"
	missing='' packages=''
}

fetch() { # fetch PACKAGE...: installs what is missing
	case $(manager) in
	apt-get) step "$missing: missing, installing with apt-get: $*" apt "$@" ;;
	dnf) step "$missing: missing, installing with dnf: $*" dnf install -y --setopt=install_weak_deps=False "$@" ;;
	*) die "$missing: missing; type: $line" ;;
	esac
}

want_bpf() { # what looks into the kernel is built with these; without them all the rest is built, and doctor says so
	if [ "$(uname -m)" != x86_64 ] || can_build_bpf; then return 0; fi
	# shellcheck disable=SC2046 # several packages are several words
	line=$(install_line $(packages_for bpf))
	case $(id -u):${LAB_NO_INSTALL-}:$(manager) in
	0::apt-get | 0::dnf) ;;
	*)
		say "built without BPF, which only part of the lab needs; to have it, type: sudo $line"
		return 0
		;;
	esac
	missing='clang and libbpf'
	# shellcheck disable=SC2046 # several packages are several words
	fetch $(packages_for bpf) || say "built without BPF, which only part of the lab needs; to have it, type: $line"
	missing=''
}

look='import os, sys
if sys.version_info < (3, 11): sys.exit(1)
print(os.path.realpath(sys.executable), "%d.%d" % sys.version_info[:2])'

find_python() { # sets $base, by its real path so that no later upgrade can swap it under the environment, and $version
	candidates=${LAB_PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}
	# What root sets up, others use: the system's own Python is one that everybody can reach.
	[ "$(id -u)" != 0 ] || [ -n "${LAB_PYTHON-}" ] || candidates="/usr/bin/python3 $candidates"
	for candidate in $candidates; do
		found=$("$candidate" -c "$look" 2>/dev/null </dev/null) || continue
		base=${found% *} version=${found##* }
		return 0
	done
	return 1
}

has_venv() { "$base" -c 'import ensurepip, venv' 2>/dev/null; }

compiles() { echo '#include <stdio.h>' | $1 -E - >/dev/null 2>&1; }

find_compiler() { # sets $compiler: the one that CC names, or the first that finds its headers
	if [ -n "${CC-}" ]; then
		compiles "$CC" || die "CC=$CC cannot compile a program that includes <stdio.h>"
		compiler=$CC
		return
	fi
	for compiler in cc gcc clang; do
		compiles "$compiler" && return
	done
	return 1
}

need_system() { # Python and a C compiler, from the system's packages where they are missing
	missing='' packages=''
	if find_python; then
		find_uv || has_venv || want venv "Python's venv"
	else
		[ -z "${LAB_PYTHON-}" ] || die "LAB_PYTHON=$LAB_PYTHON is not a Python 3.11 or newer that runs here"
		want python 'Python 3.11 or newer'
	fi
	find_compiler || want compiler 'a C compiler with its headers'
	provide
	find_python || die 'Python 3.11 or newer: missing, and not among the packages of this system; set LAB_PYTHON to one'
	find_compiler || die 'a C compiler with its headers: still missing'
	want_bpf
}
