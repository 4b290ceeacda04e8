/* SPDX-License-Identifier: Apache-2.0 */
/* What the cgroup_stats*.c share: members of the document from attributes. */
#ifndef RUNTIME_CGROUP_STATS_READ_H
#define RUNTIME_CGROUP_STATS_READ_H

#include "json.h"

/* A document in the making. A failed allocation is sticky. */
struct stats {
	struct json *data;
	bool oom;
};

/* Sets @pointer to a number. */
void stats_set(struct stats *s, const char *pointer, uint64_t value);
/* Sets @pointer to any value, which it takes; NULL is short memory. */
void stats_put(struct stats *s, const char *pointer, struct json *value);

/* The number in an attribute, 0 where there is none, UINT64_MAX for "max". */
uint64_t stats_number(int dir, const char *file);
/* An attribute of lines "key value": the value of @key, or 0. */
uint64_t stats_keyed(int dir, const char *file, const char *key);
/* All of them, as an object of numbers. */
struct json *stats_keyed_all(int dir, const char *file);
/* "0-3,7" as an array; "1 2 3" too. */
struct json *stats_list(int dir, const char *file);
/* The next line of *@s, or the next word of one, cut out of it; NULL at the end. */
char *stats_next_line(char **s);
char *stats_next_word(char **s);
/* The numbers of "8:16", a word of a line or NULL; false: it is none. */
bool stats_device(const char *word, uint64_t *ret_major, uint64_t *ret_minor);
/* An entry of blkio: {major, minor, op, value}. */
void stats_add_io(struct stats *s, const char *pointer, uint64_t major, uint64_t minor,
		  const char *op, uint64_t value);
/* Calls @each for every page size that /sys/kernel/mm/hugepages knows: "2MB". */
void stats_each_page_size(struct stats *s, int dir,
			  void (*each)(struct stats *s, int dir, const char *size));
/* The controller pids, which has the same files in both versions. */
void stats_pids(struct stats *s, int dir);

/* cgroup_stats_v1.c, cgroup_stats_v2.c: fills what the directory of one controller says. */
void stats_v1(struct stats *s, const char *controller, int dir);
void stats_v2(struct stats *s, const char *controller, int dir);

#endif
