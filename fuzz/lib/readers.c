/* SPDX-License-Identifier: Apache-2.0 */
#include "readers.h"

#include "cgroup_naive.h"
#include "cleanup.h"
#include "container.h"
#include "expect.h"
#include "fuzz.h"
#include "lie.h"
#include "observe.h"
#include "proctext.h"
#include "readers_judge.h"
#include "seccomp_filter.h"
#include "shape.h"
#include "validate.h"
#include "wire.h"
#include "wrap.h"

#include <errno.h>
#include <string.h>

static int read_as(enum cfg_kind kind, const char *buf, size_t len)
{
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
	struct strbuf text CLEANUP(strbuf_done) = STRBUF_INIT;
	cleanup_free char *pointer = NULL;
	uint32_t line, col;
	int r = cfg_parse(kind, buf, len, &d, &f, NULL);

	if (r < 0)
		return r;
	cfg_print(kind, d->object, 2, &text);
	r = cfg_locate(d, d->object, &pointer, &line, &col);
	return text.oom ? -ENOMEM : r < 0 ? r : (int)(text.len + f.count);
}

static int validate_as(enum cfg_kind kind, const char *buf, size_t len)
{
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
	struct err e = {0};
	int r = val_text(kind, buf, len, &(struct val_options){.target = VAL_TARGET_LATEST}, &f,
			 &e);

	/* a finding with another requirement is another one */
	for (size_t i = 0; r >= 0 && i < f.count; i++)
		r = (r * 31 + f.items[i].req + 1) % 1000003;
	return r;
}

static int state(const char *buf, size_t len)
{
	struct container c CLEANUP(container_done) = CONTAINER_INIT;
	struct strbuf text CLEANUP(strbuf_done) = STRBUF_INIT;
	struct err e = {0};
	int r;

	c.id = strdup("box");
	r = c.id ? container_parse(&c, buf, len, &e) : -ENOMEM;
	if (r == 0)
		container_print(&c, &text);
	return text.oom ? -ENOMEM : r < 0 ? r : (int)text.len;
}

static int shape(const char *buf, size_t len)
{
	struct json *doc CLEANUP(json_freep) = NULL, *found CLEANUP(json_freep) = NULL;
	int r = json_parse(buf, len, &doc, NULL);

	if (r < 0)
		return r;
	found = json_new(JSON_ARRAY);
	r = found ? shape_check(doc, &field_obj_config, found) : -ENOMEM;
	return r < 0 ? r : (int)found->count;
}

static int wire(const char *buf, size_t len)
{
	struct rep_result one CLEANUP(rep_result_done) = {0};
	struct strbuf text CLEANUP(strbuf_done) = STRBUF_INIT;
	int r = hx_wire_parse(buf, len, &one);

	if (r == 0)
		hx_wire_print(&one, &text);
	return text.oom ? -ENOMEM : r < 0 ? r : (int)text.len;
}

static int expectations(const char *buf, size_t len)
{
	struct cli_expect x CLEANUP(cli_expect_done) = {NULL};
	struct err e = {0};

	return cli_expect_parse("f", buf, len, &x, &e);
}

static int resources(const char *buf, size_t len, bool v2)
{
	struct cgroup_writes w CLEANUP(cgroup_writes_done) = {0};
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
	int r = cfg_parse(CFG_RESOURCES, buf, len, &d, &f, NULL);

	if (r < 0)
		return r;
	cgroup_naive_plan(d->resources, v2, &w);
	return w.oom ? -ENOMEM : (int)w.count;
}

/* What the runtime makes of linux.resources.devices and linux.seccomp. */
static int programs(const char *buf, size_t len)
{
	struct cgroup_devices list CLEANUP(cgroup_devices_done) = {0};
	struct seccomp_filter filter CLEANUP(seccomp_filter_done) = {0};
	struct cfg_doc *d CLEANUP(cfg_doc_freep) = NULL;
	struct cfg_findings f CLEANUP(cfg_findings_done) = {0};
	cleanup_free struct bpf_insn *insns = NULL;
	struct cgroup_devices_v1 v1 = {0};
	struct err e = {0};
	size_t count;
	int r = cfg_parse(CFG_CONFIG, buf, len, &d, &f, NULL);

	if (r < 0 || !d->config->linux)
		return r;
	r = cgroup_devices_collect(d, d->config->linux->resources, &list, &e);
	if (r == 0)
		r = cgroup_devices_to_bpf(&list, &insns, &count);
	if (r == 0)
		r = cgroup_devices_to_v1(d, &list, &v1, &e);
	free(v1.items);
	if ((r == 0 || r == -EOPNOTSUPP) && d->config->linux->seccomp)
		r = seccomp_filter_compile(d, d->config->linux->seccomp, &filter, &e);
	return r;
}

/* A report of the probe, and whether it agrees with itself. */
static int observations(const char *buf, size_t len)
{
	struct obs_list l CLEANUP(obs_list_done) = {0};
	char why[100];
	int r = obs_parse(buf, len, "n0nce", &l);

	if (r < 0)
		return r;
	fuzz_check(obs_agree(&l, &l, why, sizeof(why)));
	return (int)l.count;
}

static int defaults(size_t len)
{
	struct strbuf text CLEANUP(strbuf_done) = STRBUF_INIT;

	cfg_print_default(len > 0, &text);
	return text.oom ? -ENOMEM : (int)text.len;
}

static int lie(const char *buf, size_t len)
{
	struct lie l CLEANUP(lie_done) = {.kind = LIE_CLI};
	struct json *doc CLEANUP(json_freep) = NULL;
	const char *end = memchr(buf, '\n', len);
	cleanup_free char *text = end ? strndup(buf, (size_t)(end - buf)) : NULL;
	struct err e = {0};
	int r = text ? lie_parse(text, &l, &e) : end ? -ENOMEM : -EINVAL;

	if (r == 0)
		r = json_parse(end, len - (size_t)(end - buf), &doc, NULL);
	return r < 0 ? r : lie_edit(&l, &doc, "/bundle", &e);
}

int readers_run(char which, const char *buf, size_t len)
{
	switch (which) {
	case 'c':
		return read_as(CFG_CONFIG, buf, len);
	case 'f':
		return read_as(CFG_FEATURES, buf, len);
	case 's':
		return read_as(CFG_STATE, buf, len);
	case 'v':
		return validate_as(CFG_CONFIG, buf, len);
	case 'F':
		return validate_as(CFG_FEATURES, buf, len);
	case 'S':
		return validate_as(CFG_STATE, buf, len);
	case '1':
		return resources(buf, len, false);
	case '2':
		return resources(buf, len, true);
	case 'p':
		return programs(buf, len);
	case 'h':
		return shape(buf, len);
	case 'b':
		return state(buf, len);
	case 'w':
		return wire(buf, len);
	case 'x':
		return expectations(buf, len);
	case 'o':
		return observations(buf, len);
	case 'd':
		return defaults(len);
	case 'l':
		return lie(buf, len);
	default:
		return readers_judge_run(which, buf, len);
	}
}
