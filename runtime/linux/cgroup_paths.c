/* SPDX-License-Identifier: Apache-2.0 */
#include "cgroup_internal.h"

#include "cleanup.h"

#include <string.h>
#include <sys/stat.h>

/* Controllers that a v1 hierarchy's mount options can name; the rest of them are other settings. */
static const char *const v1_controllers[] = {
	"cpu",	      "cpuacct",  "cpuset",  "memory", "devices", "freezer", "net_cls", "blkio",
	"perf_event", "net_prio", "hugetlb", "pids",   "rdma",	  "misc",    "debug",
};

bool cgroup_has_controller(const char *controllers, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = controllers; *p;) {
		size_t n = strcspn(p, ", ");

		if (n == len && memcmp(p, name, len) == 0)
			return true;
		p += n;
		p += strspn(p, ", ");
	}
	return false;
}

void cgroup_mounts_done(struct cgroup_mounts *m)
{
	for (size_t i = 0; i < m->count; i++) {
		free(m->items[i].mountpoint);
		free(m->items[i].controllers);
	}
	free(m->items);
	*m = (struct cgroup_mounts){0};
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

static bool is_escape(const char *s)
{
	return s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && is_octal(s[2]) && is_octal(s[3]);
}

/* mountinfo writes blanks, newlines and backslashes as \ooo. */
static char *unescape(const char *s, size_t len)
{
	char *out = malloc(len + 1), *w = out;

	if (!out)
		return NULL;
	for (size_t i = 0; i < len; i++) {
		if (i + 3 < len && is_escape(s + i)) {
			*w++ = (char)((s[i + 1] - '0') * 64 + (s[i + 2] - '0') * 8 + s[i + 3] -
				      '0');
			i += 3;
		} else {
			*w++ = s[i];
		}
	}
	*w = '\0';
	return out;
}

static char *controllers_of(const char *options, size_t len)
{
	struct strbuf b = STRBUF_INIT;

	for (const char *p = options, *end = options + len; p < end;) {
		const char *comma = memchr(p, ',', (size_t)(end - p));
		size_t n = (size_t)((comma ? comma : end) - p);
		bool known = n > 5 && strncmp(p, "name=", 5) == 0;

		for (size_t i = 0; !known && i < sizeof(v1_controllers) / sizeof(*v1_controllers);
		     i++)
			known = strlen(v1_controllers[i]) == n &&
				memcmp(p, v1_controllers[i], n) == 0;
		if (known) {
			if (b.len)
				strbuf_addc(&b, ',');
			strbuf_add(&b, p, n);
		}
		p += n + 1;
	}
	strbuf_add(&b, "", 0);
	return strbuf_take(&b);
}

/* "major:minor" of the third field. */
static int parse_device(const char *s, size_t len, unsigned int *major, unsigned int *minor)
{
	unsigned int *out = major;

	*major = *minor = 0;
	for (size_t i = 0; i < len; i++) {
		if (s[i] == ':' && out == major)
			out = minor;
		else if (s[i] >= '0' && s[i] <= '9' && *out < 100000000)
			*out = *out * 10 + (unsigned int)(s[i] - '0');
		else
			return -EINVAL;
	}
	return out == minor ? 0 : -EINVAL;
}

/* One line: 0 not a cgroup mount, 1 *ret filled, -errno. */
static int parse_line(const char *line, size_t len, struct cgroup_mount *ret)
{
	const char *field[10];
	size_t flen[10], n = 0, tail = 0;

	for (size_t at = 0; at <= len && n < 10;) {
		size_t l = 0;

		while (at + l < len && line[at + l] != ' ')
			l++;
		if (n == 6 && !tail && l == 1 && line[at] == '-')
			tail = 1; /* optional fields stand between the sixth and the dash */
		else if (n < 6 || tail) {
			field[n] = line + at;
			flen[n++] = l;
		}
		at += l + 1;
	}
	if (!tail || n < 9)
		return 0;
	bool v1 = flen[6] == 6 && memcmp(field[6], "cgroup", 6) == 0;
	bool v2 = flen[6] == 7 && memcmp(field[6], "cgroup2", 7) == 0;

	if (!v1 && !v2)
		return 0;
	*ret = (struct cgroup_mount){.v2 = v2};
	if (parse_device(field[2], flen[2], &ret->major, &ret->minor) < 0)
		return -EINVAL;
	ret->mountpoint = unescape(field[4], flen[4]);
	ret->controllers = v2 ? strdup("") : controllers_of(field[8], flen[8]);
	if (!ret->mountpoint || !ret->controllers) {
		free(ret->mountpoint);
		free(ret->controllers);
		return -ENOMEM;
	}
	return 1;
}

int cgroup_mounts_parse(const char *text, size_t len, struct cgroup_mounts *ret_mounts,
			struct err *e)
{
	struct cgroup_mounts m = {0};
	int ret = 0;

	for (const char *p = text, *end = text + len; p < end && ret >= 0;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t l = (size_t)((nl ? nl : end) - p);
		struct cgroup_mount one, *more;
		int r = parse_line(p, l, &one);

		if (r < 0)
			ret = err_set(e, -r, "mountinfo: %s", strerror(-r));
		if (r > 0) {
			more = reallocarray(m.items, m.count + 1, sizeof(*more));
			if (more) {
				m.items = more;
				m.items[m.count++] = one;
			} else {
				free(one.mountpoint);
				free(one.controllers);
				ret = err_set(e, ENOMEM, "mountinfo: %m");
			}
		}
		p += l + 1;
	}
	if (ret < 0)
		cgroup_mounts_done(&m);
	*ret_mounts = m;
	return ret;
}

/* Appends @path's components; ".." is refused, "." and empty ones vanish. */
static int add_components(struct strbuf *b, const char *path, struct err *e)
{
	for (const char *p = path; *p;) {
		size_t n = strcspn(p, "/");

		if (n == 2 && p[0] == '.' && p[1] == '.')
			return err_set(e, EINVAL, "\"..\" is not allowed in a cgroup path");
		if (n > 0 && memchr(p, '\n', n))
			return err_set(e, EINVAL, "a cgroup name cannot hold a line break");
		if (n > 0 && !(n == 1 && p[0] == '.')) {
			strbuf_addc(b, '/');
			strbuf_add(b, p, n);
		}
		p += n;
		p += strspn(p, "/");
	}
	return 0;
}

int cgroup_path_decide(const char *configured, const char *id, const char *home, char **ret,
		       struct err *e)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	cleanup_free char *own = NULL;
	const char *path = configured;
	size_t before;
	int r;

	/* one level, so that there is no parent to make and to remove */
	if (!path || !*path) {
		own = str_format("%s-%s", home, id);
		if (!own)
			return err_set(e, ENOMEM, "cgroup path: %m");
		path = own;
	} else if (*path != '/') {
		strbuf_adds(&b, home);
	}
	before = b.len;
	r = add_components(&b, path, e);
	if (r < 0)
		return r;
	/* the home itself is shared by all containers, and so is nobody's own */
	if (before && b.len == before)
		return err_set(e, EINVAL, "\"%s\" names no cgroup", path);
	if (!b.len)
		strbuf_addc(&b, '/');
	*ret = strbuf_take(&b);
	return *ret ? 0 : err_set(e, ENOMEM, "cgroup path: %m");
}
