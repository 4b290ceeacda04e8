# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Programs of a later suite of the distribution, unpacked below the build directory and never installed; sourced, after lib.sh.

# later_sources ETC DIR CODENAME SUITE: where ETC, the machine's /etc/apt, has the release CODENAME from, as a file of sources for SUITE in DIR.
later_sources() {
	local etc=$1 dir=$2 f
	for f in "$etc"/sources.list.d/*.sources; do
		[ -f "$f" ] || continue
		# of a file with several paragraphs the one of the release itself
		awk -v RS= -v code="$3" '$0 ~ "(^|\n)Suites:[^\n]*[ \t]" code "([ \t\n]|$)" { print; exit }' "$f" | sed "s/^Suites:.*/Suites: $4/" >"$dir/later.sources"
		[ ! -s "$dir/later.sources" ] || return 0
	done
	rm -f "$dir/later.sources"
	for f in "$etc"/sources.list "$etc"/sources.list.d/*.list; do
		[ ! -f "$f" ] || sed -nE "s/^deb[ \t]+((\[[^]]*\][ \t]+)?[^ \t]+)[ \t]+$3[ \t]+(.*)/deb \1 $4 \3/p" "$f"
	done | sed -n 1p >"$dir/later.list"
}

# later_tree DIR PACKAGE [with-libraries]: unpacks PACKAGE, and the libraries that it needs there, below DIR, where that does not exist yet. The suite is
# $CONFORM_LATER_SUITE (sid). The lists of packages are its own: those of the machine stay as they are. 1, and what apt-get says, where it cannot be had.
later_tree() {
	local dir=$1 package=$2 libraries=${3:-} work options packages rc=0
	[ ! -d "$dir" ] || return 0
	work=$(mktemp -d "$dir.XXXXXX")
	mkdir -p "$work/parts" "$work/lists/partial"
	later_sources /etc/apt "$work/parts" "$(. /etc/os-release && echo "$VERSION_CODENAME")" "${CONFORM_LATER_SUITE:-sid}"
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
