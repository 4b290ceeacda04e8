# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Programs of a later suite of the distribution, unpacked below the build directory and never installed; sourced, after lib.sh.

# later_tree DIR PACKAGE [with-libraries]: unpacks PACKAGE, and the libraries that it needs there, below DIR, where that does not exist yet. The suite is
# $CONFORM_LATER_SUITE (sid). The lists of packages are its own: those of the machine stay as they are. 1, and what apt-get says, where it cannot be had.
later_tree() {
	local dir=$1 package=$2 libraries=${3:-} work options packages rc=0
	[ ! -d "$dir" ] || return 0
	work=$(mktemp -d "$dir.XXXXXX")
	mkdir -p "$work/parts" "$work/lists/partial"
	# of a file with several paragraphs the one of the release itself
	awk -v RS= -v code="$(. /etc/os-release && echo "$VERSION_CODENAME")" '$0 ~ "Suites:[^\n]*" code "( |\n)" { print; exit }' /etc/apt/sources.list.d/*.sources |
		sed "s/^Suites:.*/Suites: ${CONFORM_LATER_SUITE:-sid}/" >"$work/parts/later.sources"
	options=(-o Dir::Etc::sourcelist=/dev/null -o "Dir::Etc::sourceparts=$work/parts" -o "Dir::State::lists=$work/lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
		-o APT::Sandbox::User=root)
	if (
		cd "$work" || exit
		apt-get "${options[@]}" -qq update || exit
		packages=$package
		[ -z "$libraries" ] || packages=$(apt-cache "${options[@]}" depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances "$package" |
			grep -E '^[a-z]' | sort -u)
		# shellcheck disable=SC2086 # words
		apt-get "${options[@]}" -q download $packages || exit
		for deb in ./*.deb; do dpkg -x "$deb" tree || exit; done
	) >"$work/log" 2>&1; then
		mv "$work/tree" "$dir"
	else
		tail -n 5 "$work/log" >&2
		rc=1
	fi
	rm -rf "$work"
	return $rc
}
