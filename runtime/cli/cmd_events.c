/* SPDX-License-Identifier: Apache-2.0 */
#include "cleanup.h"
#include "cli.h"
#include "fd.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

static struct events_flags {
	const char *interval;
	bool stats, help;
} flags;
static const struct option options[] = {
	{"stats", 0, OPTION_FLAG, offsetof(struct events_flags, stats), NULL,
	 "the numbers of this moment, once"},
	{"interval", 0, OPTION_TEXT_AS_IS, offsetof(struct events_flags, interval), "DURATION",
	 "how often (default: 5s)"},
	{"help", 'h', OPTION_FLAG, offsetof(struct events_flags, help), NULL, "show this"},
	OPTION_END,
};

/* "1m30s", as Go writes durations; here without fractions. In milliseconds, at least one. */
static int parse_duration(const char *s, unsigned int *ret)
{
	static const struct {
		const char *unit;
		uint64_t ns;
	} units[] = {{"ns", 1},
		     {"us", 1000},
		     {"ms", 1000000},
		     {"s", 1000000000ull},
		     {"m", 60000000000ull},
		     {"h", 3600000000000ull}};
	uint64_t total = 0;

	if (!*s)
		return -EINVAL;
	while (*s) {
		size_t digits = strspn(s, "0123456789"),
		       letters = strcspn(s + digits, "0123456789"), i;
		cleanup_free char *number = strndup(s, digits);
		cleanup_free char *unit = strndup(s + digits, letters);
		uint64_t n;

		if (!number || !unit)
			return -ENOMEM;
		for (i = 0; i < 6 && !str_eq(units[i].unit, unit); i++)
			;
		if (i == 6 || str_to_u64(number, INT_MAX * 1000000ull / units[i].ns, &n) < 0)
			return -EINVAL;
		total += n * units[i].ns;
		s += digits + letters;
	}
	total /= 1000000;
	if (!total || total > INT_MAX)
		return -ERANGE;
	*ret = (unsigned int)total;
	return 0;
}

/* At once: whoever reads waits for it. */
static int print(void *arg, const char *line, size_t len, struct err *e)
{
	return cli_write(arg, line, len, e);
}

static int run(struct cli *cli, void *f, int argc, char **argv, struct err *e)
{
	const struct events_flags *flag = f;
	struct rt_events_options o = {.root = cli->root, .id = argv[0], .emit = print, .arg = cli};

	(void)argc;
	if (!flag->stats &&
	    parse_duration(flag->interval ? flag->interval : "5s", &o.interval_ms) < 0)
		return err_set(e, EINVAL, "invalid value \"%s\" for flag -interval",
			       flag->interval);
	return rt_events(&o, e);
}

const struct cli_command cli_events = {
	.name = "events",
	.arguments = "<container-id>",
	.summary = "print what a container uses, and when it runs out of memory, as JSON",
	.options = options,
	.min_args = 1,
	.max_args = 1,
	.run = run,
	.flags = &flags,
	.help = &flags.help,
};
