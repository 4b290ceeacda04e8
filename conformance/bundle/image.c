/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an image may hold that its runtime should not fall for: symbolic links, at the places where
 * a runtime makes or opens something, that lead to a directory of the host. Whether such an image
 * runs at all the specification does not say; either way nothing out there may change.
 */
#include "conform.h"

#define LEADS_OUT "what an image says must not decide what the runtime does to the host"

/* Nothing was made out there, and the file of that name is as it was. */
#define KEPT(name, made)                                                                           \
	NOW(HOST(PH_NONE, "file:@BUNDLE@/canary/" name, "kept")),                                  \
		NOW(HOST(PH_NONE, "stat.host:@BUNDLE@/canary/" name "#/type", "reg")),             \
		NOW(HOST(PH_NONE, "stat.host:@BUNDLE@/canary/" name "#/uid", 0)),                  \
		NOW(HOST(PH_NONE, "stat.host:@BUNDLE@/canary/" made, null))

CONFORM_CASE(image, link_for_dev_below_a_mount_does_not_lead_out) = {
	.title = "an image whose /dev is a link to the host, with a file system to mount there, "
		 "changes nothing out there",
	.advice = LEADS_OUT,
	MUTANTS("cli:touches-canary"),
	FILES(ABSENT_AT("dev"), FILE_AT("../canary/null", "kept\n"),
	      LINK_AT("dev", "@BUNDLE@/canary")),
	STEPS(CREATE(ANY), KEPT("null", "zero"), RUN_CLI("start @ID@", ANY),
	      RUN_CLI("delete --force @ID@", ANY), KEPT("null", "zero")),
};

CONFORM_CASE(image, link_for_dev_without_a_mount_does_not_lead_out) = {
	.title = "an image whose /dev is a link to the host, with nothing to mount there, changes "
		 "nothing out there",
	.advice = LEADS_OUT,
	MUTANTS("cli:touches-canary"),
	FILES(ABSENT_AT("dev"), FILE_AT("../canary/null", "kept\n"),
	      LINK_AT("dev", "@BUNDLE@/canary")),
	CONFIG(DEL("/mounts/4"), DEL("/mounts/3"), DEL("/mounts/2"), DEL("/mounts/1")),
	STEPS(CREATE(ANY), KEPT("null", "zero"), RUN_CLI("start @ID@", ANY),
	      RUN_CLI("delete --force @ID@", ANY), KEPT("null", "zero")),
};

CONFORM_CASE(image, link_for_the_console_does_not_lead_out) = {
	.title = "an image whose /dev/console is a link to the host, with a terminal and nothing "
		 "to mount at /dev, changes nothing out there",
	.advice = LEADS_OUT,
	MUTANTS("cli:touches-canary"),
	VARY("\"null\"", "\"zero\""),
	FILES(FILE_AT("../canary/null", "kept\n"), LINK_AT("dev/console", "@BUNDLE@/canary/@V@")),
	CONFIG(DEL("/mounts/4"), DEL("/mounts/3"), DEL("/mounts/2"), DEL("/mounts/1"),
	       SET("/process/terminal", true)),
	STEPS(CREATE(ANY), KEPT("null", "zero"), RUN_CLI("start @ID@", ANY),
	      RUN_CLI("delete --force @ID@", ANY), KEPT("null", "zero")),
};

CONFORM_CASE(image, link_for_the_working_directory_does_not_lead_out) = {
	.title = "a working directory behind a link to the host is not made out there",
	.advice = LEADS_OUT,
	MUTANTS("cli:touches-canary"),
	FILES(FILE_AT("../canary/null", "kept\n"), LINK_AT("link", "@BUNDLE@/canary")),
	CONFIG(SET("/process/cwd", "/link/zero")),
	STEPS(CREATE(ANY), KEPT("null", "zero"), RUN_CLI("start @ID@", ANY),
	      RUN_CLI("delete --force @ID@", ANY), KEPT("null", "zero")),
};

CONFORM_CASE(image, link_for_a_masked_path_does_not_lead_out) = {
	.title = "a masked or read-only path that is a link to the host changes nothing out there",
	.advice = LEADS_OUT,
	MUTANTS("cli:touches-canary"),
	VARY("\"maskedPaths\"", "\"readonlyPaths\""),
	FILES(FILE_AT("../canary/null", "kept\n"), LINK_AT("link", "@BUNDLE@/canary/null"),
	      LINK_AT("dangling", "@BUNDLE@/canary/zero")),
	CONFIG(SET("/linux/@V@", ["/link", "/dangling"])),
	STEPS(CREATE(ANY), KEPT("null", "zero"), RUN_CLI("start @ID@", ANY),
	      RUN_CLI("delete --force @ID@", ANY), KEPT("null", "zero")),
};

CONFORM_CASE(image, link_for_proc_is_refused) = {
	.title = "an image whose /proc is a link is refused: what the runtime writes there, labels "
		 "and scores, must reach the real one",
	.advice = "the specification does not say what a destination may be in the image",
	MUTANTS("drop-mount:/proc"),
	FILES(ABSENT_AT("proc"), DIR_AT("elsewhere"), LINK_AT("proc", "/elsewhere")),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(image, link_for_sys_is_refused) = {
	.title = "an image whose /sys is a link is refused",
	.advice = "the specification does not say what a destination may be in the image",
	MUTANTS("drop-mount:/sys"),
	FILES(ABSENT_AT("sys"), DIR_AT("elsewhere"), LINK_AT("sys", "/elsewhere")),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(image, mount_over_part_of_proc_is_refused) = {
	.title = "a file system over a part of /proc on which the runtime and its security depend "
		 "is refused",
	.advice = "the specification does not say what may be mounted over /proc",
	MUTANTS("drop-mount:/proc/sys", "drop-mount:/proc/self/attr"),
	VARY("\"/proc/sys\"", "\"/proc/self/attr\""),
	CONFIG(ADD("/mounts/-", {"destination": "@V@", "type": "tmpfs", "source": "tmpfs"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(create, pid_file_that_is_a_link_is_not_followed) = {
	.title = "a link that lies where the pid file is to be written does not decide which file "
		 "is overwritten",
	.advice = "whoever can write to the directory of the pid file could choose any file",
	MUTANTS("cli:touches-canary"),
	FILES(FILE_AT("../canary/null", "kept\n"), LINK_AT("../pid", "canary/null")),
	STEPS(RUN_CLI("create --bundle @BUNDLE@ --pid-file @BUNDLE@/pid @ID@", ANY),
	      KEPT("null", "zero"), RUN_CLI("delete --force @ID@", ANY), KEPT("null", "zero")),
};

CONFORM_CASE(delete, directory_that_is_no_container_stays) = {
	.title = "delete by force of a directory in the state directory that no runtime has made "
		 "removes nothing",
	.advice = "the specification says what is deleted: what create has made",
	MUTANTS("cli:delete-sweeps"),
	FILES(FILE_AT("../../L1/L2/L3/L4/root/foreign/kept", "kept\n")),
	STEPS(RUN_CLI("delete --force foreign", ANY),
	      NOW(HOST(PH_NONE, "file:L1/L2/L3/L4/root/foreign/kept", "kept"))),
};

CONFORM_CASE(image, false_proc_gets_no_writes) = {
	.title = "what the image has where procfs would be is not written to",
	.advice = "labels and scores that go to such files are not applied, and no error shows it",
	.needs = {.oom = "500"},
	.either = true,
	MUTANTS("cli:writes-false-proc", "drop:/process/oomScoreAdj"),
	FILES(DIR_AT("proc/self"), FILE_AT("proc/self/oom_score_adj", "as it was"),
	      DIR_AT("proc/self/attr"), FILE_AT("proc/self/attr/exec", "as it was"),
	      DIR_AT("proc/thread-self"), DIR_AT("proc/thread-self/attr"),
	      FILE_AT("proc/thread-self/attr/exec", "as it was"), DIR_AT("proc/sys"),
	      DIR_AT("proc/sys/net"), DIR_AT("proc/sys/net/ipv4"),
	      FILE_AT("proc/sys/net/ipv4/ip_forward", "as it was")),
	CONFIG(DEL("/mounts/0"), SET("/process/oomScoreAdj", 500),
	       SET("/linux/sysctl", {"net.ipv4.ip_forward": "1"})),
	OUTSIDE(HOST(AFTER_CREATE, "pid.oom.score_adj", 500),
		HOST(AFTER_DELETE, "file:@ROOTFS@/proc/self/oom_score_adj", "as it was"),
		HOST(AFTER_DELETE, "file:@ROOTFS@/proc/self/attr/exec", "as it was"),
		HOST(AFTER_DELETE, "file:@ROOTFS@/proc/thread-self/attr/exec", "as it was"),
		HOST(AFTER_DELETE, "file:@ROOTFS@/proc/sys/net/ipv4/ip_forward", "as it was")),
};
