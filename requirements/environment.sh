# shellcheck shell=sh disable=SC2034,SC2154 # root, extra and their like are those of ./lab
# The environment .venv: made from the locks beside this file, with hashes. A part of ./lab, which reads it when
# something is to be set up.

pip_setting() { # pip_setting NAME: the value in pip's own configuration files, the user's before the machine's
	for file in "${PIP_CONFIG_FILE-}" "${XDG_CONFIG_HOME:-${HOME-}/.config}/pip/pip.conf" "${HOME-}/.pip/pip.conf" \
		/etc/xdg/pip/pip.conf /etc/pip.conf; do
		[ -r "$file" ] || continue
		value=$(sed -n "/^\[\(global\|install\)\]/,/^\[/{
			s/^$1[[:space:]]*[=:][[:space:]]*//p
		}" "$file" | tail -n 1)
		if [ -n "$value" ]; then
			printf '%s\n' "$value"
			return
		fi
	done
}

uv_like_pip() { # uv does not read pip's configuration: say the same to it in its own words
	[ -f /etc/ssl/certs/ca-certificates.crt ] && export UV_SYSTEM_CERTS=1
	cert=${PIP_CERT-$(pip_setting cert)} index=${PIP_INDEX_URL-$(pip_setting index-url)}
	more=${PIP_EXTRA_INDEX_URL-$(pip_setting extra-index-url)} trust=${PIP_TRUSTED_HOST-$(pip_setting trusted-host)}
	proxy=${PIP_PROXY-$(pip_setting proxy)}
	[ -z "$cert" ] || export SSL_CERT_FILE="${SSL_CERT_FILE:-$cert}"
	[ -z "$index" ] || export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$index}"
	[ -z "$more" ] || export UV_INDEX="${UV_INDEX:-$more}"
	[ -z "$trust" ] || export UV_INSECURE_HOST="${UV_INSECURE_HOST:-$trust}"
	[ -z "$proxy" ] || export HTTPS_PROXY="${HTTPS_PROXY:-$proxy}"
	# pip takes the best of all indexes; which index a file comes from does not matter where its hash is locked.
	export UV_INDEX_STRATEGY="${UV_INDEX_STRATEGY:-unsafe-best-match}"
	# Compiled once here, as pip does: else every command would do it anew where Python may not write beside its modules.
	export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1 UV_COMPILE_BYTECODE=1
}

find_uv() { # sets $uv; sudo drops ~/.local/bin from PATH, so look there too
	for uv in uv "${HOME-}/.local/bin/uv" "${HOME-}/.cargo/bin/uv" "$venv/bin/uv"; do
		if have "$uv" && "$uv" --version >/dev/null 2>&1; then return 0; fi
	done
	uv=
	return 1
}

can_install() { # an environment that uv made has no pip, and that uv may be out of reach by now: under sudo, say
	find_uv || "$python" -m pip --version >/dev/null 2>&1
}

uv_install() { "$uv" pip install --python "$python" "$@"; }

pip_install() { "$python" -m pip install --disable-pip-version-check --no-input "$@"; }

install() { # install ARGUMENT...: with uv where there is one, with pip otherwise
	if [ -n "$uv" ]; then uv_install --quiet "$@"; else pip_install --quiet "$@"; fi
}

install_lock() { # install_lock NAME
	if [ -n "$uv" ]; then how=uv; else how=pip; fi
	step "installing requirements/$1.txt with $how" install --require-hashes -r "$root/requirements/$1.txt"
}

make_env_with_uv() {
	find_uv && step 'making the environment .venv' "$uv" venv --quiet --python "$base" "$venv" && install_lock run
}

make_env_with_pip() {
	has_venv || { want venv "Python's venv" && provide; }
	step 'making the environment .venv' "$base" -m venv --clear "$venv" || give_up 'the environment could not be made'
	uv=
	if step 'installing uv, which installs the rest faster' install --require-hashes -r "$root/requirements/uv.txt"; then
		uv=$venv/bin/uv
		install_lock run && return
		uv=
	fi
	install_lock run || give_up 'the locked packages could not be installed (is the network there?)'
}

make_env() {
	for lock in dev notebook fleet across spark; do # who had more than a measurement needs keeps it
		if [ -e "$stamps/$lock.txt" ]; then extra="$extra $lock"; fi
	done
	# The stamps go first: what is left of an environment when this is stopped must not look like a whole one.
	{ rm -rf "$stamps" && rm -rf "$venv"; } || die "$venv could not be replaced"
	uv_like_pip
	make_env_with_uv || make_env_with_pip
}

add_lock() { # add_lock NAME: what tests, notebooks or a fleet need, into the environment that is there
	has_lock "$1" && return
	uv_like_pip
	install_lock "$1" || give_up "what $1.txt names could not be installed (is the network there?)"
	stamp "$1"
}

install_compiled() ( # the build would take the compiler that Python was built with, here or not
	CC=$compiler
	export CC
	install "$@"
)

install_project() { # this also configures the C build, and builds
	step 'installing the lab itself and building its C programs' \
		install_compiled --no-deps --no-build-isolation --editable "$root" || give_up 'the lab could not be built'
}

set_up_env() {
	if base_is_current && can_install; then uv_like_pip; else make_env; fi
	mark_sources
	install_project
	mv -f "$built.next" "$built"
	stamp run
}

stamp() { # stamp LOCK: says that an environment holds it, and is readable for all whatever the cache's modes were
	[ "$(id -u)" != 0 ] || chmod -R a+rX "$venv"
	mkdir -p "$stamps"
	cp "$root/requirements/$1.txt" "$stamps/$1.txt"
	printf '%s\n' "$root" >"$stamps/home"
}
