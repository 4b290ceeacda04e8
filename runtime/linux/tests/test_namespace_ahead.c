/* SPDX-License-Identifier: Apache-2.0 */
/* Which texts are taken to ask for a network namespace, and what one that was made ahead is. What
 * makes namespaces runs as root alone. */
#include "namespace.h"

#include "cleanup.h"
#include "proc.h"
#include "suite.h"

#include <check.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

START_TEST(guesses)
{
	static const struct {
		const char *text;
		bool wanted;
	} rows[] = {
		{"{\"linux\":{\"namespaces\":[{\"type\":\"pid\"},{\"type\":\"network\"}]}}", true},
		{"{\"linux\":{\"namespaces\" : [\n{ \"type\" : \"network\" }\n]}}", true},
		{"{\"linux\":{\"namespaces\":[{\"type\":\"ipc\",\"path\":\"/x\"},"
		 "{\"type\":\"network\"}]}}",
		 true},
		{"{\"process\":{\"user\":{\"uid\":0}},"
		 "\"linux\":{\"namespaces\":[{\"type\":\"network\"}]}}",
		 true},
		/* joined by path; another one owns it; none */
		{"{\"linux\":{\"namespaces\":[{\"type\":\"network\",\"path\":\"/x\"}]}}", false},
		{"{\"linux\":{\"namespaces\":[{\"path\":\"/x\",\"type\":\"network\"}]}}", false},
		{"{\"linux\":{\"namespaces\":[{\"type\":\"network\"},{\"type\":\"user\"}]}}",
		 false},
		{"{\"linux\":{\"namespaces\":[{\"type\":\"pid\"}]},\"x\":[\"network\"]}", false},
		{"{\"linux\":{\"namespaces\":[]}}", false},
		{"{\"linux\":{}}", false},
		/* texts that end too early */
		{"\"namespaces\"", false},
		{"\"namespaces\":[{\"type\":\"network\"}", false},
		{"\"namespaces\":[\"network\"]}", false},
		{"\"namespaces\":[{\"network\"]", false},
		{"", false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(ns_ahead_guess(rows[i].text, strlen(rows[i].text)) == rows[i].wanted,
			      "%s", rows[i].text);
}
END_TEST

START_TEST(idle)
{
	static const struct {
		const char *text;
		int processors;
		bool idle;
	} rows[] = {
		{"0.00 0.01 0.05 1/95 26668\n", 2, true},
		{"9.73 5.93 9.89 1/95 26668\n", 2, true},
		{"0.00 0.00 0.00 2/95 26668\n", 2, false},
		{"0.00 0.00 0.00 12/95 26668\n", 2, false},
		{"0.00 0.00 0.00 12/95 26668\n", 13, true},
		{"0.00 0.00 0.00 1/95 26668\n", 1, false},
		/* what it never says */
		{"0.00 0.00 0.00 -1/95 26668\n", 2, false},
		{"0.00 0.00 0.00 1", 2, false},
		{"0.00 0.00 0.00 ", 2, false},
		{"0.00 0.00", 2, false},
		{"", 2, false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		ck_assert_msg(ns_ahead_is_idle(rows[i].text, rows[i].processors) == rows[i].idle,
			      "%s", rows[i].text);
}
END_TEST

/* On one processor it never pays, whatever the others do. */
START_TEST(one_processor)
{
	cpu_set_t set, one;
	int cpu = 0;

	ck_assert_int_eq(sched_getaffinity(0, sizeof(set), &set), 0);
	while (!CPU_ISSET(cpu, &set))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	ck_assert_int_eq(sched_setaffinity(0, sizeof(one), &one), 0);
	ck_assert(!ns_ahead_pays());
}
END_TEST

static ino_t network(void)
{
	struct stat st;

	return stat("/proc/self/ns/net", &st) == 0 ? st.st_ino : 0;
}

static bool loopback_is_up(void)
{
	cleanup_fd int sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq lo = {.ifr_name = "lo"};

	return ioctl(sock, SIOCGIFFLAGS, &lo) == 0 && (lo.ifr_flags & IFF_UP);
}

static bool has_children(void)
{
	siginfo_t si;

	return waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT | __WALL) == 0;
}

/* Exit code 0: is in another network namespace than before, with its loopback device up. */
static int joins(void *arg)
{
	ino_t before = network();

	if (!ns_ahead_join(arg))
		return 1;
	return network() == before || !loopback_is_up();
}

/* A second time there is nothing to be joined, and nothing to wait for. */
static int joins_once(void *arg)
{
	return joins(arg) || ns_ahead_join(arg);
}

static int run_in_child(int (*run)(void *), struct ns_ahead *a)
{
	CLEANUP(proc_done) struct proc p = PROC_INIT;
	struct proc_spawn s = PROC_SPAWN_INIT;
	struct proc_fd fds[] = {{a->sock, a->sock}};
	struct err e = {0};

	s.run = run;
	s.run_arg = a;
	s.fds = fds;
	s.nfds = a->sock >= 0;
	ck_assert_msg(proc_spawn(&s, &p, &e) == 0, "%s", e.msg);
	ck_assert_int_eq(proc_wait(&p, -1), 0);
	return proc_exit_code(&p);
}

START_TEST(is_joined_by_a_child)
{
	struct ns_ahead a = NS_AHEAD_INIT;
	ino_t before = network();

	/* not on this machine */
	if (!ns_ahead_begin(&a))
		return;
	ck_assert_int_eq(run_in_child(joins_once, &a), 0);
	ns_ahead_done(&a);
	ck_assert_int_eq(a.sock, FD_NONE);
	ck_assert(!has_children());
	ck_assert_uint_eq(network(), before);
}
END_TEST

START_TEST(is_given_up)
{
	struct ns_ahead a = NS_AHEAD_INIT;

	(void)ns_ahead_begin(&a);
	ns_ahead_done(&a);
	ns_ahead_done(&a);
	ck_assert_int_eq(a.sock, FD_NONE);
	ck_assert(!has_children());
}
END_TEST

/* Its maker dies, or may not: then nobody waits for ever. */
START_TEST(is_not_to_be_had)
{
	struct ns_ahead a = NS_AHEAD_INIT;

	ck_assert(!ns_ahead_join(&a));
	/* the end of which its maker had is closed, and it has said nothing */
	if (!ns_ahead_begin(&a))
		return;
	(void)kill(a.pid, SIGKILL);
	ck_assert_int_le(run_in_child(joins, &a), 1);
	ns_ahead_done(&a);
	ck_assert(!has_children());
}
END_TEST

/* Exit code 0: is in another network namespace than before, whoever has made it. */
static int takes(void *arg)
{
	ino_t before = network();
	int r = ns_take_ahead(arg, NULL);

	return r < 0 || network() == before || (r == 1) != loopback_is_up();
}

START_TEST(is_replaced)
{
	struct ns_ahead a = NS_AHEAD_INIT;

	ck_assert_int_eq(ns_take_ahead(&a, NULL), 0);
	if (!ns_ahead_begin(&a))
		return;
	ck_assert_int_eq(run_in_child(takes, &a), 0);
	ns_ahead_done(&a);
	(void)ns_ahead_begin(&a);
	/* nobody sends anything */
	fd_close(&a.sock);
	ck_assert_int_eq(run_in_child(takes, &a), 0);
	ns_ahead_done(&a);
}
END_TEST

static int makes_none(void *arg)
{
	struct ns_ahead a = NS_AHEAD_INIT;
	bool joined;

	(void)arg;
	/* root of nothing may not */
	if (setresuid(65534, 65534, 65534) < 0)
		return 2;
	if (!ns_ahead_begin(&a))
		return 0;
	joined = ns_ahead_join(&a);
	ns_ahead_done(&a);
	return joined;
}

START_TEST(is_not_allowed)
{
	struct ns_ahead a = NS_AHEAD_INIT;

	ck_assert_int_eq(run_in_child(makes_none, &a), 0);
}
END_TEST

int main(void)
{
	TCase *c = tcase_create("ahead");
	Suite *s = suite_create("namespace_ahead");

	tcase_add_test(c, guesses);
	tcase_add_test(c, idle);
	tcase_add_test(c, one_processor);
	if (geteuid() == 0) {
		tcase_add_test(c, is_joined_by_a_child);
		tcase_add_test(c, is_given_up);
		tcase_add_test(c, is_not_to_be_had);
		tcase_add_test(c, is_replaced);
		tcase_add_test(c, is_not_allowed);
	}
	suite_add_tcase(s, c);
	return suite_run(s);
}
