/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The text files of procfs as values: /proc/PID/{status,mountinfo,cgroup,uid_map,gid_map,
 * timens_offsets,stat}. Pure functions over text that the caller has read; they open nothing and
 * allocate nothing, so that the probe and the harness share them. See proc(5).
 */
#ifndef PROBE_PROCFS_H
#define PROBE_PROCFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum procfs_caps {
	PROCFS_CAPS_INHERITABLE,
	PROCFS_CAPS_PERMITTED,
	PROCFS_CAPS_EFFECTIVE,
	PROCFS_CAPS_BOUNDING,
	PROCFS_CAPS_AMBIENT,
	PROCFS_CAPS_SETS
};

/* The lines that procfs_status_parse() found, as bits of .seen: an older kernel lacks some. */
enum procfs_status_line {
	PROCFS_STATUS_PID,
	PROCFS_STATUS_PPID,
	PROCFS_STATUS_UIDS,
	PROCFS_STATUS_GIDS,
	PROCFS_STATUS_UMASK,
	PROCFS_STATUS_GROUPS,
	PROCFS_STATUS_BLOCKED,
	PROCFS_STATUS_IGNORED,
	PROCFS_STATUS_CAUGHT,
	PROCFS_STATUS_CAPS, /* one bit for each of the five sets, in the order of enum procfs_caps
			     */
	PROCFS_STATUS_NO_NEW_PRIVS = PROCFS_STATUS_CAPS + PROCFS_CAPS_SETS,
	PROCFS_STATUS_SECCOMP,
	PROCFS_STATUS_SECCOMP_FILTERS,
};

struct procfs_status {
	uint32_t seen;		   /* bits of enum procfs_status_line */
	uint64_t pid, ppid;	   /* Tgid, PPid: in the pid namespace of the procfs instance */
	uint64_t uids[4], gids[4]; /* real, effective, saved, file system */
	uint64_t umask;		   /* file mode bits */
	const char *groups;	   /* decimal numbers up to the newline; into the parsed text */
	uint64_t blocked, ignored, caught; /* bit n - 1 stands for signal n */
	uint64_t caps[PROCFS_CAPS_SETS];   /* bit n stands for capability n */
	uint64_t no_new_privs, seccomp, seccomp_filters;
};

/* Parses the NUL-terminated /proc/PID/status; *ret borrows @text. 0, or -EINVAL where a line that
 * is known here does not read as the kernel prints it. */
int procfs_status_parse(const char *text, struct procfs_status *ret);

static inline bool procfs_status_has(const struct procfs_status *s, unsigned int line)
{
	return (s->seen & UINT32_C(1) << line) != 0;
}

struct procfs_mount {
	uint64_t id, parent, major, minor;
	char *root, *path, *options, *type, *source, *super; /* octal escapes are resolved */
	uint64_t shared, master, propagate_from;	     /* peer group ids, 0: none */
	bool unbindable;
};

/*
 * Takes the next line of a /proc/PID/mountinfo off *cursor and cuts it up in place; *ret borrows
 * the text. 1, 0 at the end of the text, -EINVAL for a malformed line (which is passed over).
 */
int procfs_mount_next(char **cursor, struct procfs_mount *ret);

/* Takes the next of the comma-separated options off *cursor, in place; NULL at the end. */
char *procfs_option_next(char **cursor);

struct procfs_cgroup {
	uint64_t id;
	char *controllers; /* as printed: "cpu,cpuacct", "name=systemd", "" on version 2 */
	char *path;
};

/* The next line of a /proc/PID/cgroup, in the manner of procfs_mount_next(). */
int procfs_cgroup_next(char **cursor, struct procfs_cgroup *ret);

struct procfs_idmap {
	uint64_t inside, outside, size;
};

/* The next line of a uid_map, gid_map. 1, 0 at the end, -EINVAL for a malformed line. */
int procfs_idmap_next(const char **cursor, struct procfs_idmap *ret);

struct procfs_offset {
	bool boottime; /* else monotonic */
	int64_t secs, nanosecs;
};

/* The next line of a timens_offsets, names or clock numbers. 1, 0 at the end, -EINVAL. */
int procfs_offset_next(const char **cursor, struct procfs_offset *ret);

struct procfs_stat {
	char state;
	uint64_t ppid;
	int64_t pgid, sid, tty;
};

/* Parses the NUL-terminated /proc/PID/stat; the command name may hold blanks and parentheses. 0 or
 * -EINVAL. */
int procfs_stat_parse(const char *text, struct procfs_stat *ret);

/* Takes the next number of base 8, 10 or 16 off *cursor, after blanks that are not newlines: true,
 * or false where none stands there or it does not fit. */
bool procfs_number_next(const char **cursor, unsigned int base, uint64_t *ret);

#endif
