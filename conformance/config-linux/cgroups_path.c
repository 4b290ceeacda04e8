/* SPDX-License-Identifier: Apache-2.0 */
/* config-linux.md#cgroups-path and #control-groups: where a container's cgroup is, and what is in
 * the way there. */
#include "conform.h"

CONFORM_CASE(cgroups, relative_path_is_below_a_place_of_the_runtimes) = {
	.title = "a relative cgroupsPath is the end of the path of the container's cgroup, or of "
		 "the one above",
	REQS(REQ_CGROUP_PATH_RELATIVE_LOCATION),
	.needs = {.controllers = "pids"},
	MUTANTS("drop:/linux/cgroupsPath", "set:/linux/cgroupsPath=\"@CGROUP@-other\""),
	/* a controller that no resource needs may be left alone */
	CONFIG(SET("/linux/cgroupsPath", "@ID@.rel"),
	       SET("/linux/resources", {"pids": {"limit": 100}})),
	OUTSIDE(HOST_HAS(AFTER_CREATE, "cgroup:pids", "/@ID@.rel")),
};

CONFORM_CASE(cgroups, path_leads_to_the_same_place_each_time) = {
	.title = "two containers that have one cgroupsPath, one after the other, are in one place",
	REQS(REQ_CGROUP_PATH_CONSISTENT),
	.needs = {.cgroup = "v1", .controllers = "pids"},
	MUTANTS("drop:/linux/cgroupsPath", "set:/linux/cgroupsPath=\"@CGROUP@-other\""),
	CONFIG(SET("/linux/cgroupsPath", "@CGROUP@.same"),
	       SET("/linux/resources", {"pids": {"limit": 100}})),
	STEPS(CREATE(OK), NOW(HOST(PH_NONE, "cgroup:pids", "@CGROUP@.same")), KILL("KILL", OK),
	      WAIT_EXIT, DELETE(OK), CREATE(OK), NOW(HOST(PH_NONE, "cgroup:pids", "@CGROUP@.same")),
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(cgroups_v2, path_leads_to_the_same_place_each_time) = {
	.title = "on v2 two containers that have one cgroupsPath, one after the other, are both in "
		 "that cgroup, or below it",
	REQS(REQ_CGROUP_PATH_CONSISTENT),
	.needs = {.cgroup = "v2", .controllers = "pids"},
	MUTANTS("drop:/linux/cgroupsPath", "set:/linux/cgroupsPath=\"@CGROUP@-other\""),
	CONFIG(SET("/linux/cgroupsPath", "@CGROUP@.same"),
	       SET("/linux/resources", {"pids": {"limit": 100}})),
	STEPS(CREATE(OK),
	      NOW(HOST_HAS(PH_NONE, "host.read:/sys/fs/cgroup@CGROUP@.same/cgroup.events",
			   "populated 1")),
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK), CREATE(OK),
	      NOW(HOST_HAS(PH_NONE, "host.read:/sys/fs/cgroup@CGROUP@.same/cgroup.events",
			   "populated 1")),
	      KILL("KILL", OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(cgroups, path_may_be_absent) = {
	.title = "without cgroupsPath the container is in a cgroup that the runtime chooses",
	REQS(REQ_CGROUP_PATH_DEFAULT),
	MUTANTS("cli:create-fails"),
	CONFIG(DEL("/linux/cgroupsPath")),
	INSIDE(FACT("process.cwd", "/")),
};

CONFORM_CASE(cgroups, path_that_cannot_be_made_is_an_error) = {
	.title = "a cgroupsPath that no hierarchy takes is an error",
	REQS(REQ_CGROUP_PATH_INVALID_ERROR),
	.needs = {.controllers = "pids"},
	MUTANTS("drop:/linux/cgroupsPath", "cli:always-ok"),
	/* a file of every hierarchy's root, and nothing is below a file */
	CONFIG(SET("/linux/cgroupsPath", "/cgroup.procs/@ID@")),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(cgroups, frozen_cgroup_is_refused_or_no_obstacle) = {
	.title =
		"a cgroup that is there and frozen is an error, or the container runs all the same",
	REQS(REQ_CGROUP_FITNESS_CHECK_ERROR, REQ_CGROUP_FROZEN_REJECTED),
	.needs = {.cgroup = "v1", .controllers = "freezer"},
	.min_target = 101,
	.host_cgroup = "frozen",
	.either = true,
	.refusal = "frozen",
	MUTANTS("cli:always-ok"),
	CONFIG(SET("/linux/cgroupsPath", "@CGROUP@")),
	INSIDE(FACT("process.cwd", "/")),
};

CONFORM_CASE(cgroups_v2, frozen_cgroup_is_refused_or_no_obstacle) = {
	.title = "on v2 a cgroup that is there and frozen is an error, or the container runs all "
		 "the "
		 "same",
	REQS(REQ_CGROUP_FITNESS_CHECK_ERROR, REQ_CGROUP_FROZEN_REJECTED),
	.needs = {.cgroup = "v2"},
	.min_target = 101,
	.host_cgroup = "frozen",
	.either = true,
	.refusal = "frozen",
	MUTANTS("cli:always-ok"),
	CONFIG(SET("/linux/cgroupsPath", "@CGROUP@")),
	INSIDE(FACT("process.cwd", "/")),
};

CONFORM_CASE(cgroups, occupied_cgroup_is_refused_or_shared) = {
	.title = "a cgroup in which there are processes is an error, or the container runs all the "
		 "same",
	/* and who was in it is not killed for that */
	REQS(REQ_CGROUP_FITNESS_CHECK_ERROR, REQ_CGROUP_NONEMPTY_REJECTED,
	     REQ_ERROR_LEAVES_ENVIRONMENT_UNCHANGED),
	.min_target = 101,
	.host_cgroup = "occupied",
	.either = true,
	.refusal = "empty",
	MUTANTS("cli:always-ok"),
	CONFIG(SET("/linux/cgroupsPath", "@CGROUP@")),
	INSIDE(FACT("process.cwd", "/")),
};
