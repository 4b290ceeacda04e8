/* SPDX-License-Identifier: Apache-2.0 */
/*
 * linux.resources as properties of a scope (org.freedesktop.systemd1(5),
 * systemd.resource-control(5)). systemd realizes its settings anew whenever it likes: what it does
 * not know of, it may take back.
 */
#include "cgroup_internal.h"

#include "bit_list.h"
#include "cleanup.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define PERIOD_US     100000 /* the kernel's own */
#define QUOTA_STEP_US 10000  /* systemd keeps quotas in hundredths of a processor */
#define CPUS_MAX      8192
#define WEIGHT_MAX    10000
#define USEC_PER_SEC  1000000

int cgroup_systemd_add(struct json *list, const char *name, const char *type, struct json *value)
{
	CLEANUP(json_freep) struct json *j = json_new(JSON_OBJECT);
	CLEANUP(json_freep) struct json *taken = value;

	if (!j || !taken || json_set_member(j, "name", json_new_string(name)) < 0 ||
	    json_set_member(j, "type", json_new_string(type)) < 0 ||
	    json_set_member(j, "value", take_ptr(&taken)) < 0)
		return -ENOMEM;
	return json_append(list, take_ptr(&j));
}

static int add_u64(struct json *list, const char *name, uint64_t v)
{
	return cgroup_systemd_add(list, name, "t", json_new_uint(v));
}

/* -1 is no limit, 0 is "not set", as callers written in Go mean it. */
static int add_limit(struct json *list, const char *name, bool has, int64_t v)
{
	if (!has || v == 0 || v < -1)
		return 0;
	return add_u64(list, name, v == -1 ? UINT64_MAX : (uint64_t)v);
}

static int memory(const struct cfg_memory *m, bool v2, struct json *list)
{
	int r = add_limit(list, v2 ? "MemoryMax" : "MemoryLimit", m->has_limit, m->limit);

	if (!v2)
		return r;
	if (r >= 0)
		r = add_limit(list, "MemoryLow", m->has_reservation, m->reservation);
	if (r < 0)
		return r;
	if (!m->has_swap || m->swap == 0)
		return add_limit(list, "MemorySwapMax", m->has_limit && m->limit == -1, -1);
	if (m->swap == -1)
		return add_u64(list, "MemorySwapMax", UINT64_MAX);
	return m->has_limit && m->limit > 0 && m->swap >= m->limit
		       ? add_u64(list, "MemorySwapMax", (uint64_t)(m->swap - m->limit))
		       : 0;
}

/* "0-3,7" as the bits of an array of bytes; 0: not such a list, which cgroup_apply() will say. The
 * kernel takes a comma at its end. */
static int add_bits(struct json *list, const char *name, const char *text)
{
	cleanup_free char *most = text ? strndup(text, strlen(text) - str_ends(text, ",")) : NULL;
	CLEANUP(json_freep) struct json *bytes = json_new(JSON_ARRAY);
	unsigned long mask[CPUS_MAX / BIT_LIST_WORD_BITS] = {0};
	int n;

	if (!text)
		return 0;
	if (!most)
		return -ENOMEM;
	n = bit_list_parse(most, CPUS_MAX, mask);
	if (n <= 0)
		return 0;
	for (int i = 0; bytes && i < n; i += CHAR_BIT) {
		unsigned long word = mask[i / (int)BIT_LIST_WORD_BITS];

		word >>= i % (int)BIT_LIST_WORD_BITS;
		if (json_append(bytes, json_new_uint(word & UCHAR_MAX)) < 0)
			return -ENOMEM;
	}
	return cgroup_systemd_add(list, name, "ay", take_ptr(&bytes));
}

static int add_quota(struct json *list, int64_t quota, uint64_t period)
{
	uint64_t per_second;

	if (quota < 0)
		return add_u64(list, "CPUQuotaPerSecUSec", UINT64_MAX);
	if ((uint64_t)quota > UINT64_MAX / USEC_PER_SEC)
		return 0;
	per_second = (uint64_t)quota * USEC_PER_SEC / period;
	per_second = (per_second + QUOTA_STEP_US - 1) / QUOTA_STEP_US * QUOTA_STEP_US;
	return add_u64(list, "CPUQuotaPerSecUSec", per_second);
}

void cgroup_systemd_bandwidth(char *now, struct cfg_cpu *c)
{
	bool quota = c->has_quota && c->quota, period = c->has_period && c->period;
	char *space = strchr(now, ' ');

	if (quota == period || !space)
		return;
	*space = '\0';
	if (quota)
		c->has_period = str_to_u64(space + 1, UINT64_MAX, &c->period) == 0;
	else if (str_eq(now, "max"))
		c->has_quota = false;
	else
		c->has_quota = str_to_i64(now, -1, INT64_MAX, &c->quota) == 0;
}

#define VALUE_SIZE 64 /* of a number or two */

/* The value where that is one short line. */
static bool read_line(const struct cfg_pair *u, char ret[VALUE_SIZE])
{
	const char *p = u->value + strspn(u->value, "\n");
	size_t n = strcspn(p, "\n");

	if (n >= VALUE_SIZE || p[n + strspn(p + n, "\n")])
		return false;
	memcpy(ret, p, n);
	ret[n] = '\0';
	return true;
}

/* "50000 100000", "max 100000", "50000", "max", which is cut up: what is left out keeps its value.
 */
static void read_cpu_max(char *text, struct cfg_cpu *c)
{
	char *space = strchr(text, ' ');
	uint64_t period = 0;
	int64_t quota = -1;

	if (space)
		*space = '\0';
	if ((space && str_to_u64(space + 1, UINT64_MAX, &period) < 0) ||
	    (!str_eq(text, "max") && str_to_i64(text, 1, INT64_MAX, &quota) < 0))
		return;
	c->has_quota = true;
	c->quota = quota;
	if (space) {
		c->has_period = true;
		c->period = period;
	}
}

void cgroup_systemd_unified_cpu(const struct cfg_pairs *u, struct cfg_cpu *c)
{
	char value[VALUE_SIZE];

	for (size_t i = 0; i < u->count; i++) {
		if (!read_line(&u->items[i], value))
			continue;
		if (str_eq(u->items[i].key, "cpu.max"))
			read_cpu_max(value, c);
		if (str_eq(u->items[i].key, "cpu.idle"))
			c->has_idle = str_to_i64(value, 0, 1, &c->idle) == 0;
	}
}

void cgroup_systemd_idle(bool now, struct cfg_cpu *c)
{
	if (!now)
		return;
	if (!c->has_idle) {
		c->has_idle = true;
		c->idle = 1;
	} else if (c->idle == 0 && (!c->has_shares || c->shares < 2)) {
		/* what the kernel goes back to */
		c->has_shares = true;
		c->shares = 1024;
	}
}

/* 0 is systemd's word for it, from version 252 on (refrun-systemd leaves it out before). */
static bool is_idle(const struct cfg_cpu *c, bool v2)
{
	return v2 && c->has_idle && c->idle == 1;
}

static int weight(const struct cfg_cpu *c, bool v2, struct json *list)
{
	if (is_idle(c, v2))
		return add_u64(list, "CPUWeight", 0);
	if (!c->has_shares || c->shares < 2)
		return 0;
	return v2 ? add_u64(list, "CPUWeight", cgroup_convert_shares(c->shares))
		  : add_u64(list, "CPUShares", c->shares > 262144 ? 262144 : c->shares);
}

static int cpu(const struct cfg_cpu *c, bool v2, struct json *list)
{
	bool has_period = c->has_period && c->period;
	uint64_t period = has_period ? c->period : PERIOD_US;
	int r = weight(c, v2, list);

	if (r >= 0 && (has_period || c->has_quota) && (has_period || c->quota > 0))
		r = add_u64(list, "CPUQuotaPeriodUSec", period);
	if (r >= 0 && c->has_quota && c->quota)
		r = add_quota(list, c->quota, period);
	if (r >= 0 && v2)
		r = add_bits(list, "AllowedCPUs", c->cpus);
	if (r >= 0 && v2)
		r = add_bits(list, "AllowedMemoryNodes", c->mems);
	return r;
}

static bool is_weight(bool has, uint64_t weight)
{
	return has && weight >= 10 && weight <= 1000;
}

/* [["/dev/block/7:0",1048576],...]: systemd needs no such file. Takes what is added. */
static int append_device(struct json *all, int64_t major, int64_t minor, uint64_t value)
{
	CLEANUP(json_freep) struct json *pair = json_new(JSON_ARRAY);
	cleanup_free char *path =
		str_format("/dev/block/%lld:%lld", (long long)major, (long long)minor);

	if (!pair || !path || json_append(pair, json_new_string(path)) < 0 ||
	    json_append(pair, json_new_uint(value)) < 0)
		return -ENOMEM;
	return json_append(all, take_ptr(&pair));
}

/* Rates; 0 is no limit. */
static int throttle(const struct cfg_throttle_device_list *l, const char *name, struct json *list)
{
	CLEANUP(json_freep) struct json *all = json_new(JSON_ARRAY);
	int r = all ? 0 : -ENOMEM;

	for (size_t i = 0; i < l->count && r >= 0; i++) {
		const struct cfg_throttle_device *d = &l->items[i];

		if (d->major >= 0 && d->minor >= 0)
			r = append_device(all, d->major, d->minor, d->rate ? d->rate : UINT64_MAX);
	}
	if (r < 0 || !all->count)
		return r;
	return cgroup_systemd_add(list, name, "a(st)", take_ptr(&all));
}

static int device_weights(const struct cfg_weight_device_list *l, bool v2, struct json *list)
{
	CLEANUP(json_freep) struct json *all = json_new(JSON_ARRAY);
	int r = all ? 0 : -ENOMEM;

	for (size_t i = 0; i < l->count && r >= 0; i++) {
		const struct cfg_weight_device *d = &l->items[i];

		if (d->major >= 0 && d->minor >= 0 && is_weight(d->has_weight, d->weight))
			r = append_device(all, d->major, d->minor,
					  v2 ? cgroup_convert_blkio_weight(d->weight) : d->weight);
	}
	if (r < 0 || !all->count)
		return r;
	return cgroup_systemd_add(list, v2 ? "IODeviceWeight" : "BlockIODeviceWeight", "a(st)",
				  take_ptr(&all));
}

/* For v1 systemd has no limits of operations. */
static int block_io(const struct cfg_block_io *b, bool v2, struct json *list)
{
	int r = 0;

	if (is_weight(b->has_weight, b->weight))
		r = v2 ? add_u64(list, "IOWeight", cgroup_convert_blkio_weight(b->weight))
		       : add_u64(list, "BlockIOWeight", b->weight);
	if (r >= 0)
		r = device_weights(&b->weight_device, v2, list);
	if (r >= 0)
		r = throttle(&b->throttle_read_bps,
			     v2 ? "IOReadBandwidthMax" : "BlockIOReadBandwidth", list);
	if (r >= 0)
		r = throttle(&b->throttle_write_bps,
			     v2 ? "IOWriteBandwidthMax" : "BlockIOWriteBandwidth", list);
	if (r >= 0 && v2)
		r = throttle(&b->throttle_read_iops, "IOReadIOPSMax", list);
	if (r >= 0 && v2)
		r = throttle(&b->throttle_write_iops, "IOWriteIOPSMax", list);
	return r;
}

/* systemd has no limit of none: one process, where one is inside, is no further one either. */
static int pids(const struct cfg_pids *p, struct json *list)
{
	if (p->has_limit && p->limit == 0)
		return add_u64(list, "TasksMax", 1);
	return add_limit(list, "TasksMax", p->has_limit, p->limit);
}

/* Bytes as the kernel reads them, "1048576" or "1M", which is cut up. */
static bool read_bytes(char *text, uint64_t *ret)
{
	static const char units[] = "kmgtpe";
	char *last = text + strspn(text, "0123456789");
	const char *unit = *last && !last[1] ? strchr(units, *last | ('a' - 'A')) : NULL;
	unsigned int shift = unit ? 10 * (unsigned int)(unit - units + 1) : 0;

	if (unit)
		*last = '\0';
	if (str_to_u64(text, UINT64_MAX >> shift, ret) < 0)
		return false;
	*ret <<= shift;
	return true;
}

/* Files of v2 for which systemd has a property, and the least that it takes: 1 byte is no page. */
static const struct v2_file {
	const char *file, *name;
	enum { NUMBER, BYTES, WEIGHT, LIST } kind;
	uint64_t least;
} v2_files[] = {
	{"cpu.weight", "CPUWeight", WEIGHT, 1},
	{"io.weight", "IOWeight", WEIGHT, 1},
	{"memory.min", "MemoryMin", BYTES, 0},
	{"memory.low", "MemoryLow", BYTES, 0},
	{"memory.high", "MemoryHigh", BYTES, 1},
	{"memory.max", "MemoryMax", BYTES, 1},
	{"memory.swap.max", "MemorySwapMax", BYTES, 0},
	{"pids.max", "TasksMax", NUMBER, 1},
	{"cpuset.cpus", "AllowedCPUs", LIST, 0},
	{"cpuset.mems", "AllowedMemoryNodes", LIST, 0},
};

static int add_v2_weight(const struct v2_file *f, const char *value, struct json *list)
{
	uint64_t v;

	/* others of io.weight are of one device, which systemd leaves alone */
	if (str_eq(f->file, "io.weight") && str_starts(value, "default "))
		value += strlen("default ");
	return str_to_u64(value, WEIGHT_MAX, &v) < 0 || v == 0 ? 0 : add_u64(list, f->name, v);
}

static int add_v2_file(const struct v2_file *f, const struct cfg_pair *u, struct json *list)
{
	char value[VALUE_SIZE];
	uint64_t v;

	if (f->kind == LIST)
		return add_bits(list, f->name, u->value);
	if (!read_line(u, value))
		return 0;
	if (f->kind == WEIGHT)
		return add_v2_weight(f, value, list);
	if (str_eq(value, "max"))
		return add_u64(list, f->name, UINT64_MAX);
	if (f->kind == BYTES ? !read_bytes(value, &v) : str_to_u64(value, UINT64_MAX, &v) < 0)
		return 0;
	return add_u64(list, f->name, v < f->least ? f->least : v);
}

static int unified(const struct cfg_pairs *u, bool idle, struct json *list)
{
	int r = 0;

	for (size_t i = 0; i < u->count && r >= 0; i++) {
		const struct cfg_pair *one = &u->items[i];

		for (size_t k = 0; k < sizeof(v2_files) / sizeof(*v2_files) && r >= 0; k++)
			if (str_eq(v2_files[k].file, one->key) &&
			    !(idle && str_eq(one->key, "cpu.weight")))
				r = add_v2_file(&v2_files[k], one, list);
	}
	return r;
}

/* ---- devices ---- */

/* A line of /proc/devices: "  8 sd". */
struct driver {
	uint64_t major;
	const char *name; /* up to the end of the line */
	size_t len;
};

/* *at moves behind it. False: the section has ended. */
static bool next_driver(const char **at, struct driver *ret)
{
	const char *p = *at + strspn(*at, " ");
	size_t digits = strspn(p, "0123456789");
	char number[24];

	if (!digits || digits >= sizeof(number) || p[digits] != ' ')
		return false;
	memcpy(number, p, digits);
	number[digits] = '\0';
	ret->name = p + digits + 1;
	ret->len = strcspn(ret->name, "\n");
	*at = ret->name + ret->len + (ret->name[ret->len] == '\n');
	return str_to_u64(number, INT64_MAX, &ret->major) == 0;
}

/* systemd takes the name for a pattern, and whatever driver it fits is meant. */
static bool names_one(const char *section, const struct driver *d)
{
	struct driver other;

	for (size_t i = 0; i < d->len; i++)
		if (strchr("*?[\\ ", d->name[i]))
			return false;
	while (next_driver(&section, &other))
		if (other.major != d->major && other.len == d->len &&
		    memcmp(other.name, d->name, d->len) == 0)
			return false;
	return true;
}

char *cgroup_systemd_driver(const char *table, bool block, int64_t major)
{
	const char *title = block ? "Block devices:\n" : "Character devices:\n";
	const char *section = strstr(table, title), *p;
	struct driver d;

	if (!section)
		return NULL;
	section += strlen(title);
	for (p = section; next_driver(&p, &d);)
		if (major >= 0 && d.major == (uint64_t)major && d.len && names_one(section, &d))
			return strndup(d.name, d.len);
	return NULL;
}

/* The node as systemd names it in DeviceAllow=; NULL: it cannot. */
static char *device_name(const struct cgroup_device *d, const char *table)
{
	bool block = d->types == CGROUP_DEV_BLOCK;
	const char *kind = block ? "block" : "char";
	cleanup_free char *name = NULL;

	if (d->major < 0)
		return d->minor < 0 ? str_format("%s-*", kind) : NULL;
	if (d->minor >= 0)
		return str_format("/dev/%s/%lld:%lld", kind, (long long)d->major,
				  (long long)d->minor);
	name = cgroup_systemd_driver(table, block, d->major);
	return name ? str_format("%s-%s", kind, name) : NULL;
}

static struct json *device_pair(const struct cgroup_device *d, const char *name)
{
	CLEANUP(json_freep) struct json *pair = json_new(JSON_ARRAY);
	char access[4];

	(void)snprintf(access, sizeof(access), "%s%s%s", d->access & CGROUP_DEV_R ? "r" : "",
		       d->access & CGROUP_DEV_W ? "w" : "", d->access & CGROUP_DEV_M ? "m" : "");
	if (!pair || json_append(pair, json_new_string(name)) < 0 ||
	    json_append(pair, json_new_string(access)) < 0)
		return NULL;
	return take_ptr(&pair);
}

static void devices_v1_done(struct cgroup_devices_v1 *v)
{
	free(v->items);
}

/* 1: *allow has all of @v, 0: but for those that systemd has no words for, -ENOMEM. */
static int name_devices(const struct cgroup_devices_v1 *v, struct json *allow)
{
	cleanup_free char *table = NULL;
	size_t len;
	int all = 1;

	(void)fd_read_file_at(AT_FDCWD, "/proc/devices", 1u << 20, &table, &len, NULL);
	for (size_t i = 0; i < v->count; i++) {
		cleanup_free char *name = device_name(&v->items[i], table ? table : "");

		/* taken back by a later rule; for systemd no access is any */
		if (!v->items[i].access)
			continue;
		all = all && name;
		if (name && json_append(allow, device_pair(&v->items[i], name)) < 0)
			return -ENOMEM;
	}
	return all;
}

/*
 * Only a list of what is allowed can be said; whatever else stays with cgroup_apply() alone: on v2
 * in a program beside systemd's. On v1 there is one list, and "auto" makes systemd allow every
 * device as soon as it writes that anew; what it has no words for is not allowed from then on. A
 * list is added to the one that a scope has, unless an empty one has taken that away.
 */
static int devices(const struct cfg_doc *doc, const struct cfg_resources *r, bool v2,
		   struct json *list, struct err *e)
{
	CLEANUP(cgroup_devices_done) struct cgroup_devices all = {0};
	CLEANUP(devices_v1_done) struct cgroup_devices_v1 v = {0};
	CLEANUP(json_freep) struct json *allow = json_new(JSON_ARRAY);
	int ret = cgroup_devices_collect(doc, r, &all, e), strict = 0;
	bool said;

	if (ret < 0)
		return ret;
	said = cgroup_devices_to_v1(doc, &all, &v, NULL) >= 0 && !v.default_allow;
	if (said)
		strict = name_devices(&v, allow);
	if (said && strict == 0 && !v2)
		strict = 1;
	ret = strict < 0 ? strict
			 : cgroup_systemd_add(list, "DevicePolicy", "s",
					      json_new_string(strict ? "strict" : "auto"));
	if (ret >= 0)
		ret = cgroup_systemd_add(list, "DeviceAllow", "a(ss)", json_new(JSON_ARRAY));
	if (ret >= 0 && strict)
		ret = cgroup_systemd_add(list, "DeviceAllow", "a(ss)", take_ptr(&allow));
	return ret < 0 ? err_set(e, -ret, "device rules: %m") : 0;
}

static int resources(const struct cfg_resources *r, bool v2, struct json *list)
{
	struct cfg_cpu c = r->cpu ? *r->cpu : (struct cfg_cpu){0};
	int ret = r->memory ? memory(r->memory, v2, list) : 0;

	if (v2)
		cgroup_systemd_unified_cpu(&r->unified, &c);
	if (ret >= 0)
		ret = cpu(&c, v2, list);
	if (ret >= 0 && r->block_io)
		ret = block_io(r->block_io, v2, list);
	if (ret >= 0 && r->pids)
		ret = pids(r->pids, list);
	if (ret >= 0 && v2)
		ret = unified(&r->unified, is_idle(&c, v2), list);
	return ret;
}

int cgroup_systemd_resources(const struct cfg_doc *doc, const struct cfg_resources *r, bool v2,
			     bool with_devices, struct json *list, struct err *e)
{
	int ret = r ? resources(r, v2, list) : 0;

	if (ret < 0)
		return err_set(e, -ret, "properties of the scope: %m");
	return with_devices ? devices(doc, r, v2, list, e) : 0;
}
