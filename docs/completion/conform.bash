# SPDX-License-Identifier: Apache-2.0
# bash completion of conform(1): sub-commands, their options, and the areas and cases that the program itself lists.
_conform() {
	local cur=${COMP_WORDS[COMP_CWORD]} opts
	COMPREPLY=()
	case ${COMP_WORDS[1]-}:$cur in
	*:--target=* | *:--report=* | *:--runtime=* | *:--expect=*) return 0 ;;
	*:-*)
		case ${COMP_WORDS[1]} in
		validate) opts='--json --target= --kind=config --kind=state --kind=features --level=must --level=should --help' ;;
		coverage) opts='--json --missing --help' ;;
		lint) opts='--help' ;;
		mutants) opts='--select= --runtime= --uncaught= --sample= --seed= --jobs= --timeout= --list --json --verbose --help' ;;
		*) opts='--runtime= --list --json --dry-run --jobs= --timeout= --strict --target= --fail-fast --keep --expect= --report=tap: --report=junit: --report=json: --report=markdown: --report=plain: --seed= --hide-unified --verbose --help --version' ;;
		esac
		mapfile -t COMPREPLY < <(compgen -W "$opts" -- "$cur")
		[[ ${COMPREPLY[0]-} == *[=:] ]] && compopt -o nospace
		;;
	validate:* | coverage:* | lint:*)
		# a word being the first is not finished, and may still become the name of a case
		[ "$COMP_CWORD" -eq 1 ] && COMPREPLY=("$cur")
		;;
	*)
		[ "$COMP_CWORD" -eq 1 ] && opts='validate coverage lint mutants'
		mapfile -t COMPREPLY < <(
			compgen -W "${opts-}" -- "$cur"
			# ids hold brackets, quotes and blanks, which compgen would take for its own
			"${COMP_WORDS[0]}" --list 2>/dev/null | while IFS= read -r id; do
				[[ $id != "$cur"* ]] || printf '%q\n' "$id"
			done
		)
		;;
	esac
}
complete -o default -F _conform conform
