# SPDX-License-Identifier: Apache-2.0
# bash completion of refrun(8): commands, their options, and the ids of the containers that exist.
_refrun() {
	local cur=${COMP_WORDS[COMP_CWORD]} cmd='' w
	for w in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
		case $w in create | start | run | exec | state | ps | kill | pause | resume | update | events | checkpoint | restore | delete | list | spec | features) cmd=$w ;; esac
	done
	case $cmd:$cur in
	:-*) w='--root --log --log-format --debug --rootless --systemd-cgroup --cgroup-manager --criu --help --version' ;;
	:*) w='help create start run exec state ps kill pause resume update events checkpoint restore delete list spec features' ;;
	create:-*) w='--bundle --pid-file --console-socket --pidfd-socket --no-pivot --no-new-keyring --preserve-fds' ;;
	run:-*) w='--bundle --pid-file --console-socket --pidfd-socket --detach --keep --no-subreaper --no-pivot --no-new-keyring --preserve-fds' ;;
	exec:-*) w='--process --cwd --env --user --additional-gids --cap --no-new-privs --apparmor --process-label --tty --console-socket --pidfd-socket --cgroup --pid-file --detach --preserve-fds --ignore-paused' ;;
	update:-*) w='--resources --memory --memory-reservation --memory-swap --pids-limit --cpu-period --cpu-quota --cpu-burst --cpu-share --cpu-rt-period --cpu-rt-runtime --cpu-idle --cpuset-cpus --cpuset-mems --blkio-weight --kernel-memory --kernel-memory-tcp --l3-cache-schema --mem-bw-schema' ;;
	events:-*) w='--stats --interval' ;;
	checkpoint:-*) w='--image-path --work-path --parent-path --leave-running --pre-dump --page-server --status-fd --tcp-established --tcp-skip-in-flight --ext-unix-sk --shell-job --file-locks --link-remap --lazy-pages --auto-dedup --manage-cgroups-mode --empty-ns' ;;
	restore:-*) w='--image-path --work-path --no-subreaper --no-pivot --bundle --pid-file --console-socket --pidfd-socket --detach --status-fd --tcp-established --tcp-close --ext-unix-sk --shell-job --file-locks --link-remap --lazy-pages --auto-dedup --manage-cgroups-mode --empty-ns --lsm-profile --lsm-mount-context' ;;
	ps:-*) w='--format' ;;
	delete:-*) w='--force' ;;
	kill:-*) w='--all' ;;
	list:-*) w='--format --quiet' ;;
	spec:-*) w='--bundle --rootless' ;;
	start:* | exec:* | state:* | ps:* | kill:* | pause:* | resume:* | update:* | events:* | checkpoint:* | delete:*) w=$("${COMP_WORDS[0]}" list -q 2>/dev/null) ;;
	*) w='' ;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$w" -- "$cur")
}
complete -o default -F _refrun refrun
