/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container's tree in a test process of its own: private mount namespace, a tmpfs as the bundle,
 * the calls of rootfs.h in their order. After fixture_enter() the test stands inside the container.
 * Next to the root lies a canary directory that must stay as it is, whatever the root holds.
 */
#ifndef ROOTFS_FIXTURE_H
#define ROOTFS_FIXTURE_H

#include "cleanup.h"
#include "rootfs.h"
#include "str.h"

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define CANARY_FILES 4

/* The mount that rootfs needs whatever else is tried. */
#define PROC "{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}"

static char fixture_dir[] = "/tmp/rootfs-test-XXXXXX";

struct fixture {
	struct cfg_doc *doc;
	struct rootfs r;
	struct err e;
	int canary, host_ns;
	int flags; /* further namespaces of the container, before fixture_enter() */
	const char *root_readonly, *cwd;
	int (*before_entering)(
		struct fixture *f); /* or NULL; a result below 0 is the first failure */
	const char *linux_json; /* members of linux besides namespaces, beginning with a comma */
};

__attribute__((unused)) static void fixture_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	ck_assert_msg(fd >= 0, "%s: %m", path);
	ck_assert_int_eq(fd_write_all(fd, text, strlen(text)), 0);
	(void)close(fd);
}

/* The bundle is the working directory: rootfs/, canary/, volume/ (with a file and a submount sub/),
 * file. */
static void fixture_init(struct fixture *f, bool mount2_only)
{
	static const char *const dirs[] = {"rootfs",	 "rootfs/proc", "rootfs/sys",
					   "rootfs/dev", "rootfs/etc",	"rootfs/tmp",
					   "volume",	 "volume/sub",	"canary"};

	*f = (struct fixture){.r = ROOTFS_INIT,
			      .host_ns = FD_NONE,
			      .linux_json = "",
			      .root_readonly = "false",
			      .cwd = "/"};
	f->r.mount2_only = mount2_only;
	(void)umask(022);
	ck_assert_int_eq(unshare(CLONE_NEWNS), 0);
	ck_assert_int_eq(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), 0);
	ck_assert_int_eq(mount("tmpfs", fixture_dir, "tmpfs", 0, "mode=755"), 0);
	ck_assert_int_eq(chdir(fixture_dir), 0);
	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++)
		ck_assert_int_eq(mkdir(dirs[i], 0755), 0);
	ck_assert_int_eq(mount("tmpfs", "volume/sub", "tmpfs", 0, "mode=755"), 0);
	fixture_write("volume/hello", "hello");
	fixture_write("volume/sub/below", "below");
	fixture_write("file", "file");
	fixture_write("canary/null", "canary");
	fixture_write("canary/console", "canary");
	fixture_write("canary/passwd", "canary");
	ck_assert_int_eq(mkdir("canary/pts", 0755), 0);
	f->canary = open("canary", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ck_assert_int_ge(f->canary, 0);
}

/* Nothing was added, taken away or changed. */
__attribute__((unused)) static void fixture_check_canary(struct fixture *f)
{
	static const char *const files[] = {"null", "console", "passwd"};
	DIR *d = fdopendir(dup(f->canary));
	int count = 0;

	ck_assert_ptr_nonnull(d);
	rewinddir(d);
	while (readdir(d))
		count++;
	closedir(d);
	ck_assert_int_eq(count, CANARY_FILES + 2);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *text;
		size_t len;
		struct stat st;

		ck_assert_int_eq(fstatat(f->canary, files[i], &st, AT_SYMLINK_NOFOLLOW), 0);
		ck_assert(S_ISREG(st.st_mode));
		ck_assert_uint_eq(st.st_mode & 07777, 0644);
		ck_assert_int_eq(fd_read_file_at(f->canary, files[i], 100, &text, &len, NULL), 0);
		ck_assert_str_eq(text, "canary");
		free(text);
	}
}

/* Everything up to and including rootfs_restrict(). 0 or the first failure, whose words are in
 * f->e. @mounts: elements of the array. */
static int fixture_enter(struct fixture *f, const char *mounts)
{
	struct strbuf b = STRBUF_INIT;
	int r;

	strbuf_addf(&b,
		    "{\"ociVersion\":\"1.2.0\",\"root\":{\"path\":\"rootfs\",\"readonly\":%s},"
		    "\"process\":{\"cwd\":\"%s\",\"args\":[\"x\"],\"user\":{\"uid\":0,\"gid\":0}},"
		    "\"mounts\":[%s],\"linux\":{\"namespaces\":[{\"type\":\"mount\"}",
		    f->root_readonly, f->cwd, mounts);
	if (f->flags & CLONE_NEWNET)
		strbuf_adds(&b, ",{\"type\":\"network\"}");
	if (f->flags & CLONE_NEWIPC)
		strbuf_adds(&b, ",{\"type\":\"ipc\"}");
	if (f->flags & CLONE_NEWUTS)
		strbuf_adds(&b, ",{\"type\":\"uts\"}");
	strbuf_addf(&b, "]%s}}", f->linux_json);
	r = cfg_parse(CFG_CONFIG, b.buf, b.len, &f->doc, NULL, &f->e);
	ck_assert_msg(r == 0, "%s\n%s", f->e.msg, b.buf);
	strbuf_done(&b);
	f->r.doc = f->doc;
	f->r.config = f->doc->config;
	f->r.bundle = fixture_dir;
	f->r.new_mountns = true;
	f->r.netns = f->flags & CLONE_NEWNET;
	f->r.ipcns = f->flags & CLONE_NEWIPC;
	f->r.utsns = f->flags & CLONE_NEWUTS;
	r = rootfs_open_sources(&f->r, &f->e);
	/* the "host's" namespace outlives the step into the container's, as it does in life */
	f->host_ns = open("/proc/self/ns/mnt", O_RDONLY | O_CLOEXEC);
	ck_assert_int_eq(unshare(f->flags | CLONE_NEWNS), 0);
	if (r >= 0)
		r = rootfs_prepare(&f->r, &f->e);
	if (r >= 0)
		r = rootfs_mount_all(&f->r, &f->e);
	if (r >= 0)
		r = rootfs_make_devices(&f->r, &f->e);
	if (r >= 0 && f->before_entering)
		r = f->before_entering(f);
	if (r >= 0)
		r = rootfs_enter(&f->r, &f->e);
	if (r >= 0)
		r = rootfs_restrict(&f->r, &f->e);
	return r;
}

__attribute__((unused)) static void fixture_must_enter(struct fixture *f, const char *mounts)
{
	int r = fixture_enter(f, mounts);

	ck_assert_msg(r == 0, "%d: %s", r, f->e.msg);
}

/* It fails with @num, and the message has @word in it. */
__attribute__((unused)) static void fixture_must_fail(struct fixture *f, const char *mounts,
						      int num, const char *word)
{
	int r = fixture_enter(f, mounts);

	ck_assert_msg(r == -num, "%d instead of %d: %s", r, -num, f->e.msg);
	ck_assert_int_eq(f->e.num, num);
	ck_assert_msg(strstr(f->e.msg, word), "no '%s' in: %s", word, f->e.msg);
}

static void fixture_done(struct fixture *f)
{
	/* the leak checker of a sanitizer looks for its process there */
	if (access("/proc/self/task", F_OK) < 0)
		(void)mount("proc", "/proc", "proc", 0, NULL);
	rootfs_done(&f->r);
	cfg_doc_free(f->doc);
	fd_close(&f->canary);
	fd_close(&f->host_ns);
}

/* From here on this process can make no node: a device is the host's, bound. */
__attribute__((unused)) static void fixture_drop_mknod(void)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct d[2];

	ck_assert_int_eq(syscall(SYS_capget, &head, d), 0);
	d[0].effective &= ~(1u << CAP_MKNOD);
	ck_assert_int_eq(syscall(SYS_capset, &head, d), 0);
}

/* The line of /proc/self/mountinfo for the topmost mount at @place, cut into fields 6 (options), 7-
 * (propagation) and behind " - ". false: none. */
struct fixture_mount {
	char options[260], propagation[260], fs[1024];
};

/* The container's own procfs may be hidden or absent, so the test brings one. */
__attribute__((unused)) static bool fixture_mountinfo(struct fixture *f, const char *place,
						      struct fixture_mount *ret)
{
	char *text, *rest = NULL;
	size_t len;
	bool found = false;

	ck_assert_int_eq(
		fd_read_file_at(f->r.proc_fd, "self/mountinfo", 1u << 20, &text, &len, NULL), 0);
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char at[256], options[256];
		const char *dash = strstr(line, " - ");
		int n = 0;

		ck_assert_int_eq(sscanf(line, "%*d %*d %*s %*s %255s %255s %n", at, options, &n),
				 2);
		if (!str_eq(at, place))
			continue;
		found = true;
		ck_assert_ptr_nonnull(dash);
		(void)snprintf(ret->options, sizeof(ret->options), ",%s,", options);
		(void)snprintf(ret->fs, sizeof(ret->fs), ",%s,", dash + 3);
		(void)snprintf(ret->propagation, sizeof(ret->propagation), "%.*s",
			       dash > line + n ? (int)(dash - line - n) : 0, line + n);
	}
	free(text);
	return found;
}

__attribute__((unused)) static bool fixture_has(const char *list, const char *word)
{
	char needle[64];

	(void)snprintf(needle, sizeof(needle), ",%s,", word);
	return strstr(list, needle);
}

static int fixture_main(Suite *s)
{
	SRunner *runner;
	int failed;

	if (geteuid() != 0) {
		printf("needs root\n");
		return 77;
	}
	if (!mkdtemp(fixture_dir)) {
		perror(fixture_dir);
		return EXIT_FAILURE;
	}
	runner = srunner_create(s);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	(void)rmdir(fixture_dir);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
