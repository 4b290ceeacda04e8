/* SPDX-License-Identifier: Apache-2.0 */
#include "net_stats.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <errno.h>
#include <string.h>

#define DEV_MAX (4u << 20)
#define COLUMNS 16

/* The columns of /proc/PID/net/dev (proc_pid_net(5)) that have a name; what receives stands before
 * what sends. */
static const struct {
	size_t column;
	const char *member;
} counters[] = {
	{0, "RxBytes"}, {1, "RxPackets"}, {2, "RxErrors"},  {3, "RxDropped"},
	{8, "TxBytes"}, {9, "TxPackets"}, {10, "TxErrors"}, {11, "TxDropped"},
};

static int add(struct json *list, const char *name, const uint64_t *values)
{
	CLEANUP(json_freep) struct json *o = json_new(JSON_OBJECT);
	int r = o ? json_set_member(o, "Name", json_new_string(name)) : -ENOMEM;

	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]) && r >= 0; i++)
		r = json_set_member(o, counters[i].member,
				    json_new_uint(values[counters[i].column]));
	/* a value that is NULL is refused, and means just that */
	return r < 0 || json_append(list, take_ptr(&o)) < 0 ? -ENOMEM : 0;
}

int net_stats_parse(char *text, struct json **ret)
{
	CLEANUP(json_freep) struct json *list = json_new(JSON_ARRAY);
	char *save = NULL;
	int r = list ? 0 : -ENOMEM;

	for (char *line = strtok_r(text, "\n", &save); line && r >= 0;
	     line = strtok_r(NULL, "\n", &save)) {
		char *name = line + strspn(line, " "), *colon = strchr(name, ':');
		uint64_t values[COLUMNS];
		char *words = NULL;
		size_t n = 0;

		/* the two lines of headings have none */
		if (!colon)
			continue;
		*colon = '\0';
		for (char *w = strtok_r(colon + 1, " ", &words); w && n < COLUMNS;
		     w = strtok_r(NULL, " ", &words)) {
			if (str_to_u64(w, UINT64_MAX, &values[n]) < 0)
				break;
			n++;
		}
		if (n == COLUMNS)
			r = add(list, name, values);
	}
	if (r >= 0)
		*ret = take_ptr(&list);
	return r;
}

int net_stats(int pid_dir, struct json **ret, struct err *e)
{
	cleanup_free char *text = NULL;
	size_t len;
	int r = fd_read_file_at(pid_dir, "net/dev", DEV_MAX, &text, &len, e);

	if (r < 0)
		return r;
	r = net_stats_parse(text, ret);
	return r < 0 ? err_set(e, -r, "statistics: %m") : 0;
}
