/* SPDX-License-Identifier: Apache-2.0 */
/* What of the host a container does not get at: its names, its cgroups, its devices. */
#include "driver.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"

#include <errno.h>
#include <sched.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define PROC "{\"destination\":\"/proc\",\"type\":\"proc\",\"source\":\"proc\"}"

/* Who has only a part of a host's cgroups to see shall not change them (CVE-2022-0492,
 * CVE-2023-25809). */
START_TEST(test_read_only_cgroups)
{
	{
		CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

		strbuf_addf(&b,
			    "{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"},\"mounts\":["
			    "{\"destination\":\"/sys/fs/cgroup\",\"type\":\"cgroup\",\"source\":"
			    "\"cgroup\",\"options\":[\"ro\",\"nosuid\",\"nodev\",\"noexec\"]}],"
			    "\"process\":{\"cwd\":\"/\",\"user\":{\"uid\":0,\"gid\":0},\"args\":["
			    "\"/program\",\"make\",\"/sys/fs/cgroup/new\"]},\"linux\":{"
			    "\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"mount\"}]}}");
		put_file(bundle, "config.json", b.buf);
	}
	ck_assert_int_eq(REFRUN("run", "-b", bundle, id), EROFS);
}
END_TEST

static void write_namespaces(const char *args, const char *mounts, const char *namespaces,
			     const char *linux_more)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	strbuf_addf(&b,
		    "{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"},\"mounts\":[%s],"
		    "\"process\":{\"cwd\":\"/\",\"user\":{\"uid\":0,\"gid\":0},\"args\":["
		    "\"/program\",%s]},\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":"
		    "\"mount\"}%s]%s}}",
		    mounts, args, namespaces, linux_more);
	put_file(bundle, "config.json", b.buf);
}

/* The attributes of the mounts of cgroups in the container, between blanks. */
static void check_cgroup_mounts(bool (*is_right)(const char *attributes))
{
	size_t seen = 0;
	char *rest = NULL;

	for (char *line = strtok_r(out, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char attributes[256] = "";

		if (!strstr(line, " - cgroup"))
			continue;
		ck_assert_int_eq(sscanf(line, "%*s %*s %*s %*s %*s %255s", attributes), 1);
		ck_assert_msg(is_right(attributes), "%s", line);
		seen++;
	}
	ck_assert_uint_gt(seen, 0);
}

static bool is_noatime(const char *attributes)
{
	return strstr(attributes, "noatime");
}

static bool is_strictatime(const char *attributes)
{
	return !strstr(attributes, "noatime") && !strstr(attributes, "relatime");
}

/* With a cgroup namespace they are mounted, without one bound: either takes access times. */
START_TEST(test_access_times_of_cgroups)
{
	for (int i = 0; i < 4; i++) {
		cleanup_free char *mounts = str_format(
			PROC ",{\"destination\":\"/sys/fs/cgroup\",\"type\":\"cgroup\",\"source\":"
			     "\"cgroup\",\"options\":[\"nosuid\",\"%s\"]}",
			i % 2 ? "strictatime" : "noatime");

		write_namespaces("\"cat\",\"/proc/self/mountinfo\"", mounts,
				 i < 2 ? "" : ",{\"type\":\"cgroup\"}", "");
		ck_assert_msg(REFRUN("run", "-b", bundle, id) == 0, "%d: %s", i, text);
		check_cgroup_mounts(i % 2 ? is_strictatime : is_noatime);
	}
}
END_TEST

/* CVE-2020-15257 */
START_TEST(test_abstract_sockets)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	cleanup_fd int sock = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	cleanup_free char *args = str_format("\"abstract\",\"%s\"", id);

	memcpy(a.sun_path + 1, id, strlen(id));
	ck_assert_int_eq(bind(sock, (struct sockaddr *)&a,
			      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(id))),
			 0);
	ck_assert_int_eq(listen(sock, 1), 0);
	/* it can be reached where the network is the host's */
	write_namespaces(args, "", "", "");
	ck_assert_msg(REFRUN("run", "-b", bundle, id) == 0, "%s", text);
	write_namespaces(args, "", ",{\"type\":\"network\"}", "");
	ck_assert_int_eq(REFRUN("run", "-b", bundle, id), ECONNREFUSED);
}
END_TEST

/* A network namespace for the runtime to be in, so that nothing happens to the machine's. */
static int leave_the_host(void *arg, struct err *e)
{
	(void)arg;
	return unshare(CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS) < 0
		       ? err_set(e, errno, "unshare: %m")
		       : 0;
}

/* CVE-2022-0811: with the runtime's own namespaces by path nothing is the container's to set. */
START_TEST(test_names_of_the_host)
{
	static const struct {
		const char *type, *link, *more;
	} rows[] = {
		{"network", "net", "\"linux\":{\"sysctl\":{\"net.ipv4.ip_default_ttl\":\"65\"}"},
		{"ipc", "ipc", "\"linux\":{\"sysctl\":{\"kernel.shmmni\":\"4095\"}"},
		{"uts", "uts", "\"linux\":{\"sysctl\":{\"kernel.domainname\":\"x\"}"},
		{"uts", "uts", "\"hostname\":\"x\",\"linux\":{\"sysctl\":{}"},
		{"uts", "uts", "\"domainname\":\"x\",\"linux\":{\"sysctl\":{}"},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (int own = 0; own < 2; own++) {
			cleanup_free char *path =
				str_format(",\"path\":\"/proc/self/ns/%s\"", rows[i].link);
			cleanup_free char *config = str_format(
				"{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"rootfs\"},"
				"\"mounts\":[" PROC "],\"process\":{\"cwd\":\"/"
				"\",\"user\":{\"uid\":0,\"gid\":0},\"args\":["
				"\"/program\",\"true\"]},%s,\"namespaces\":[{\"type\":\"mount\"},{"
				"\"type\":\"%s\"%s}]}}",
				rows[i].more, rows[i].type, own ? "" : path);
			int code;

			put_file(bundle, "config.json", config);
			code = command_after(leave_the_host, NULL,
					     (const char *const[]){"run", "-b", bundle, id, NULL});
			ck_assert_msg(own == !code, "%s of %s: %d %s", rows[i].more,
				      own ? "its own" : "the host", code, text);
			ck_assert_msg(own || strstr(text, "container's own"), "%s", text);
		}
	}
	check_no_residue("names");
}
END_TEST

static const char one_rule[] =
	",\"resources\":{\"devices\":[{\"allow\":true,\"type\":\"c\",\"major\":1,\"minor\":11,"
	"\"access\":\"w\"}]}";

/* GHSA-g54h-m393-cpwq: what no rule allows, whether there are rules or not. */
START_TEST(test_unlisted_devices)
{
	static const char *const rules[] = {
		"",
		",\"resources\":{}",
		",\"resources\":{\"devices\":[]}",
		",\"resources\":{\"devices\":[{\"allow\":false,\"access\":\"rwm\"}]}",
		one_rule,
	};
	/* kmsg, fuse, loop-control */
	static const char *const numbers[] = {"\"1\",\"11\"", "\"10\",\"229\"", "\"10\",\"237\""};
	static const char caps[] =
		"\"],\"capabilities\":{\"bounding\":[\"CAP_MKNOD\"],\"permitted\":[\"CAP_MKNOD\"],"
		"\"effective\":[\"CAP_MKNOD\"]},\"env\":[\"A=";

	int code;

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		for (size_t k = 0; k < sizeof(numbers) / sizeof(numbers[0]); k++) {
			cleanup_free char *args =
				str_format("\"device\",%s,\"%s\"", numbers[k], caps);

			write_namespaces(args, "", "", rules[i]);
			code = REFRUN("run", "-b", bundle, id);
			ck_assert_msg(code == EPERM, "%s: %s: %d, %s", rules[i], numbers[k], code,
				      text);
		}
		/* the null device is one of the container's */
		cleanup_free char *args = str_format("\"device\",\"1\",\"3\",\"%s\"", caps);

		write_namespaces(args, "", "", rules[i]);
		ck_assert_msg(REFRUN("run", "-b", bundle, id) == 0, "%s: %s", rules[i], text);
	}
}
END_TEST

#define USERNS                                                                                     \
	",\"uidMappings\":[{\"containerID\":0,\"hostID\":100000,\"size\":65536}],"                 \
	"\"gidMappings\":[{\"containerID\":0,\"hostID\":100000,\"size\":65536}]"

/* CVE-2025-47291, as the host sees it. */
START_TEST(test_user_namespace_in_its_cgroup)
{
	cleanup_free char *path = NULL;
	char membership[4096];

	write_namespaces("\"wait\"", "", ",{\"type\":\"user\"}", USERNS);
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	path = str_format("/proc/%d/cgroup", (int)pid_of());
	read_into(path, membership, sizeof(membership));
	ck_assert_msg(strstr(membership, id) != NULL, "%s", membership);
}
END_TEST

/* mq_overview(7): with a stage and without. */
START_TEST(test_message_queues_are_of_the_root_inside)
{
	static const char *const staged[] = {USERNS,
					     USERNS ",\"timeOffsets\":{\"boottime\":{\"secs\":7}}"};
	cleanup_free char *dir = str_format("%s/rootfs/queues", bundle), *path = NULL;
	struct stat st;

	ck_assert_int_eq(mkdir(dir, 0755), 0);
	write_namespaces("\"wait\"",
			 "{\"destination\":\"/queues\",\"type\":\"mqueue\",\"source\":\"mqueue\"}",
			 _i ? ",{\"type\":\"user\"},{\"type\":\"ipc\"},{\"type\":\"time\"}"
			    : ",{\"type\":\"user\"},{\"type\":\"ipc\"}",
			 staged[_i]);
	ck_assert_msg(REFRUN("run", "-d", "-b", bundle, id) == 0, "%s", text);
	path = str_format("/proc/%d/root/queues", (int)pid_of());
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_uint_eq(st.st_uid, 100000);
	ck_assert_uint_eq(st.st_gid, 100000);
	ck_assert_int_eq(REFRUN("delete", "--force", id), 0);
	ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

/* CVE-2021-43784: around the sizes that 16 bits hold. */
START_TEST(test_long_strings)
{
	static const size_t sizes[] = {4094, 4095, 4096, 65534, 65535, 65536, 65537, 131072};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		cleanup_free char *name = calloc(sizes[i] + 1, 1);
		cleanup_free char *mount = NULL, *args = NULL;
		int code;

		ck_assert_ptr_nonnull(name);
		memset(name, 'x', sizes[i]);
		mount = str_format("{\"destination\":\"/m\",\"type\":\"bind\",\"source\":\"/%s\","
				   "\"options\":[\"bind\"]}",
				   name);
		write_namespaces("\"true\"", mount, ",{\"type\":\"user\"}", USERNS);
		code = REFRUN("run", "-b", bundle, id);
		ck_assert_msg(code > 0 && code < 128, "a source of %zu bytes: %d", sizes[i], code);
		check_no_residue("long source");
		/* MAX_ARG_STRLEN, with the null byte */
		args = str_format("\"length\",\"%s\"", name);
		write_namespaces(args, "", ",{\"type\":\"user\"}", USERNS);
		code = REFRUN("run", "-b", bundle, id);
		if (sizes[i] < 131072)
			ck_assert_msg(code == 0 && strtoul(out, NULL, 10) == sizes[i],
				      "an argument of %zu bytes: %d, %s", sizes[i], code, out);
		else
			ck_assert_msg(code > 0 && code < 128, "an argument of %zu bytes: %d",
				      sizes[i], code);
		check_no_residue("long argument");
	}
}
END_TEST

static void add(TCase *c)
{
	tcase_add_test(c, test_read_only_cgroups);
	tcase_add_test(c, test_access_times_of_cgroups);
	tcase_add_test(c, test_abstract_sockets);
	tcase_add_test(c, test_names_of_the_host);
	tcase_add_test(c, test_unlisted_devices);
	tcase_add_test(c, test_user_namespace_in_its_cgroup);
	tcase_add_loop_test(c, test_message_queues_are_of_the_root_inside, 0, 2);
	tcase_add_test(c, test_long_strings);
}

int main(int argc, char **argv)
{
	return driver_main("isolation", argc, argv, add);
}
