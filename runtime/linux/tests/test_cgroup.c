/* SPDX-License-Identifier: Apache-2.0 */
/* Cgroups of this host, for real: made, limited, entered, frozen, emptied and removed again. */
#include "cgroup_fixture.h"
#include "suite.h"
#include "traced_fixture.h"

#include <sched.h>

START_TEST(made_and_removed)
{
	cleanup_free char *path = test_path("a/b/c");
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, "{}");
	CLEANUP(cgroup_freep) struct cgroup *cg = plan(d), *other = plan(d);
	struct err e = {0};

	/* a plan alone removes nothing and minds nothing */
	ck_assert(cg->items[0].created);
	ck_assert_uint_eq(cg->items[0].kept, 0);
	ck_assert_msg(cgroup_create(cg, &e) >= 0, "%s", e.msg);
	for (size_t i = 0; i < cg->count; i++)
		ck_assert(exists(&cg->items[i], path));
	/* empty and awake: a second one may join, but owns nothing */
	ck_assert_msg(cgroup_create(other, &e) >= 0, "%s", e.msg);
	ck_assert(!other->items[0].created);
	ck_assert_int_eq(cgroup_remove(other, &e), 0);
	ck_assert(exists(&cg->items[0], path));
	ck_assert_msg(cgroup_remove(cg, &e) >= 0, "%s", e.msg);
	ck_assert_int_eq(cgroup_remove(cg, &e), 0);
	expect_gone(cg);
}
END_TEST

START_TEST(no_descriptors_no_residue)
{
	cleanup_free char *path = test_path("few");
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, "{}");
	struct rlimit old, few;
	int refused = 0;

	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
	for (rlim_t n = 4; n < 64; n++) {
		CLEANUP(cgroup_freep) struct cgroup *cg = plan(d);
		int r;

		few = (struct rlimit){.rlim_cur = n, .rlim_max = old.rlim_max};
		ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
		r = cgroup_create(cg, NULL);
		ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
		if (r >= 0) {
			ck_assert_int_eq(cgroup_remove(cg, NULL), 0);
		} else {
			ck_assert_int_eq(r, -EMFILE);
			refused++;
		}
		expect_gone(cg);
	}
	ck_assert_int_gt(refused, 0);
}
END_TEST

/* Somebody else's directory above is gone when ours is to be made, or a new one in its place. */
START_TEST(a_parent_that_is_replaced)
{
	cleanup_free char *parent = test_path("p"), *child = test_path("p/c");
	cleanup_free char *path = test_path("p/c/d");
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, "{}"), *foreign = NULL;
	CLEANUP(cgroup_freep) struct cgroup *above = NULL, *again = NULL, *cg = NULL;
	struct err e = {0};

	foreign = config(parent, "{}");
	above = plan(foreign);
	ck_assert_msg(cgroup_create(above, &e) >= 0, "%s", e.msg);
	cg = plan(d);
	ck_assert_uint_eq(cg->items[0].kept, strlen(parent));
	ck_assert_int_eq(cgroup_remove(above, &e), 0);
	expect_gone(above);
	again = plan(foreign);
	if (_i)
		ck_assert_msg(cgroup_create(again, &e) >= 0, "%s", e.msg);
	ck_assert_msg(cgroup_create(cg, &e) >= 0, "%s", e.msg);
	for (size_t i = 0; i < cg->count; i++)
		ck_assert(cg->items[i].created && exists(&cg->items[i], path));
	ck_assert_msg(cgroup_remove(cg, &e) >= 0, "%s", e.msg);
	for (size_t i = 0; _i && i < cg->count; i++)
		ck_assert(exists(&cg->items[i], parent) && !exists(&cg->items[i], child));
	if (_i)
		ck_assert_int_eq(cgroup_remove(again, &e), 0);
	expect_gone(cg);
}
END_TEST

/* What the plan found is gone, all of it: then it is made, and ours. */
START_TEST(a_cgroup_that_ends_before_it_is_joined)
{
	cleanup_free char *path = test_path("ends");
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, "{}");
	CLEANUP(cgroup_freep) struct cgroup *first = plan(d), *cg = NULL;
	struct err e = {0};

	ck_assert_int_eq(cgroup_create(first, &e), 0);
	cg = plan(d);
	ck_assert(!cg->items[0].created);
	ck_assert_int_eq(cgroup_remove(first, &e), 0);
	ck_assert_msg(cgroup_create(cg, &e) >= 0, "%s", e.msg);
	ck_assert(cg->items[0].created && exists(&cg->items[0], path));
	ck_assert_int_eq(cgroup_remove(cg, &e), 0);
	expect_gone(cg);
}
END_TEST

/* Long ones and short ones, with and without a last line break. */
START_TEST(attributes_are_read_whole)
{
	static const size_t sizes[] = {0, 1, 2, 2046, 2047, 2048, 2049, 4095, 4096, 4097, 70000};
	char dir[] = "/tmp/refrun-test-attr.XXXXXX";
	cleanup_fd int fd = FD_NONE;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	for (size_t i = 0; i < 2 * sizeof(sizes) / sizeof(*sizes); i++) {
		size_t n = sizes[i / 2];
		cleanup_free char *text = calloc(1, n + 2), *back = NULL;
		cleanup_fd int file =
			openat(fd, "attr", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

		for (size_t k = 0; k < n; k++)
			text[k] = (char)('a' + k % 23);
		text[n] = i % 2 ? '\n' : '\0';
		ck_assert_int_eq(fd_write_all(file, text, n + i % 2), 0);
		ck_assert_int_eq(cgroup_dir_read(fd, "attr", &back), 0);
		text[n] = '\0';
		ck_assert_str_eq(back, text);
	}
	ck_assert_int_eq(unlinkat(fd, "attr", 0), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

START_TEST(a_crash_between_plan_and_create)
{
	cleanup_free char *path = test_path("crash");
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, "{}");
	CLEANUP(cgroup_freep) struct cgroup *cg = plan(d), *back = NULL;
	CLEANUP(json_freep) struct json *j = state_of(cg);
	struct err e = {0};

	/* what the state file knows is only the plan */
	ck_assert_msg(cgroup_create(cg, &e) >= 0, "%s", e.msg);
	ck_assert_int_eq(cgroup_from_json(j, &back, &e), 0);
	ck_assert_msg(cgroup_remove(back, &e) >= 0, "%s", e.msg);
	expect_gone(cg);
}
END_TEST

START_TEST(home_goes_with_the_last_one)
{
	CLEANUP(cfg_doc_freep) struct cfg_doc *d1 = config("refrun-test-1", "{}");
	CLEANUP(cfg_doc_freep) struct cfg_doc *d2 = config("refrun-test-2", "{}");
	CLEANUP(cgroup_freep) struct cgroup *one = plan(d1), *two = NULL;
	struct err e = {0};

	ck_assert_str_eq(one->items[0].path, "/refrun/refrun-test-1");
	ck_assert_int_eq(cgroup_create(one, &e), 0);
	two = plan(d2);
	ck_assert_int_eq(cgroup_create(two, &e), 0);
	ck_assert_int_eq(cgroup_remove(one, &e), 0);
	ck_assert(exists(&two->items[0], "/refrun/refrun-test-2"));
	ck_assert_int_eq(cgroup_remove(two, &e), 0);
	ck_assert(!exists(&two->items[0], "/refrun/refrun-test-2"));
}
END_TEST

START_TEST(processes)
{
	cleanup_free char *path = test_path("procs"), *sub = NULL;
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, "{}");
	CLEANUP(cgroup_freep) struct cgroup *cg = plan(d), *second = NULL;
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	cleanup_free pid_t *pids = NULL;
	struct err e = {0};
	size_t n = 0;

	ck_assert_msg(cgroup_create(cg, &e) >= 0, "%s", e.msg);
	spawn(&p);
	ck_assert_msg(cgroup_join(cg, p.pid, &e) >= 0, "%s", e.msg);
	/* somewhere below counts as inside */
	sub = str_format("%s%s/sub", with(cg, "freezer")->mountpoint, path);
	ck_assert_int_eq(mkdir(sub, 0755), 0);
	ck_assert_int_eq(cgroup_pids(cg, &pids, &n, &e), 0);
	ck_assert_uint_eq(n, 1);
	ck_assert_int_eq(pids[0], p.pid);
	/* occupied: not for a second container */
	second = plan(d);
	ck_assert_int_eq(cgroup_create(second, &e), -EBUSY);
	ck_assert_ptr_nonnull(strstr(e.msg, "not empty"));
	ck_assert_int_eq(cgroup_freeze(cg, true, &e), 0);
	ck_assert(cgroup_is_frozen(cg));
	ck_assert_int_eq(cgroup_remove(cg, NULL), -EBUSY);
	/* SIGKILL thaws */
	ck_assert_msg(cgroup_signal(cg, SIGKILL, &e) >= 0, "%s", e.msg);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 5000), 0);
	ck_assert(WIFSIGNALED(p.status) && WTERMSIG(p.status) == SIGKILL);
	ck_assert_msg(cgroup_remove(cg, &e) >= 0, "%s", e.msg);
	expect_gone(cg);
}
END_TEST

START_TEST(signals)
{
	cleanup_free char *path = test_path("sig");
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, "{}");
	CLEANUP(cgroup_freep) struct cgroup *cg = plan(d);
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct err e = {0};

	ck_assert_int_eq(cgroup_create(cg, &e), 0);
	spawn(&p);
	ck_assert_int_eq(cgroup_join(cg, p.pid, &e), 0);
	ck_assert_int_eq(cgroup_freeze(cg, true, &e), 0);
	ck_assert_int_eq(cgroup_signal(cg, SIGTERM, &e), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 100), -ETIMEDOUT);
	ck_assert_int_eq(cgroup_freeze(cg, false, &e), 0);
	ck_assert(!cgroup_is_frozen(cg));
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 5000), 0);
	ck_assert_int_eq(WTERMSIG(p.status), SIGTERM);
	ck_assert_msg(cgroup_remove(cg, &e) >= 0, "%s", e.msg);
	expect_gone(cg);
}
END_TEST

/* Between the list and the signal: the number stands for a process outside of the cgroup. */
START_TEST(signals_nobody_else)
{
	cleanup_free char *path = test_path("sig-in"), *path_out = test_path("sig-out");
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, "{}"), *d_out = NULL;
	CLEANUP(cgroup_freep) struct cgroup *cg = plan(d), *out = NULL;
	CLEANUP(proc_done) struct proc p = PROC_INIT, stays = PROC_INIT;
	struct err e = {0};
	pid_t pid;
	int status;

	d_out = config(path_out, "{}");
	out = plan(d_out);
	ck_assert_int_eq(cgroup_create(cg, &e), 0);
	ck_assert_int_eq(cgroup_create(out, &e), 0);
	spawn(&p);
	spawn(&stays);
	ck_assert_int_eq(cgroup_join(cg, p.pid, &e), 0);
	ck_assert_int_eq(cgroup_join(cg, stays.pid, &e), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		(void)ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		(void)raise(SIGSTOP);
		_exit(cgroup_signal(cg, SIGTERM, NULL) < 0);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	run_to_call(pid, (const int[]){SYS_pidfd_open, -1});
	ck_assert_int_eq(cgroup_join(out, p.pid, &e), 0);
	ck_assert_int_eq(ptrace(PTRACE_DETACH, pid, NULL, NULL), 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	ck_assert_int_eq(proc_wait(&stays, proc_now_ms() + 5000), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 100), -ETIMEDOUT);
	ck_assert_msg(cgroup_signal(out, SIGKILL, &e) >= 0, "%s", e.msg);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 5000), 0);
	ck_assert_msg(cgroup_remove(out, &e) >= 0, "%s", e.msg);
	ck_assert_msg(cgroup_remove(cg, &e) >= 0, "%s", e.msg);
	expect_gone(cg);
}
END_TEST

static int join_self(void *arg)
{
	cgroup_forget_fds(arg);
	return cgroup_enter(arg, false, NULL) < 0 ? 1 : 0;
}

START_TEST(joins_itself)
{
	cleanup_free char *path = test_path("self");
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, "{}");
	CLEANUP(cgroup_freep) struct cgroup *cg = plan(d);
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct err e = {0};

	ck_assert_int_eq(cgroup_create(cg, &e), 0);
	s.run = join_self;
	s.run_arg = cg;
	ck_assert_int_eq(proc_spawn(&s, &p, &e), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 5000), 0);
	ck_assert_int_eq(proc_exit_code(&p), 0);
	ck_assert_msg(cgroup_remove(cg, &e) >= 0, "%s", e.msg);
	expect_gone(cg);
}
END_TEST

/* The plan has opened a directory that another runtime then removes, and somebody makes again. */
START_TEST(joins_what_was_made_again)
{
	cleanup_free char *above = test_path("again"), *path = str_format("%s/below", above);
	CLEANUP(cfg_doc_freep) struct cfg_doc *da = config(above, "{}"), *d = config(path, "{}");
	CLEANUP(cgroup_freep) struct cgroup *first = plan(da), *cg = NULL, *later = NULL;
	struct err e = {0};
	int status;
	pid_t pid;

	ck_assert_int_eq(cgroup_create(first, &e), 0);
	cg = plan(d);
	ck_assert_int_gt(with(cg, "freezer")->start_len, 1);
	ck_assert_msg(cgroup_remove(first, &e) >= 0, "%s", e.msg);
	later = plan(d);
	ck_assert_int_eq(cgroup_create(later, &e), 0);
	pid = fork(); /* with the descriptors of the plan */
	if (pid == 0)
		_exit(cgroup_enter(cg, false, NULL) < 0);
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	ck_assert_msg(cgroup_remove(later, &e) >= 0, "%s", e.msg);
	expect_gone(later);
}
END_TEST

START_TEST(deep_trees_go_too)
{
	cleanup_free char *path = test_path("deep");
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, "{}");
	CLEANUP(cgroup_freep) struct cgroup *cg = plan(d);
	struct err e = {0};

	ck_assert_int_eq(cgroup_create(cg, &e), 0);
	cleanup_fd int at = cgroup_dir_open(with(cg, "freezer"), &e);

	for (int i = 0; i < 60; i++) {
		ck_assert_int_eq(mkdirat(at, "x", 0755), 0);
		ck_assert_int_eq(mkdirat(at, "y", 0755), 0);
		int next = cgroup_dir_open_at(at, "x");

		ck_assert_int_ge(next, 0);
		fd_close(&at);
		at = next;
	}
	ck_assert_msg(cgroup_remove(cg, &e) >= 0, "%s", e.msg);
	expect_gone(cg);
}
END_TEST

static void put_below(int dir, const char *name, pid_t pid)
{
	cleanup_free char *file = str_format("%s/cgroup.procs", name);
	cleanup_free char *text = str_format("%d", (int)pid);

	ck_assert_int_eq(mkdirat(dir, name, 0755), 0);
	ck_assert_int_eq(fd_write_file_at(dir, file, text, strlen(text), NULL), 0);
}

/* Deeper than there are descriptors, and on the way back. */
START_TEST(deep_trees_hide_nobody)
{
	const struct rlimit few = {48, 48};
	cleanup_free char *path = test_path("hidden");
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, "{}");
	CLEANUP(cgroup_freep) struct cgroup *cg = plan(d);
	cleanup_free pid_t *pids = NULL;
	struct proc p[3] = {PROC_INIT, PROC_INIT, PROC_INIT};
	struct err e = {0};
	size_t n = 0;

	ck_assert_int_eq(cgroup_create(cg, &e), 0);
	for (int i = 0; i < 3; i++)
		spawn(&p[i]);
	cleanup_fd int at = cgroup_dir_open(with(cg, "freezer"), &e);

	put_below(at, "a", p[0].pid);
	for (int i = 0; i < 300; i++) {
		ck_assert_int_eq(mkdirat(at, "b", 0755), 0);
		int next = cgroup_dir_open_at(at, "b");

		ck_assert_int_ge(next, 0);
		if (i == 0)
			put_below(at, "c", p[1].pid);
		fd_close(&at);
		at = next;
	}
	put_below(at, "c", p[2].pid);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few), 0);
	ck_assert_msg(cgroup_pids(cg, &pids, &n, &e) == 0, "%s", e.msg);
	ck_assert_uint_eq(n, 3);
	ck_assert_msg(cgroup_signal(cg, SIGKILL, &e) >= 0, "%s", e.msg);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(proc_wait(&p[i], proc_now_ms() + 5000), 0);
		proc_done(&p[i]);
	}
	ck_assert_msg(cgroup_remove(cg, &e) >= 0, "%s", e.msg);
	expect_gone(cg);
}
END_TEST

/* Below a directory that is awake, and below one another: v1 has a state for each. */
START_TEST(frozen_below)
{
	static const char *const dirs[] = {"a", "a/b", "c"};
	cleanup_free char *path = test_path("frozen");
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, "{}");
	CLEANUP(cgroup_freep) struct cgroup *cg = plan(d);
	struct proc p[3] = {PROC_INIT, PROC_INIT, PROC_INIT};
	struct err e = {0};

	ck_assert_int_eq(cgroup_create(cg, &e), 0);
	cleanup_fd int at = cgroup_dir_open(with(cg, "freezer"), &e);

	for (int i = 0; i < 3; i++) {
		cleanup_free char *state = str_format("%s/freezer.state", dirs[i]);

		spawn(&p[i]);
		put_below(at, dirs[i], p[i].pid);
		ck_assert_int_eq(fd_write_file_at(at, state, "FROZEN", 6, &e), 0);
	}
	ck_assert(!cgroup_is_frozen(cg));
	ck_assert_msg(cgroup_signal(cg, SIGKILL, &e) >= 0, "%s", e.msg);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(proc_wait(&p[i], proc_now_ms() + 5000), 0);
		ck_assert(WIFSIGNALED(p[i].status) && WTERMSIG(p[i].status) == SIGKILL);
		proc_done(&p[i]);
	}
	ck_assert_msg(cgroup_remove(cg, &e) >= 0, "%s", e.msg);
	expect_gone(cg);
}
END_TEST

/* Nobody below a frozen directory dies before that is thawed; who kills does not wait for it. */
START_TEST(frozen_above)
{
	cleanup_free char *path = test_path("frozen/in");
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, "{}");
	CLEANUP(cgroup_freep) struct cgroup *cg = plan(d);
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct err e = {0};
	int64_t begin;

	ck_assert_int_eq(cgroup_create(cg, &e), 0);
	cleanup_fd int at = cgroup_dir_open(with(cg, "freezer"), &e);

	spawn(&p);
	ck_assert_int_eq(cgroup_join(cg, p.pid, &e), 0);
	ck_assert_int_eq(fd_write_file_at(at, "../freezer.state", "FROZEN", 6, &e), 0);
	begin = proc_now_ms();
	ck_assert_int_eq(cgroup_signal(cg, SIGKILL, &e), -EBUSY);
	ck_assert_str_eq(e.msg, "processes are left in the cgroup");
	/* one wait for the freezer's answer, of 64, would be two seconds */
	ck_assert_int_lt(proc_now_ms() - begin, 20000);
	ck_assert_int_eq(fd_write_file_at(at, "../freezer.state", "THAWED", 6, &e), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 5000), 0);
	ck_assert_msg(cgroup_remove(cg, &e) >= 0, "%s", e.msg);
	expect_gone(cg);
}
END_TEST

#define NOBODY 65534

static int sleeper_of_nobody(void *arg)
{
	return setresuid(NOBODY, NOBODY, NOBODY) < 0 ? 1 : sleeper(arg);
}

static int signal_as_nobody(void *arg)
{
	cgroup_forget_fds(arg);
	if (setresuid(NOBODY, NOBODY, NOBODY) < 0)
		return 1;
	return cgroup_signal(arg, SIGTERM, NULL) == -EPERM ? 0 : 2;
}

static uid_t owner_of(pid_t pid)
{
	cleanup_free char *path = str_format("/proc/%d", (int)pid);
	struct stat st;

	return stat(path, &st) < 0 ? 0 : st.st_uid;
}

START_TEST(one_out_of_reach_saves_no_other)
{
	cleanup_free char *path = test_path("reach");
	CLEANUP(cfg_doc_freep) struct cfg_doc *d = config(path, "{}");
	CLEANUP(cgroup_freep) struct cgroup *cg = plan(d);
	struct proc p[3] = {PROC_INIT, PROC_INIT, PROC_INIT}, who = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct err e = {0};

	ck_assert_int_eq(cgroup_create(cg, &e), 0);
	/* root's stands between the two others, whichever way they are signalled */
	for (int i = 0; i < 3; i++) {
		s.run = i == 1 ? sleeper : sleeper_of_nobody;
		ck_assert_int_eq(proc_spawn(&s, &p[i], &e), 0);
		ck_assert_int_eq(cgroup_join(cg, p[i].pid, &e), 0);
		while (i != 1 && owner_of(p[i].pid) != NOBODY)
			(void)sched_yield();
	}
	s.run = signal_as_nobody;
	s.run_arg = cg;
	ck_assert_int_eq(proc_spawn(&s, &who, &e), 0);
	ck_assert_int_eq(proc_wait(&who, proc_now_ms() + 5000), 0);
	ck_assert_int_eq(proc_exit_code(&who), 0);
	for (int i = 0; i < 3; i += 2) {
		ck_assert_int_eq(proc_wait(&p[i], proc_now_ms() + 5000), 0);
		ck_assert_int_eq(WTERMSIG(p[i].status), SIGTERM);
	}
	ck_assert_int_eq(proc_wait(&p[1], proc_now_ms() + 100), -ETIMEDOUT);
	ck_assert_msg(cgroup_signal(cg, SIGKILL, &e) >= 0, "%s", e.msg);
	ck_assert_int_eq(proc_wait(&p[1], proc_now_ms() + 5000), 0);
	for (int i = 0; i < 3; i++)
		proc_done(&p[i]);
	proc_done(&who);
	ck_assert_msg(cgroup_remove(cg, &e) >= 0, "%s", e.msg);
	expect_gone(cg);
}
END_TEST

#define MANAGED                                                                                    \
	"{\"ociVersion\":\"1.0.0\",\"root\":{\"path\":\"rootfs\"},\"process\":{\"cwd\":\"/\","     \
	"\"args\":[\"x\"],\"user\":{\"uid\":1,\"gid\":0}},\"mounts\":[{\"destination\":"           \
	"\"/sys/fs/"                                                                               \
	"cgroup\",\"type\":\"cgroup\",\"source\":\"cgroup\"}],\"linux\":{\"namespaces\":["         \
	"{\"type\":\"user\"%s},{\"type\":\"cgroup\"}],\"uidMappings\":[{\"containerID\":0,"        \
	"\"hostID\":"                                                                              \
	"65534,\"size\":1},{\"containerID\":1,\"hostID\":70001,\"size\":9}]}}"

static struct cfg_doc *managed_by(const char *userns)
{
	cleanup_free char *text = str_format(MANAGED, userns);
	struct cfg_doc *d = NULL;

	ck_assert_int_ge(cfg_parse(CFG_CONFIG, text, strlen(text), &d, NULL, NULL), 0);
	return d;
}

struct gift {
	struct cgroup cg;
	const struct cfg_doc *doc;
};

static int give_as_nobody(void *arg)
{
	struct gift *g = arg;

	cgroup_forget_fds(&g->cg);
	if (setresuid(NOBODY, NOBODY, NOBODY) < 0)
		return 99;
	return -cgroup_give_to_user(&g->cg, g->doc, NULL);
}

static int in_child(int (*run)(void *arg), void *arg)
{
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct proc p = PROC_INIT;
	struct err e = {0};
	int code;

	s.run = run;
	s.run_arg = arg;
	ck_assert_int_eq(proc_spawn(&s, &p, &e), 0);
	ck_assert_int_eq(proc_wait(&p, proc_now_ms() + 5000), 0);
	code = proc_exit_code(&p);
	proc_done(&p);
	return code;
}

/* config-linux.md#cgroup-ownership is a MAY: without root's rights there is nobody to give it to
 * but oneself, and that is no reason to fail. */
START_TEST(owner_that_cannot_be_had)
{
	cleanup_free char *path = test_path("owner"), *dir = NULL;
	CLEANUP(cfg_doc_freep) struct cfg_doc *plain = config(path, "{}"), *managed = NULL;
	CLEANUP(cgroup_freep) struct cgroup *cg = plan(plain);
	struct gift g = {.cg = {.count = 1, .unified = true}};
	struct err e = {0};
	struct stat st;

	ck_assert_int_eq(cgroup_create(cg, &e), 0);
	for (size_t i = 0; i < cg->count; i++)
		if (cg->items[i].v2)
			g.cg.items = &cg->items[i];
	if (g.cg.items) {
		dir = str_format("%s%s", g.cg.items->mountpoint, g.cg.items->path);
		g.doc = managed = managed_by("");
		ck_assert_int_eq(chown(dir, NOBODY, (gid_t)-1), 0);
		ck_assert_int_eq(in_child(give_as_nobody, &g), EPERM);
		g.cg.rootless = true;
		ck_assert_int_eq(in_child(give_as_nobody, &g), 0);
		ck_assert(stat(dir, &st) == 0 && st.st_uid == NOBODY);
		ck_assert_int_eq(cgroup_give_to_user(&g.cg, managed, &e), 0);
		ck_assert(stat(dir, &st) == 0 && st.st_uid == 70001);
		CLEANUP(cfg_doc_freep)
		struct cfg_doc *joins = managed_by(",\"path\":\"/proc/1/ns/user\"");

		/* of one that is joined the kernel alone knows */
		ck_assert_int_eq(chown(dir, 0, (gid_t)-1), 0);
		ck_assert_int_eq(cgroup_give_to_user(&g.cg, joins, &e), 0);
		ck_assert_int_eq(
			cgroup_give_to_mapped_user(&g.cg, joins, "0 1 1\n1 4294967295 1\n", &e), 0);
		ck_assert(stat(dir, &st) == 0 && st.st_uid == 0);
		ck_assert_int_eq(cgroup_give_to_mapped_user(&g.cg, joins, "0 80000 9\n", &e), 0);
		ck_assert(stat(dir, &st) == 0 && st.st_uid == 80001);
	}
	ck_assert_msg(cgroup_remove(cg, &e) >= 0, "%s", e.msg);
	expect_gone(cg);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("cgroup");
	TCase *t = tcase_create("host");
	int status;

	/* what is tested here is the layout of cgroup v1 with its controllers */
	if (geteuid() != 0 || access("/sys/fs/cgroup/memory/memory.limit_in_bytes", W_OK) < 0)
		return 77;
	top = str_format("/%s", guard_name());
	if (!top)
		return 1;
	tcase_set_timeout(t, 60);
	tcase_add_test(t, made_and_removed);
	tcase_add_test(t, no_descriptors_no_residue);
	tcase_add_loop_test(t, a_parent_that_is_replaced, 0, 2);
	tcase_add_test(t, a_cgroup_that_ends_before_it_is_joined);
	tcase_add_test(t, attributes_are_read_whole);
	tcase_add_test(t, a_crash_between_plan_and_create);
	tcase_add_test(t, home_goes_with_the_last_one);
	tcase_add_test(t, processes);
	tcase_add_test(t, signals);
	tcase_add_test(t, signals_nobody_else);
	tcase_add_test(t, joins_itself);
	tcase_add_test(t, joins_what_was_made_again);
	tcase_add_test(t, deep_trees_go_too);
	tcase_add_test(t, deep_trees_hide_nobody);
	tcase_add_test(t, frozen_below);
	tcase_add_test(t, frozen_above);
	tcase_add_test(t, one_out_of_reach_saves_no_other);
	tcase_add_test(t, owner_that_cannot_be_had);
	suite_add_tcase(s, t);
	status = suite_run(s);
	free(top);
	return status;
}
