/* SPDX-License-Identifier: Apache-2.0 */
/* The directory of a container: needs no privileges. */
#include "cleanup.h"
#include "container.h"
#include "container_dir.h"
#include "json.h"
#include "proc.h"
#include "str.h"
#include "suite.h"

#include <check.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

static char root[64];
static struct err e;

static void setup(void)
{
	(void)snprintf(root, sizeof(root), "/tmp/refrun-test.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(root));
	e = (struct err){0};
}

static void teardown(void)
{
	/* each test removes what it made: what is left is a finding */
	ck_assert_int_eq(rmdir(root), 0);
}

static struct container reserve(const char *id)
{
	struct container c;

	ck_assert_msg(container_reserve(root, id, &c, &e) == 0, "%s", e.msg);
	c.bundle = strdup("/b");
	c.rootfs = strdup("/b/rootfs");
	c.created = strdup("2026-01-02T03:04:05.000000006Z");
	c.creating = true;
	return c;
}

START_TEST(test_ids)
{
	static const char *const good[] = {"a", "A.b-c_d+e", "0", "x-", "x."};
	static const char *const bad[] = {"",	 ".",	".a",	    "..",  "-a", "a/b",
					  "a b", "a\n", "\xc3\xa9", "a:b", "/"};
	char longest[257];

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		ck_assert_msg(container_id_is_valid(good[i]), "%s", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ck_assert_msg(!container_id_is_valid(bad[i]), "%s", bad[i]);
	memset(longest, 'x', 256);
	longest[256] = '\0';
	ck_assert(!container_id_is_valid(longest));
	longest[255] = '\0';
	ck_assert(container_id_is_valid(longest));
}
END_TEST

START_TEST(test_round_trip)
{
	struct container c = reserve("c1"), d;

	c.pid = 4711;
	c.start_time = UINT64_MAX;
	c.creating = false;
	c.has_poststop = true;
	c.has_process = true;
	c.has_notify = true;
	c.annotations = json_new(JSON_OBJECT);
	ck_assert_int_eq(json_set_member(c.annotations, "k", json_new_string("v\n\"")), 0);
	ck_assert_int_eq(container_write(&c, &e), 0);
	ck_assert_msg(container_load(root, "c1", &d, &e) == 0, "%s", e.msg);
	ck_assert_int_eq(d.pid, 4711);
	ck_assert_uint_eq(d.start_time, UINT64_MAX);
	ck_assert_str_eq(d.bundle, "/b");
	ck_assert_str_eq(d.rootfs, "/b/rootfs");
	ck_assert_str_eq(d.created, c.created);
	ck_assert(!d.creating && d.has_poststop && !d.has_poststart && d.has_process &&
		  d.has_notify);
	ck_assert_str_eq(json_string(json_member(d.annotations, "k")), "v\n\"");
	container_done(&d);
	ck_assert_int_eq(container_remove(&c, &e), 0);
	container_done(&c);
	ck_assert_int_eq(container_load(root, "c1", &d, &e), -ENOENT);
	ck_assert_str_eq(e.msg, "container does not exist");
}
END_TEST

START_TEST(test_second_reservation_fails)
{
	struct container c = reserve("c1"), d;

	ck_assert_int_eq(container_reserve(root, "c1", &d, &e), -EEXIST);
	ck_assert_str_eq(e.msg, "container with given ID already exists");
	ck_assert_int_eq(container_remove(&c, &e), 0);
	container_done(&c);
	c = reserve("c1");
	ck_assert_int_eq(container_remove(&c, &e), 0);
	container_done(&c);
}
END_TEST

/* Who has to look at it by hand is told where. */
START_TEST(test_errors_name_the_directory)
{
	cleanup_free char *dir = str_format("%s/c1", root),
			  *state = str_format("%s/state.json", dir);
	struct container c;

	ck_assert_int_eq(mkdir(dir, 0755), 0);
	ck_assert_int_eq(container_reserve(root, "c1", &c, &e), -EEXIST);
	ck_assert_msg(strstr(e.msg, dir) && strstr(e.msg, "holds no container's state"), "%s",
		      e.msg);
	ck_assert_int_eq(fd_replace_file_at(AT_FDCWD, state, 0600, "{\"id\":", 6, 0, &e), 0);
	ck_assert_int_eq(container_reserve(root, "c1", &c, &e), -EEXIST);
	ck_assert_str_eq(e.msg, "container with given ID already exists");
	ck_assert_int_lt(container_load(root, "c1", &c, &e), 0);
	ck_assert_msg(strstr(e.msg, dir) == e.msg, "%s", e.msg);
	ck_assert_int_eq(unlink(state), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

/* Who was killed between two system calls of container_reserve() leaves something that can be
 * deleted, but does not look like a container. */
START_TEST(test_unwritten_can_be_removed)
{
	struct container c;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/half", root);
	ck_assert_int_eq(mkdir(path, 01700), 0);
	ck_assert_int_eq(chmod(path, 01700), 0);
	ck_assert_msg(container_load(root, "half", &c, &e) == 0, "%s", e.msg);
	ck_assert_int_eq(container_status(&c), RT_STOPPED);
	ck_assert_msg(container_lock(&c, 0, &e) == 0, "%s", e.msg);
	ck_assert_msg(container_remove(&c, &e) == 0, "%s", e.msg);
	container_done(&c);
}
END_TEST

/* The same in a directory of a group, whose set-group-ID bit goes down; and what is left of a
 * `delete`. */
START_TEST(test_below_a_set_group_id_directory)
{
	cleanup_free char *half = str_format("%s/half", root);
	cleanup_free char *deleted = str_format("%s/.deleted-1", root);
	struct container c;
	struct stat st;

	ck_assert_int_eq(chmod(root, 02755), 0);
	ck_assert_int_eq(mkdir(half, 01700), 0);
	ck_assert_int_eq(mkdir(deleted, 01700), 0);
	ck_assert_int_eq(stat(half, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 03700);
	ck_assert_msg(container_load(root, "half", &c, &e) == 0, "%s", e.msg);
	ck_assert_msg(container_lock(&c, 0, &e) == 0, "%s", e.msg);
	ck_assert_msg(container_remove(&c, &e) == 0, "%s", e.msg);
	container_done(&c);
	ck_assert_int_eq(container_load(root, "half", &c, &e), -ENOENT);
	ck_assert_int_eq(access(deleted, F_OK), -1);
}
END_TEST

/* Ways to write the path of the directory of them all: it is nobody else's to look into, and what
 * is above it is as usual. */
START_TEST(test_root_is_made)
{
	static const char *const ends[] = {"", "/", "//", "/.", "/./", "/.//./"};
	cleanup_free char *above = str_format("%s/a", root), *dir = str_format("%s/a/b", root);
	cleanup_free char *path = str_format("%s%s", dir, ends[_i]);
	struct container c;
	struct stat st;

	(void)umask(022);
	ck_assert_msg(container_reserve(path, "c1", &c, &e) == 0, "%s", e.msg);
	ck_assert_int_eq(stat(dir, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0700);
	ck_assert_int_eq(stat(above, &st), 0);
	ck_assert_uint_eq(st.st_mode & 07777, 0755);
	ck_assert_int_eq(container_remove(&c, &e), 0);
	container_done(&c);
	ck_assert(rmdir(dir) == 0 && rmdir(above) == 0);
}
END_TEST

START_TEST(test_foreign_directory_is_no_container)
{
	struct container c;
	char path[128], inside[160];

	(void)snprintf(path, sizeof(path), "%s/canary", root);
	ck_assert_int_eq(mkdir(path, 0755), 0);
	ck_assert_int_eq(container_load(root, "canary", &c, &e), -ENOENT);
	/* the mode alone is no mark where something lies inside */
	ck_assert_int_eq(chmod(path, 01700), 0);
	(void)snprintf(inside, sizeof(inside), "%s/file", path);
	ck_assert_int_eq(mkdir(inside, 0700), 0);
	ck_assert_int_eq(container_load(root, "canary", &c, &e), -ENOENT);
	ck_assert_int_eq(rmdir(inside), 0);
	ck_assert_int_eq(rmdir(path), 0);
	/* and nothing is looked up behind a symlink */
	ck_assert_int_eq(symlink("/", path), 0);
	ck_assert_int_eq(container_load(root, "canary", &c, &e), -ENOENT);
	ck_assert_int_eq(container_load(root, "..", &c, &e), -ENOENT);
	ck_assert_int_eq(unlink(path), 0);
}
END_TEST

/* With --root in a directory that others may write to: what they write there, nobody acts on. */
START_TEST(test_state_of_another_user)
{
	struct container c = reserve("c1"), d;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/c1", root);
	ck_assert_int_eq(container_load(root, "c1", &d, &e), 0);
	container_done(&d);
	/* nor is another container's found under a second name */
	(void)snprintf(path, sizeof(path), "%s/alias", root);
	ck_assert_int_eq(symlink("c1", path), 0);
	ck_assert_int_eq(container_load(root, "alias", &d, &e), -ENOENT);
	ck_assert_int_eq(unlink(path), 0);
	(void)snprintf(path, sizeof(path), "%s/c1", root);
	ck_assert_int_eq(chown(path, 12345, (gid_t)-1), 0);
	ck_assert_int_eq(container_load(root, "c1", &d, &e), -EPERM);
	ck_assert_ptr_nonnull(strstr(e.msg, "another user"));
	ck_assert_int_eq(chown(path, 0, (gid_t)-1), 0);
	ck_assert_int_eq(container_remove(&c, &e), 0);
	container_done(&c);
}
END_TEST

START_TEST(test_removal_spares_what_is_not_ours)
{
	struct container c = reserve("c1");
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/c1/precious", root);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_lt(container_remove(&c, &e), 0);
	ck_assert_int_eq(access(path, F_OK), 0);
	ck_assert_int_eq(rmdir(path), 0);
	(void)snprintf(path, sizeof(path), "%s/c1/.new-0", root);
	ck_assert_int_eq(close(open(path, O_CREAT | O_WRONLY, 0600)), 0);
	ck_assert_msg(container_remove(&c, &e) == 0, "%s", e.msg);
	container_done(&c);
}
END_TEST

START_TEST(test_status_creating_while_locked)
{
	struct container c = reserve("c1"), d;

	ck_assert_int_eq(container_write(&c, &e), 0);
	ck_assert_int_eq(container_load(root, "c1", &d, &e), 0);
	ck_assert_int_eq(container_status(&d), RT_CREATING);
	ck_assert_int_eq(container_lock(&d, 0, &e), -EBUSY);
	/* its creator is gone */
	fd_close(&c.lock_fd);
	ck_assert_int_eq(container_status(&d), RT_STOPPED);
	ck_assert_int_eq(container_lock(&d, 0, &e), 0);
	ck_assert_int_eq(container_remove(&d, &e), 0);
	container_done(&d);
	container_done(&c);
}
END_TEST

START_TEST(test_lock_of_a_deleted_one)
{
	struct container c = reserve("c1"), d;

	ck_assert_int_eq(container_write(&c, &e), 0);
	ck_assert_int_eq(container_load(root, "c1", &d, &e), 0);
	ck_assert_int_eq(container_remove(&c, &e), 0);
	container_done(&c);
	ck_assert_int_eq(container_lock(&d, -1, &e), -ENOENT);
	container_done(&d);
}
END_TEST

/* As a `delete` leaves it that was killed between its steps. */
static void half_deleted(const char *id, const char *name)
{
	cleanup_free char *from = str_format("%s/%s", root, id),
			  *to = str_format("%s/%s", root, name);

	ck_assert_int_eq(rename(from, to), 0);
}

/* Who has waited for its lock must not take the next one of its name for it. */
START_TEST(test_lock_of_one_whose_delete_was_killed)
{
	struct container c = reserve("c1"), d, next;

	ck_assert_int_eq(container_write(&c, &e), 0);
	ck_assert_int_eq(container_load(root, "c1", &d, &e), 0);
	half_deleted("c1", ".deleted-1");
	container_done(&c);
	next = reserve("c1");
	ck_assert_int_eq(container_lock(&d, -1, &e), -ENOENT);
	ck_assert_str_eq(e.msg, "container does not exist");
	container_done(&d);
	ck_assert_int_eq(container_write(&next, &e), 0);
	ck_assert_int_eq(container_load(root, "c1", &d, &e), 0);
	container_done(&d);
	ck_assert_int_eq(container_remove(&next, &e), 0);
	container_done(&next);
	ck_assert_int_eq(container_load(root, "c1", &d, &e), -ENOENT);
}
END_TEST

static int count(struct container *c, void *arg, struct err *err)
{
	(void)c;
	(void)err;
	++*(int *)arg;
	return 0;
}

/* It is no container, and goes as soon as somebody meets it: 0, who misses one; 1, who lists. */
START_TEST(test_half_deleted_is_removed)
{
	cleanup_free char *path = str_format("%s/.deleted-4711", root);
	cleanup_free char *foreign = str_format("%s/.deleted-1", root);
	cleanup_free char *other = str_format("%s/.deleted-x", root);
	struct container c = reserve("c1"), d;
	int n = 0;

	ck_assert_int_eq(container_write(&c, &e), 0);
	ck_assert_int_eq(container_write_config(&c, "{}", 2, &e), 0);
	half_deleted("c1", ".deleted-4711");
	container_done(&c);
	ck_assert_int_eq(mkdir(foreign, 0700), 0);
	ck_assert_int_eq(mkdir(other, 01700), 0);
	if (_i)
		ck_assert_int_eq(container_each(root, count, &n, &e), 0);
	else
		ck_assert_int_eq(container_load(root, "c1", &d, &e), -ENOENT);
	ck_assert_int_eq(n, 0);
	ck_assert_int_eq(access(path, F_OK), -1);
	ck_assert_int_eq(rmdir(foreign), 0);
	ck_assert_int_eq(rmdir(other), 0);
}
END_TEST

static pid_t sleeper(void)
{
	pid_t pid = fork();

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		(void)pause();
		_exit(0);
	}
	return pid;
}

/* Alive, zombie, gone, and a new owner of the number. */
START_TEST(test_status_follows_the_process)
{
	struct container c = reserve("c1");
	int sock;

	c.creating = false;
	c.pid = sleeper();
	ck_assert_int_eq(proc_start_time(c.pid, &c.start_time), 0);
	ck_assert_int_eq(container_status(&c), RT_RUNNING);
	/* someone waits for start */
	sock = container_listen(&c, &e);
	ck_assert_msg(sock >= 0, "%s", e.msg);
	ck_assert_int_eq(container_status(&c), RT_CREATED);
	/* for as long as somebody listens, not for as long as the name is there */
	ck_assert_int_eq(close(sock), 0);
	ck_assert_int_eq(container_status(&c), RT_RUNNING);
	c.start_time++;
	ck_assert_int_eq(container_status(&c), RT_STOPPED);
	ck_assert_int_eq(container_pidfd(&c), -ESRCH);
	c.start_time--;
	ck_assert_int_eq(kill(c.pid, SIGKILL), 0);
	ck_assert_int_eq(waitid(P_PID, (id_t)c.pid, NULL, WEXITED | WNOWAIT), 0);
	ck_assert_int_eq(container_status(&c), RT_STOPPED);
	ck_assert_int_eq(waitpid(c.pid, NULL, 0), c.pid);
	ck_assert_int_eq(container_status(&c), RT_STOPPED);
	ck_assert_int_eq(container_remove(&c, &e), 0);
	container_done(&c);
}
END_TEST

static int wait_for_end(void *arg)
{
	(void)arg;
	return pause();
}

/* In a process of its own, the second thread of which it says. */
static pid_t make_thread(void)
{
	static char stack[16384] __attribute__((aligned(16)));

	return clone(wait_for_end, stack + sizeof(stack),
		     CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
			     CLONE_SYSVSEM,
		     NULL);
}

/* The leader of a session, who ends while another one is still in it. */
static pid_t leave_session(void)
{
	return setsid() < 0 ? -1 : sleeper();
}

/* What @make says in a child, which does not end by itself unless it @ends. */
static pid_t said_by(pid_t (*make)(void), bool ends, pid_t *ret_child)
{
	pid_t child, said = 0;
	int pair[2];

	ck_assert_int_eq(pipe2(pair, O_CLOEXEC), 0);
	child = fork();
	if (child == 0) {
		said = make();
		if (write(pair[1], &said, sizeof(said)) == sizeof(said) && !ends)
			(void)pause();
		_exit(0);
	}
	ck_assert_int_eq(read(pair[0], &said, sizeof(said)), sizeof(said));
	ck_assert(close(pair[0]) == 0 && close(pair[1]) == 0);
	ck_assert_int_gt(said, 0);
	*ret_child = child;
	return said;
}

/* Numbers that are no process's any more: what the kernel says of them depends on its version. */
/* 0: on a file system that is gone after a boot; 1: of this boot; 2: of another, when pid and start
 * time say that the process lives, which is a stranger's then */
START_TEST(test_state_of_another_boot)
{
	static const char *const boots[] = {NULL, NULL, "0b7d0000-0000-4000-8000-000000000000"};
	struct container c, loaded;
	struct statfs fs;

	if (_i == 0) {
		if (geteuid() != 0)
			return;
		ck_assert_int_eq(unshare(CLONE_NEWNS), 0);
		ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
		ck_assert_int_eq(mount("tmpfs", root, "tmpfs", 0, NULL), 0);
	}
	ck_assert_int_eq(statfs(root, &fs), 0);
	c = reserve("c1");
	ck_assert(!c.boot == (fs.f_type == TMPFS_MAGIC));
	if (boots[_i]) {
		free(c.boot);
		c.boot = strdup(boots[_i]);
	}
	c.creating = false;
	c.pid = getpid();
	ck_assert_int_eq(proc_start_time_real(c.pid, &c.start_time), 0);
	c.mounts = json_new(JSON_ARRAY);
	ck_assert_msg(container_write(&c, &e) == 0, "%s", e.msg);
	ck_assert_msg(container_load(root, "c1", &loaded, &e) == 0, "%s", e.msg);
	ck_assert_int_eq(container_status(&loaded), _i == 2 ? RT_STOPPED : RT_RUNNING);
	ck_assert_int_eq(loaded.pid, _i == 2 ? 0 : getpid());
	ck_assert(!loaded.mounts == (_i == 2));
	ck_assert_ptr_null(loaded.cgroup);
	container_done(&loaded);
	ck_assert_int_eq(container_remove(&c, &e), 0);
	container_done(&c);
	if (_i == 0)
		ck_assert_int_eq(umount(root), 0);
}
END_TEST

START_TEST(test_number_of_no_process)
{
	struct container c = reserve("c1");
	pid_t process, member;

	c.creating = false;
	c.start_time = 1;
	c.pid = said_by(make_thread, false, &process);
	ck_assert_int_eq(container_status(&c), RT_STOPPED);
	ck_assert_int_eq(container_pidfd(&c), -ESRCH);
	ck_assert_int_eq(kill(process, SIGKILL), 0);
	member = said_by(leave_session, true, &c.pid);
	ck_assert_int_eq(waitpid(c.pid, NULL, 0), c.pid);
	ck_assert_int_eq(container_status(&c), RT_STOPPED);
	ck_assert_int_eq(container_pidfd(&c), -ESRCH);
	ck_assert_int_eq(kill(member, SIGKILL), 0);
	ck_assert_int_eq(container_remove(&c, &e), 0);
	container_done(&c);
}
END_TEST

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

/* In a time namespace of its own, whose boot was so much earlier: what @look says there. 0: all is
 * well. */
static int look_from(const char *boottime, int (*look)(struct container *c), struct container *c)
{
	pid_t pid = fork(), inner;
	int status = 0;

	ck_assert_int_ge(pid, 0);
	if (pid == 0) {
		cleanup_free char *text = str_format("boottime %s", boottime);

		if (unshare(CLONE_NEWTIME) < 0)
			_exit(errno == EINVAL ? 0 : 101);
		if (fd_write_file_at(AT_FDCWD, "/proc/self/timens_offsets", text, strlen(text),
				     NULL) < 0)
			_exit(102);
		/* so far its children would be in there */
		if (container_status(c) != RT_RUNNING)
			_exit(103);
		inner = fork();
		if (inner == 0)
			_exit(look(c));
		(void)waitpid(inner, &status, 0);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 104);
	}
	ck_assert_int_eq(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 105;
}

static int look_at_it(struct container *c)
{
	cleanup_fd int fd = container_pidfd(c), next = FD_NONE;
	uint64_t start, real;

	if (container_status(c) != RT_RUNNING || fd < 0)
		return 1;
	/* what is written down here is the same */
	if (proc_start_time_real(c->pid, &real) < 0 || real + 1 - c->start_time > 2)
		return 2;
	if (proc_start_time(c->pid, &start) < 0 || proc_start_is(start, real) != 1)
		return 3;
	c->start_time += 3;
	if (container_status(c) != RT_STOPPED || container_pidfd(c) != -ESRCH)
		return 4;
	c->start_time -= 3;
	/* where the file tells of the next one, nobody knows, unless the number is the same */
	if (unshare(CLONE_NEWTIME) < 0)
		return 5;
	next = container_pidfd(c);
	return container_status(c) == RT_STOPPED || (next < 0 && next != -EXDEV) ? 6 : 0;
}

/* The start of a process is another number there. */
START_TEST(test_seen_from_another_time)
{
	static const char *const earlier[] = {"100000 0", "0 5000000", "-1 990000000",
					      "3 123456789"};
	struct container c = reserve("c1");

	c.creating = false;
	c.pid = sleeper();
	ck_assert_int_eq(proc_start_time_real(c.pid, &c.start_time), 0);
	ck_assert_int_eq(container_status(&c), RT_RUNNING);
	ck_assert_int_eq(look_from(earlier[_i], look_at_it, &c), 0);
	ck_assert_int_eq(kill(c.pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(c.pid, NULL, 0), c.pid);
	ck_assert_int_eq(container_remove(&c, &e), 0);
	container_done(&c);
}
END_TEST

/* Of one that is taken for stopped `delete` kills what is left: doubt is no proof. */
START_TEST(test_in_doubt_it_lives)
{
	struct container c = reserve("c1");
	struct rlimit old, none;
	enum rt_status status;
	int fd, r;

	c.creating = false;
	c.pid = sleeper();
	ck_assert_int_eq(proc_start_time(c.pid, &c.start_time), 0);
	ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &old), 0);
	fd = open("/", O_PATH | O_CLOEXEC);
	ck_assert_int_eq(close(fd), 0);
	none = (struct rlimit){.rlim_cur = (rlim_t)fd, .rlim_max = old.rlim_max};
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
	status = container_status(&c);
	r = container_pidfd(&c);
	ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &old), 0);
	ck_assert_int_ne(status, RT_STOPPED);
	ck_assert_int_eq(r, -EMFILE);
	if (geteuid() == 0) {
		/* none of the processes is to be found */
		fd = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
		ck_assert_int_ge(fd, 0);
		ck_assert_int_eq(unshare(CLONE_NEWNS), 0);
		ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
		ck_assert_int_eq(umount2("/proc", MNT_DETACH), 0);
		ck_assert_int_ne(container_status(&c), RT_STOPPED);
		ck_assert_int_eq(container_pidfd(&c), -ENOENT);
		/* a sanitizer looks at this process there */
		ck_assert_int_eq(setns(fd, CLONE_NEWNS), 0);
		ck_assert_int_eq(close(fd), 0);
	}
	ck_assert_int_eq(kill(c.pid, SIGKILL), 0);
	ck_assert_int_eq(container_remove(&c, &e), 0);
	container_done(&c);
}
END_TEST

START_TEST(test_broken_state_is_an_error)
{
	static const char *const broken[] = {
		"",
		"{",
		"[]",
		"{\"version\":2,\"id\":\"c1\"}",
		"{\"version\":1,\"id\":\"other\"}",
		"{\"version\":1,\"id\":\"c1\",\"pid\":-1,\"startTime\":0}",
		"{\"version\":1,\"id\":\"c1\",\"pid\":1,\"startTime\":0}"};
	struct container c = reserve("c1"), d;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/c1/state.json", root);
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);

		ck_assert_int_ge(fd, 0);
		ck_assert_int_eq(write(fd, broken[i], strlen(broken[i])), strlen(broken[i]));
		ck_assert_int_eq(close(fd), 0);
		ck_assert_msg(container_load(root, "c1", &d, &e) < 0, "%s", broken[i]);
	}
	/* it does not wait for a writer */
	ck_assert_int_eq(unlink(path), 0);
	ck_assert_int_eq(mkfifo(path, 0600), 0);
	ck_assert_int_lt(container_load(root, "c1", &d, &e), 0);
	ck_assert_int_eq(container_remove(&c, &e), 0);
	container_done(&c);
}
END_TEST

START_TEST(test_state_document)
{
	struct container c = reserve("c1");
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	struct cfg_doc *doc = NULL;

	container_print_state(&c, RT_RUNNING, 42, "", 2, &b);
	ck_assert_msg(cfg_parse(CFG_STATE, b.buf, b.len, &doc, NULL, &e) == 0, "%s", e.msg);
	ck_assert_str_eq(doc->state->id, "c1");
	ck_assert_str_eq(doc->state->status, "running");
	ck_assert_int_eq(doc->state->pid, 42);
	ck_assert_str_eq(doc->state->bundle, "/b");
	ck_assert_ptr_nonnull(strstr(b.buf, "\"created\": \"2026-01-02T03:04:05.000000006Z\""));
	cfg_doc_free(doc);
	ck_assert_int_eq(container_remove(&c, &e), 0);
	container_done(&c);
}
END_TEST

START_TEST(test_each)
{
	struct container a = reserve("a"), b = reserve("b");
	char path[128];
	int n = 0;

	ck_assert_int_eq(container_write(&a, &e), 0);
	ck_assert_int_eq(container_write(&b, &e), 0);
	(void)snprintf(path, sizeof(path), "%s/foreign", root);
	ck_assert_int_eq(mkdir(path, 0700), 0);
	ck_assert_int_eq(container_each(root, count, &n, &e), 0);
	ck_assert_int_eq(n, 2);
	n = 0;
	ck_assert_int_eq(container_each("/nonexistent/root", count, &n, &e), 0);
	ck_assert_int_eq(n, 0);
	ck_assert_int_eq(rmdir(path), 0);
	ck_assert_int_eq(container_remove(&a, &e), 0);
	ck_assert_int_eq(container_remove(&b, &e), 0);
	container_done(&a);
	container_done(&b);
}
END_TEST

int main(void)
{
	TCase *c = tcase_create("container");
	Suite *s = suite_create("container");

	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, test_ids);
	tcase_add_test(c, test_round_trip);
	tcase_add_test(c, test_second_reservation_fails);
	tcase_add_test(c, test_errors_name_the_directory);
	tcase_add_test(c, test_unwritten_can_be_removed);
	tcase_add_test(c, test_below_a_set_group_id_directory);
	tcase_add_loop_test(c, test_root_is_made, 0, 6);
	tcase_add_test(c, test_foreign_directory_is_no_container);
	if (geteuid() == 0) /* it gives a directory away */
		tcase_add_test(c, test_state_of_another_user);
	tcase_add_test(c, test_removal_spares_what_is_not_ours);
	tcase_add_test(c, test_status_creating_while_locked);
	tcase_add_test(c, test_lock_of_a_deleted_one);
	tcase_add_test(c, test_lock_of_one_whose_delete_was_killed);
	tcase_add_loop_test(c, test_half_deleted_is_removed, 0, 2);
	tcase_add_test(c, test_status_follows_the_process);
	tcase_add_loop_test(c, test_state_of_another_boot, 0, 3);
	tcase_add_test(c, test_number_of_no_process);
	if (geteuid() == 0)
		tcase_add_loop_test(c, test_seen_from_another_time, 0, 4);
	tcase_add_test(c, test_in_doubt_it_lives);
	tcase_add_test(c, test_broken_state_is_an_error);
	tcase_add_test(c, test_state_document);
	tcase_add_test(c, test_each);
	suite_add_tcase(s, c);
	return suite_run(s);
}
