/* SPDX-License-Identifier: Apache-2.0 */
#include "scope_naive.h"

#include "cgroup_internal.h"
#include "cleanup.h"
#include "str.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#define CPUS 8192 /* more than any kernel has */

/* The number of the @n digits at @p, as far as it matters. */
static size_t digits(const char *p, size_t n)
{
	size_t ret = 0;

	for (size_t i = 0; i < n && ret < CPUS; i++)
		ret = ret * 10 + (size_t)(p[i] - '0');
	return ret;
}

/* Sets the bits of "0-3,7" in @want: how many bytes there are; 0: it is no list. */
static size_t read_cpus(const char *cpus, unsigned char want[CPUS / 8])
{
	size_t bytes = 0;

	for (const char *p = cpus; *p;) {
		size_t n = strspn(p, "0123456789"), m = p[n] == '-' ? n + 1 : 0;
		size_t len = m ? m + strspn(p + m, "0123456789") : n;
		size_t a = digits(p, n), b = digits(p + m, len - m);

		/* no number has so many digits */
		if (!n || len == m || len > 31 || (p[len] && p[len] != ',') || a > b || b >= CPUS)
			return 0;
		bytes = b / 8 + 1 > bytes ? b / 8 + 1 : bytes;
		for (; a <= b; a++)
			want[a / 8] |= (unsigned char)(1 << a % 8);
		p += len + (p[len] == ',');
	}
	return bytes;
}

/* What systemd makes of several entries of one name: the last one; NULL: there is none. */
static const struct json *value_of(const struct json *list, const char *name)
{
	const struct json *v = NULL;

	for (size_t i = 0; i < list->count; i++)
		if (str_eq(json_string(json_member(list->items[i], "name")), name))
			v = json_member(list->items[i], "value");
	return v;
}

/* A list in a file of v2 counts where it is one. */
static bool has_bits(const struct json *list, const char *name, const char *text,
		     const struct cfg_pairs *files, const char *file)
{
	const struct json *bits = value_of(list, name);
	unsigned char want[CPUS / 8] = {0};
	size_t bytes = text ? read_cpus(text, want) : 0;

	for (size_t i = 0; files && i < files->count; i++) {
		unsigned char other[CPUS / 8] = {0};
		size_t n = str_eq(files->items[i].key, file)
				   ? read_cpus(files->items[i].value, other)
				   : 0;

		if (!n)
			continue;
		bytes = n;
		memcpy(want, other, sizeof(want));
	}
	for (size_t i = 0; bits && i < bits->count && i < bytes; i++) {
		uint64_t byte;

		if (json_uint(bits->items[i], &byte) < 0 || byte != want[i])
			return false;
	}
	return bytes ? bits && bits->count == bytes : !bits;
}

/* A number that a property is to have. */
struct want {
	bool has;
	uint64_t n;
};

static bool is_wanted(const struct json *list, const char *name, struct want w)
{
	const struct json *v = value_of(list, name);
	uint64_t n;

	return w.has ? v && json_uint(v, &n) == 0 && n == w.n : !v;
}

/* "1048576", or with one of the @units "1m" or "1M"; no more than 64 bits. */
static bool read_number(const char *text, const char *units, uint64_t *ret)
{
	size_t len = strspn(text, "0123456789");
	const char *unit = text[len] && !text[len + 1] ? strchr(units, tolower(text[len])) : NULL;
	unsigned __int128 n = 0;

	if (!len || (text[len] && !unit))
		return false;
	for (size_t i = 0; i < len && n <= UINT64_MAX; i++)
		n = n * 10 + (unsigned int)(text[i] - '0');
	if (n > UINT64_MAX)
		return false;
	for (const char *p = units; unit && p <= unit; p++)
		n *= 1024;
	*ret = (uint64_t)n;
	return n <= UINT64_MAX;
}

/* The one line of a value of up to 63 bytes, which the caller frees; NULL: it has none, or more. */
static char *line_of(const struct cfg_pair *file)
{
	const char *from = file->value + strspn(file->value, "\n");
	const char *to = from + strlen(from);

	while (to > from && to[-1] == '\n')
		to--;
	return memchr(from, '\n', (size_t)(to - from)) || to - from > 63
		       ? NULL
		       : strndup(from, (size_t)(to - from));
}

/* The last number that a file of v2 is to get, or else @w. A limit of none is one of 1 where
 * systemd knows no other, a weight beyond its range is none. */
static struct want of_file(const struct cfg_resources *r, const char *file, struct want w)
{
	bool weight = str_ends(file, ".weight"), positive = str_eq(file, "memory.high") ||
							    str_eq(file, "memory.max") ||
							    str_eq(file, "pids.max");

	for (size_t i = 0; i < r->unified.count; i++) {
		cleanup_free char *line = str_eq(r->unified.items[i].key, file)
						  ? line_of(&r->unified.items[i])
						  : NULL;
		const char *text = line;
		uint64_t n = UINT64_MAX;

		if (!line)
			continue;
		if (str_eq(file, "io.weight") && str_starts(text, "default "))
			text += strlen("default ");
		if ((weight || !str_eq(text, "max")) &&
		    !read_number(text, str_starts(file, "memory.") ? "kmgtpe" : "", &n))
			continue;
		if (!weight || (n >= 1 && n <= 10000))
			w = (struct want){true, positive && !n ? 1 : n};
	}
	return w;
}

/* -1 is no limit, 0 none that was asked for. */
static struct want limit(bool has, int64_t n)
{
	return (struct want){has && n >= -1 && n != 0, (uint64_t)n};
}

static bool has_memory(const struct json *list, const struct cfg_resources *r, bool v2)
{
	static const struct cfg_memory none;
	const struct cfg_memory *m = r->memory ? r->memory : &none;
	struct want max = limit(m->has_limit, m->limit),
		    low = limit(m->has_reservation, m->reservation);
	struct want swap = {m->has_swap && m->swap == -1, UINT64_MAX};

	if (!v2)
		return is_wanted(list, "MemoryLimit", max);
	if (!m->has_swap || !m->swap)
		swap = (struct want){m->has_limit && m->limit == -1, UINT64_MAX};
	else if (m->has_limit && m->limit > 0 && m->swap >= m->limit)
		swap = (struct want){true, (uint64_t)m->swap - (uint64_t)m->limit};
	return is_wanted(list, "MemoryMax", of_file(r, "memory.max", max)) &&
	       is_wanted(list, "MemoryLow", of_file(r, "memory.low", low)) &&
	       is_wanted(list, "MemorySwapMax", of_file(r, "memory.swap.max", swap)) &&
	       is_wanted(list, "MemoryMin", of_file(r, "memory.min", (struct want){0})) &&
	       is_wanted(list, "MemoryHigh", of_file(r, "memory.high", (struct want){0}));
}

/* "max 100000", "50000": what is no such line changes nothing. */
static void take_cpu_max(const char *line, struct cfg_cpu *c)
{
	const char *space = strchr(line, ' ');
	cleanup_free char *first = space ? strndup(line, (size_t)(space - line)) : strdup(line);
	uint64_t quota = 0, period = 0;
	bool max = str_eq(first, "max");

	if (!max && (!read_number(first, "", &quota) || quota < 1 || quota > INT64_MAX))
		return;
	if (space && !read_number(space + 1, "", &period))
		return;
	c->has_quota = true;
	c->quota = max ? -1 : (int64_t)quota;
	c->has_period = space || c->has_period;
	c->period = space ? period : c->period;
}

/* What the member says, and what the files of v2 change in that. */
static struct cfg_cpu cpu_of(const struct cfg_resources *r, bool v2)
{
	struct cfg_cpu c = r->cpu ? *r->cpu : (struct cfg_cpu){0};

	for (size_t i = 0; v2 && i < r->unified.count; i++) {
		const struct cfg_pair *file = &r->unified.items[i];
		cleanup_free char *line = line_of(file);
		uint64_t n;

		if (line && str_eq(file->key, "cpu.max"))
			take_cpu_max(line, &c);
		if (line && str_eq(file->key, "cpu.idle")) {
			c.has_idle =
				read_number(line + (*line == '-'), "", &n) && n <= (*line != '-');
			c.idle = c.has_idle && n;
		}
	}
	return c;
}

/* Microseconds of a second, in steps of a hundredth. */
static struct want quota_of(const struct cfg_cpu *c, uint64_t period)
{
	unsigned __int128 n =
		c->has_quota && c->quota > 0 ? (unsigned __int128)c->quota * 1000000 : 0;

	if (c->has_quota && c->quota < 0)
		return (struct want){true, UINT64_MAX};
	return (struct want){n && n <= UINT64_MAX, ((uint64_t)n / period + 9999) / 10000 * 10000};
}

static bool has_cpu(const struct json *list, const struct cfg_resources *r, bool v2)
{
	const struct cfg_cpu c = cpu_of(r, v2);
	bool idle = v2 && c.has_idle && c.idle == 1, has_period = c.has_period && c.period;
	struct want w = {c.has_shares && c.shares >= 2, c.shares < 262144 ? c.shares : 262144};
	struct want period = {has_period || (c.has_quota && c.quota > 0),
			      has_period ? c.period : 100000};

	/* fuzz_cgroup_convert judges that */
	if (v2)
		w = of_file(r, "cpu.weight", (struct want){w.has, cgroup_convert_shares(c.shares)});
	if (idle)
		w = (struct want){true, 0};
	return is_wanted(list, v2 ? "CPUWeight" : "CPUShares", w) &&
	       is_wanted(list, "CPUQuotaPeriodUSec", period) &&
	       is_wanted(list, "CPUQuotaPerSecUSec", quota_of(&c, period.n)) &&
	       has_bits(list, "AllowedCPUs", v2 ? c.cpus : NULL, v2 ? &r->unified : NULL,
			"cpuset.cpus") &&
	       has_bits(list, "AllowedMemoryNodes", v2 ? c.mems : NULL, v2 ? &r->unified : NULL,
			"cpuset.mems");
}

/* Whether the entry has these lines, "/dev/block/8:0 1048576", and is not there without any. */
static bool has_lines(const struct json *list, const char *name, const struct strbuf *lines)
{
	const struct json *v = value_of(list, name);
	CLEANUP(strbuf_done) struct strbuf is = STRBUF_INIT;

	for (size_t i = 0; v && i < v->count; i++)
		strbuf_addf(&is, "%s %s\n", json_string(v->items[i]->items[0]),
			    v->items[i]->items[1]->text);
	return lines->len ? str_eq(is.buf, lines->buf) : !v;
}

static bool has_rates(const struct json *list, const char *name,
		      const struct cfg_throttle_device_list *l)
{
	CLEANUP(strbuf_done) struct strbuf lines = STRBUF_INIT;

	for (size_t i = 0; l && i < l->count; i++) {
		const struct cfg_throttle_device *d = &l->items[i];

		if (d->major >= 0 && d->minor >= 0)
			strbuf_addf(&lines, "/dev/block/%" PRId64 ":%" PRId64 " %" PRIu64 "\n",
				    d->major, d->minor, d->rate ? d->rate : UINT64_MAX);
	}
	return has_lines(list, name, &lines);
}

static struct want io_weight(bool has, uint64_t weight, bool v2)
{
	return (struct want){has && weight >= 10 && weight <= 1000,
			     v2 ? cgroup_convert_blkio_weight(weight) : weight};
}

static bool has_io(const struct json *list, const struct cfg_resources *r, bool v2)
{
	static const struct cfg_block_io none;
	const struct cfg_block_io *b = r->block_io ? r->block_io : &none;
	CLEANUP(strbuf_done) struct strbuf lines = STRBUF_INIT;
	struct want w = io_weight(b->has_weight, b->weight, v2);

	for (size_t i = 0; i < b->weight_device.count; i++) {
		const struct cfg_weight_device *d = &b->weight_device.items[i];
		struct want one = io_weight(d->has_weight, d->weight, v2);

		if (d->major >= 0 && d->minor >= 0 && one.has)
			strbuf_addf(&lines, "/dev/block/%" PRId64 ":%" PRId64 " %" PRIu64 "\n",
				    d->major, d->minor, one.n);
	}
	return is_wanted(list, v2 ? "IOWeight" : "BlockIOWeight",
			 v2 ? of_file(r, "io.weight", w) : w) &&
	       has_lines(list, v2 ? "IODeviceWeight" : "BlockIODeviceWeight", &lines) &&
	       has_rates(list, v2 ? "IOReadBandwidthMax" : "BlockIOReadBandwidth",
			 &b->throttle_read_bps) &&
	       has_rates(list, v2 ? "IOWriteBandwidthMax" : "BlockIOWriteBandwidth",
			 &b->throttle_write_bps) &&
	       has_rates(list, "IOReadIOPSMax", v2 ? &b->throttle_read_iops : NULL) &&
	       has_rates(list, "IOWriteIOPSMax", v2 ? &b->throttle_write_iops : NULL);
}

/* Whether each name is one of those that are looked at above. */
static bool has_no_other(const struct json *list, bool v2)
{
	static const char v1_names[] =
		" MemoryLimit CPUShares BlockIOWeight BlockIODeviceWeight BlockIOReadBandwidth "
		"BlockIOWriteBandwidth TasksMax CPUQuotaPeriodUSec CPUQuotaPerSecUSec ";
	static const char v2_names[] =
		" MemoryMax MemoryLow MemorySwapMax MemoryMin MemoryHigh CPUWeight AllowedCPUs "
		"AllowedMemoryNodes IOWeight IODeviceWeight IOReadBandwidthMax IOWriteBandwidthMax "
		"IOReadIOPSMax IOWriteIOPSMax TasksMax CPUQuotaPeriodUSec CPUQuotaPerSecUSec ";

	for (size_t i = 0; i < list->count; i++)
		if (!str_has_word(v2 ? v2_names : v1_names,
				  json_string(json_member(list->items[i], "name")), " "))
			return false;
	return true;
}

bool scope_has_limits(const struct json *list, const struct cfg_resources *r, bool v2)
{
	struct want tasks;

	if (!r)
		return list->count == 0;
	tasks = r->pids ? limit(r->pids->has_limit, r->pids->limit) : (struct want){0};
	/* one that is inside is no further one */
	if (r->pids && r->pids->has_limit && r->pids->limit == 0)
		tasks = (struct want){true, 1};
	return is_wanted(list, "TasksMax", v2 ? of_file(r, "pids.max", tasks) : tasks) &&
	       has_memory(list, r, v2) && has_cpu(list, r, v2) && has_io(list, r, v2) &&
	       has_no_other(list, v2);
}
