# SPDX-License-Identifier: Apache-2.0
# bash completion of conform(1): options, sub-commands, and the areas and cases that the program itself lists.
_conform() {
	local cur=${COMP_WORDS[COMP_CWORD]} opts
	COMPREPLY=()
	case $cur in
	--target=* | --report=* | --runtime=* | --expect=*) return 0 ;;
	-*)
		opts='--runtime= --list --json --dry-run --jobs= --timeout= --strict --target= --fail-fast --keep --expect= --report=tap: --report=junit: --report=json: --report=markdown: --seed= --verbose --help --version'
		mapfile -t COMPREPLY < <(compgen -W "$opts" -- "$cur")
		[[ ${COMPREPLY[0]-} == *[=:] ]] && compopt -o nospace
		;;
	*)
		[ "$COMP_CWORD" -eq 1 ] && opts='validate coverage lint mutants'
		mapfile -t COMPREPLY < <(compgen -W "${opts-} $("${COMP_WORDS[0]}" --list 2>/dev/null | awk '{print $1}')" -- "$cur")
		;;
	esac
}
complete -o default -F _conform conform
