/* SPDX-License-Identifier: Apache-2.0 */
#include "case_facts.h"

#include "case_call.h"
#include "case_clean.h"
#include "case_output.h"
#include "claims.h"
#include "cleanup.h"
#include "config.h"
#include "ops.h"
#include "procfacts.h"
#include "resctrl.h"
#include "rootfs.h"
#include "shape.h"
#include "str.h"

#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_TEXT_MAX (1u << 20)
#define NAMESPACE_FD  3 /* of a probe that is to look elsewhere */

static const struct {
	const char *name;
	enum call_kind kind;
} call_facts[] = {
	{"create.", CALL_CREATE}, {"start.", CALL_START},   {"state.", CALL_STATE},
	{"kill.", CALL_KILL},	  {"delete.", CALL_DELETE}, {"cli.", CALL_CLI},
};

static struct json *text_value(const char *text, size_t len)
{
	return text ? json_new_string_len(text, len) : NULL;
}

/* What it printed where that is JSON, else null: a wrong answer, but one. */
static struct json *answer_value(const struct hx_call *k)
{
	struct json *j = NULL;

	if (!k->out || json_parse(k->out, k->out_len, &j, NULL) < 0)
		return json_new(JSON_NULL);
	return j;
}

/* The document that it printed; null where it failed, its text where that is no JSON. */
static struct json *document_value(const struct hx_call *k)
{
	struct json *j = NULL;

	if (k->exit != 0 || !k->out)
		return json_new(JSON_NULL);
	return json_parse(k->out, k->out_len, &j, NULL) < 0 ? text_value(k->out, k->out_len) : j;
}

/* "exit", "stderr", "stdout", "answer" of a call; NULL where there was no such call. */
static struct json *call_fact(const struct hx_call *k, const char *what)
{
	if (!k->made)
		return NULL;
	if (str_eq(what, "exit"))
		return k->exit < 0 ? NULL : json_new_int(k->exit);
	if (str_eq(what, "stderr"))
		return text_value(k->err, k->err_len);
	if (str_eq(what, "stdout"))
		return text_value(k->out, k->out_len);
	if (str_eq(what, "answer"))
		return answer_value(k);
	return NULL;
}

static struct json *state_fact(struct case_ctx *c)
{
	if (!c->state_fresh)
		(void)hx_case_state(c);
	return document_value(&c->calls[CALL_STATE]);
}

/* Asked anew each time: a runtime may lie in a single case. Null: it has no such command. */
static struct json *features_fact(struct case_ctx *c)
{
	if (!c->calls[CALL_FEATURES].made)
		(void)hx_case_features(c);
	return document_value(&c->calls[CALL_FEATURES]);
}

/* What @check finds in @document (taken); NULL: no memory. */
static struct json *findings_of(struct json *document,
				int (*check)(const struct json *document, struct json *findings))
{
	CLEANUP(json_freep) struct json *doc = document;
	CLEANUP(json_freep) struct json *findings = json_new(JSON_ARRAY);

	return doc && findings && check(doc, findings) >= 0 ? take_ptr(&findings) : NULL;
}

static int check_features_shape(const struct json *doc, struct json *findings)
{
	return shape_check(doc, &field_obj_features, findings);
}

static int check_state_shape(const struct json *doc, struct json *findings)
{
	return shape_check(doc, &field_obj_state, findings);
}

static struct json *features_findings(struct case_ctx *c)
{
	return findings_of(features_fact(c), check_features_shape);
}

static struct json *state_findings(struct case_ctx *c)
{
	return findings_of(state_fact(c), check_state_shape);
}

static struct json *features_versions(struct case_ctx *c)
{
	return findings_of(features_fact(c), claims_check_versions);
}

static struct json *features_flags(struct case_ctx *c)
{
	return findings_of(features_fact(c), claims_check_flags);
}

/* What the document says where nothing of the host can be seen, held against what it says here. */
static struct json *features_of_host(struct case_ctx *c)
{
	CLEANUP(json_freep) struct json *doc = features_fact(c);
	CLEANUP(json_freep) struct json *blind = NULL;
	CLEANUP(json_freep) struct json *differing = json_new(JSON_ARRAY);
	const struct hx_call *k = &c->calls[CALL_BLIND];

	if (!k->made)
		(void)hx_case_features_blind(c);
	if (!doc || !differing || k->exit != 0 || !k->out ||
	    json_parse(k->out, k->out_len, &blind, NULL) < 0 ||
	    claims_compare(doc, blind, differing) < 0)
		return NULL;
	return take_ptr(&differing);
}

/* The keys of the annotations. */
static struct json *features_keys(struct case_ctx *c)
{
	CLEANUP(json_freep) struct json *doc = features_fact(c);
	CLEANUP(json_freep) struct json *keys = json_new(JSON_ARRAY);
	const struct json *a = doc ? json_member(doc, "annotations") : NULL;

	for (size_t i = 0; keys && a && a->type == JSON_OBJECT && i < a->count; i++) {
		if (json_append(keys, json_new_string(a->names[i])) < 0)
			return NULL;
	}
	return take_ptr(&keys);
}

/* The content of a file, one final newline cut; null where there is none. */
static struct json *file_fact(int dirfd, const char *path)
{
	cleanup_free char *text = NULL;
	size_t len;
	int r = fd_read_regular_at(dirfd, path, FILE_TEXT_MAX, &text, &len, NULL);

	if (r == -ENOENT || r == -ENOTDIR)
		return json_new(JSON_NULL);
	if (r < 0) {
		struct json *o = json_new(JSON_OBJECT);
		const char *name = strerrorname_np(-r);

		if (o && json_set_member(o, "error", json_new_string(name ? name : "EIO")) < 0) {
			json_free(o);
			return NULL;
		}
		return o;
	}
	if (len && text[len - 1] == '\n')
		len--;
	return json_new_string_len(text, len);
}

/* Where the container is in @h; NULL: nowhere, or out of sight, and then nobody can tell. */
static char *place_in(struct case_ctx *c, const struct hx_hierarchy *h)
{
	char why[OBSTACLE_MAX];

	if (hx_cgroup_out_of_sight(h, c->proc_cgroup, why))
		result_broken(&c->results, "the container's cgroup", why);
	return hx_cgroup_path_in(h, c->proc_cgroup);
}

/* "controller/file", or "controller" alone: the path below the hierarchy. */
static struct json *cgroup_fact(struct case_ctx *c, const char *what)
{
	const char *slash = strchr(what, '/');
	cleanup_free char *controller =
		slash ? strndup(what, (size_t)(slash - what)) : strdup(what);
	cleanup_free char *below = NULL;
	cleanup_free char *path = NULL;
	const struct hx_hierarchy *h = controller ? hx_cgroups_find(&c->cgroups, controller) : NULL;

	if (!h || !c->proc_cgroup)
		return NULL;
	below = place_in(c, h);
	if (!below)
		return NULL;
	if (!slash)
		return json_new_string(below);
	path = str_format("%s%s%s", h->mount, below, slash);
	return path ? file_fact(AT_FDCWD, path) : NULL;
}

static struct json *cgroup_exists(struct case_ctx *c)
{
	struct strbuf found = STRBUF_INIT;
	bool any;

	/* not observed, where not all could be looked at */
	if (hx_cgroups_named(&c->cgroups, c->id, &found) < 0) {
		strbuf_done(&found);
		return NULL;
	}
	any = found.len > 0;
	/* and where the process really was, which may be somewhere else; where we are out of sight
	 * ourselves, so is whoever has not been moved */
	for (size_t i = 0; !any && c->proc_cgroup && i < c->cgroups.count; i++) {
		const struct hx_hierarchy *h = &c->cgroups.items[i];
		cleanup_free char *below =
			h->own ? place_in(c, h) : hx_cgroup_path_in(h, c->proc_cgroup);
		cleanup_free char *path = below ? str_format("%s%s", h->mount, below) : NULL;

		any = path && !str_eq(below, "/") && !str_eq(below, h->own ? h->own : "/") &&
		      access(path, F_OK) == 0;
	}
	strbuf_done(&found);
	return json_new_bool(any);
}

/* Every record that the probe left as a hook, in order. The caller frees; NULL: memory is short. */
static struct json *hook_records(struct case_ctx *c)
{
	CLEANUP(json_freep) struct json *a = json_new(JSON_ARRAY);
	cleanup_free char *text = hx_case_text(c, HX_DIR_IO "/hooks", NULL);
	char *save = NULL;

	for (char *line = a && text ? strtok_r(text, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save)) {
		CLEANUP(json_freep) struct json *record = NULL;
		const struct json *given;
		struct json *state = NULL;

		if (json_parse(line, strlen(line), &record, NULL) < 0 ||
		    record->type != JSON_OBJECT) {
			result_broken(&c->results, "hooks",
				      "a record of a hook is not a JSON object");
			continue;
		}
		given = json_member(record, "stdin");
		if (!json_member(record, "state")) {
			if (!given || given->type != JSON_STRING ||
			    json_parse(given->text, given->len, &state, NULL) < 0)
				state = json_new(JSON_NULL);
			if (json_set_member(record, "state", state) < 0)
				return NULL;
		}
		if (json_append(a, take_ptr(&record)) < 0)
			return NULL;
	}
	return take_ptr(&a);
}

static struct json *hook_names(struct case_ctx *c)
{
	CLEANUP(json_freep) struct json *all = hook_records(c);
	CLEANUP(json_freep) struct json *names = json_new(JSON_ARRAY);

	for (size_t i = 0; all && names && i < all->count; i++) {
		const char *name = json_string(json_member(all->items[i], "name"));

		if (json_append(names, json_new_string(name ? name : "?")) < 0)
			return NULL;
	}
	return all ? take_ptr(&names) : NULL;
}

static struct json *hook_fact(struct case_ctx *c, const char *name)
{
	CLEANUP(json_freep) struct json *all = hook_records(c);
	CLEANUP(json_freep) struct json *first = NULL;
	uint64_t count = 0;

	for (size_t i = 0; all && i < all->count; i++) {
		if (!str_eq(json_string(json_member(all->items[i], "name")), name))
			continue;
		if (count++ == 0)
			first = json_copy(all->items[i]);
	}
	if (!all)
		return NULL;
	if (count == 0)
		return json_new(JSON_NULL);
	if (!first || json_set_member(first, "count", json_new_uint(count)) < 0)
		return NULL;
	return take_ptr(&first);
}

/* The schemata of a class ("": of the root), resource by resource. */
static struct json *resctrl_fact(const char *class)
{
	cleanup_free char *path = str_format(HX_RESCTRL "/%s/schemata", class);
	CLEANUP(json_freep) struct json *text = path ? file_fact(AT_FDCWD, path) : NULL;

	return text && text->type == JSON_STRING ? hx_resctrl_schemata(json_string(text))
						 : take_ptr(&text);
}

/* A file or stat fact: below the case's directory, or where a placeholder led. */
static struct json *path_fact(struct case_ctx *c, const char *path, bool stat_it)
{
	cleanup_free char *full = NULL;

	if (!stat_it)
		return file_fact(c->dir_fd, path);
	full = path[0] == '/' ? strdup(path) : str_format("%s/%s", c->dir, path);
	return full ? hx_stat_fact(full) : NULL;
}

/*
 * Whether somebody has read the file, or executed it, since its content was written: it shows in
 * the time of access (a first one is noted with relatime, too), which a program that was killed
 * before it could do anything has left as well.
 */
static struct json *accessed_fact(struct case_ctx *c, const char *path)
{
	cleanup_free char *full = path[0] == '/' ? strdup(path) : str_format("%s/%s", c->dir, path);
	struct stat st;

	if (!full)
		return NULL;
	if (stat(full, &st) < 0)
		return json_new(JSON_NULL);
	return json_new_bool(st.st_atim.tv_sec > st.st_mtim.tv_sec ||
			     (st.st_atim.tv_sec == st.st_mtim.tv_sec &&
			      st.st_atim.tv_nsec > st.st_mtim.tv_nsec));
}

static int enter_namespace(void *arg, struct err *e)
{
	(void)arg;
	return setns(NAMESPACE_FD, 0) < 0 ? err_set(e, errno, "enter a held namespace: %m") : 0;
}

/* Runs the probe on the host, or in a namespace that the harness holds, and asks it for @names. */
static int ask_host(struct case_ctx *c, const char *const *names, size_t n,
		    const struct hx_holder *in, struct obs_list *ret, struct err *e)
{
	cleanup_fd int out = memfd_create("host", MFD_CLOEXEC);
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct strbuf ask = STRBUF_INIT;
	cleanup_free char *request = NULL;
	cleanup_free char *text = NULL;
	cleanup_fd int ns = FD_NONE;
	struct proc_fd fd;
	size_t len;
	int r;

	strbuf_addf(&ask, "--ask=%s\n", c->nonce);
	for (size_t i = 0; i < n; i++)
		strbuf_addf(&ask, "%s\n", names[i]);
	strbuf_adds(&ask, "exit:0");
	request = strbuf_take(&ask);
	if (out < 0 || !request)
		return err_set(e, ENOMEM, "ask the probe on the host: %m");
	s.path = c->session->probe;
	s.argv = (char *const[]){(char *)"conform-probe", request, NULL};
	s.in_fd = c->null_fd;
	s.out_fd = out;
	s.err_fd = c->null_fd;
	s.cwd_fd = c->dir_fd;
	if (in) {
		ns = open(in->path, O_RDONLY | O_CLOEXEC);
		if (ns < 0)
			return err_set(e, errno, "open '%s': %m", in->path);
		fd = (struct proc_fd){ns, NAMESPACE_FD};
		s.fds = &fd;
		s.nfds = 1;
		s.setup = enter_namespace;
	}
	r = proc_spawn(&s, &p, e);
	if (r < 0)
		return r;
	r = proc_wait(&p, proc_now_ms() + c->timeout_ms);
	if (r < 0)
		return err_set(e, -r, "the probe on the host: %m");
	if (lseek(out, 0, SEEK_SET) < 0 || fd_read_all(out, OBS_MAX_BYTES, &text, &len) < 0)
		return err_set(e, EIO, "the probe on the host: its report cannot be read");
	return obs_parse(text, len, c->nonce, ret) < 0
		       ? err_set(e, ENOMEM, "the probe on the host: %m")
		       : 0;
}

static struct json *host_fact(struct case_ctx *c, const char *name, const struct hx_holder *in)
{
	CLEANUP(obs_list_done) struct obs_list l = {0};
	const struct json *v;

	if (ask_host(c, &name, 1, in, &l, NULL) < 0 || !obs_is_complete(&l))
		return NULL;
	v = obs_find(&l, name);
	return v ? json_copy(v) : NULL;
}

/* The same in @NS:network@. */
static struct json *held_fact(struct case_ctx *c, const char *name)
{
	for (size_t i = 0; i < c->nholders; i++) {
		if (str_eq(c->holders[i].type, "network"))
			return host_fact(c, name, &c->holders[i]);
	}
	return NULL;
}

/* What stands on descriptor 1 (or the terminal) beside the probe's report. */
static struct json *stdout_fact(struct case_ctx *c)
{
	CLEANUP(obs_list_done) struct obs_list l = {0};
	cleanup_free char *text = hx_case_stdout(c);

	if (!text || obs_parse(text, strlen(text), c->nonce, &l) < 0)
		return NULL;
	return json_new_string_len(l.other.buf ? l.other.buf : "", l.other.len);
}

/* What has arrived by now is taken in first. */
static struct json *agent_fact(struct case_ctx *c)
{
	(void)hx_loop_wait(&c->loop, NULL, 0, proc_now_ms());
	return hx_agent_fact(&c->agent);
}

/* The runtime may have ended between sending it and our looking. */
static struct json *terminal_fact(struct case_ctx *c)
{
	(void)hx_loop_wait(&c->loop, NULL, 0, proc_now_ms());
	return hx_console_fact(&c->console);
}

static struct json *simple_fact(struct case_ctx *c, const char *name)
{
	if (str_eq(name, "state"))
		return state_fact(c);
	if (str_eq(name, "features"))
		return features_fact(c);
	if (str_eq(name, "features.findings"))
		return features_findings(c);
	if (str_eq(name, "shape.state"))
		return state_findings(c);
	if (str_eq(name, "shape.version"))
		return findings_of(state_fact(c), claims_check_state);
	if (str_eq(name, "features.versions"))
		return features_versions(c);
	if (str_eq(name, "features.flags"))
		return features_flags(c);
	if (str_eq(name, "features.of_host"))
		return features_of_host(c);
	if (str_eq(name, "features.keys"))
		return features_keys(c);
	if (str_eq(name, "pidfile"))
		return file_fact(c->dir_fd, HX_FILE_PID);
	if (str_eq(name, "container.exit"))
		return c->exit_status >= 0 ? json_new_int(c->exit_status) : NULL;
	if (str_eq(name, "container.pid"))
		return c->pid > 0 ? json_new_int(c->pid) : NULL;
	if (str_eq(name, "container.alive"))
		return json_new_bool(c->pidfd >= 0 && !c->exited &&
				     proc_pidfd_signal(c->pidfd, 0) == 0 &&
				     hx_loop_wait(&c->loop, &c->pidfd, 1, 0) < 0);
	if (str_eq(name, "cgroup.exists"))
		return cgroup_exists(c);
	if (str_eq(name, "hooks"))
		return hook_names(c);
	if (str_eq(name, "agent"))
		return agent_fact(c);
	if (str_eq(name, "terminal"))
		return terminal_fact(c);
	if (str_eq(name, "stdout"))
		return stdout_fact(c);
	if (str_eq(name, "stderr"))
		return file_fact(c->dir_fd, HX_FILE_STDERR);
	if (str_eq(name, "residue")) {
		hx_case_residue(c);
		return c->residue ? json_copy(c->residue) : NULL;
	}
	return NULL;
}

struct json *hx_case_fact(struct case_ctx *c, const char *name)
{
	for (size_t i = 0; i < sizeof(call_facts) / sizeof(call_facts[0]); i++) {
		if (str_starts(name, call_facts[i].name))
			return call_fact(&c->calls[call_facts[i].kind],
					 name + strlen(call_facts[i].name));
	}
	if (str_starts(name, "pid."))
		return c->pid > 0 ? hx_pid_fact(c->pid, name + strlen("pid.")) : NULL;
	if (str_starts(name, "host."))
		return host_fact(c, name + strlen("host."), NULL);
	if (str_starts(name, "held."))
		return held_fact(c, name + strlen("held."));
	if (str_starts(name, "cgroup:"))
		return cgroup_fact(c, name + strlen("cgroup:"));
	if (str_starts(name, "hook:"))
		return hook_fact(c, name + strlen("hook:"));
	if (str_starts(name, "file:"))
		return path_fact(c, name + strlen("file:"), false);
	if (str_starts(name, "stat.host:"))
		return path_fact(c, name + strlen("stat.host:"), true);
	if (str_starts(name, "resctrl:"))
		return resctrl_fact(name + strlen("resctrl:"));
	if (str_starts(name, "accessed:"))
		return accessed_fact(c, name + strlen("accessed:"));
	return simple_fact(c, name);
}

static int take_one(struct case_ctx *c, const struct check *k, struct err *e)
{
	cleanup_free char *name = NULL;
	cleanup_free char *fact = NULL;
	int r = hx_vars_expand(&c->vars, k->name, false, &name, e);

	if (r < 0)
		return r;
	if (!ops_split_name(name, &fact) || c->nknown == KNOWN_MAX)
		return err_set(e, ENOMEM, "look at the host before the case: %m");
	for (size_t i = 0; i < c->nknown; i++) {
		if (str_eq(c->known[i].name, fact))
			return 0;
	}
	c->known[c->nknown].value = hx_case_fact(c, fact);
	c->known[c->nknown].name = take_ptr(&fact);
	c->nknown++;
	return 0;
}

/* The facts that OP_HOST and OP_NOT_HOST compare with: all of them in one run of the probe. */
static int take_host(struct case_ctx *c, struct err *e)
{
	const char *names[KNOWN_MAX];
	char *owned[KNOWN_MAX];
	size_t n = 0;
	int r = 0;

	for (const struct check *k = c->def->inside; k && k->op != OP_END && n < KNOWN_MAX; k++) {
		cleanup_free char *name = NULL;

		if (k->op != OP_HOST && k->op != OP_NOT_HOST)
			continue;
		r = hx_vars_expand(&c->vars, k->name, false, &name, e);
		if (r < 0)
			break;
		if (!ops_split_name(name, &owned[n])) {
			r = err_set(e, ENOMEM, "look at the host before the case: %m");
			break;
		}
		names[n] = owned[n];
		n++;
	}
	if (r == 0 && n > 0)
		r = ask_host(c, names, n, NULL, &c->host, e);
	for (size_t i = 0; i < n; i++)
		free(owned[i]);
	return r;
}

int hx_case_take_known(struct case_ctx *c, struct err *e)
{
	int r = take_host(c, e);

	for (const struct check *k = c->def->outside; r == 0 && k && k->op != OP_END; k++) {
		if (k->op == OP_SAME)
			r = take_one(c, k, e);
	}
	for (const struct step *s = c->def->steps; r == 0 && s && s->kind != STEP_END; s++) {
		if (s->kind == STEP_CHECK && s->check.op == OP_SAME)
			r = take_one(c, &s->check, e);
	}
	/* what was asked before the case is asked again in it */
	hx_call_done(&c->calls[CALL_FEATURES]);
	return r;
}
