/* SPDX-License-Identifier: Apache-2.0 */
/*
 * config-linux.md#intelrdt. It takes a processor that has it and a mounted resctrl, also what must
 * be refused, for without them everything is. Classes that a case leaves on purpose are called
 * @ID@-class, and the harness removes them.
 */
#include "conform.h"

CONFORM_CASE(intel_rdt, without_resctrl_is_an_error) = {
	.title = "where no resctrl file system is mounted intelRdt is an error",
	REQS(REQ_LINUX_RDT_NO_RESCTRL_ERROR),
	.needs = {.no_path = "/sys/fs/resctrl/schemata"},
	.min_target = 101,
	MUTANTS("drop:/linux/intelRdt"),
	VARY("{}", "{\"closID\": \"/\"}", "{\"closID\": \"a\", \"l3CacheSchema\": \"L3:0=f\"}"),
	CONFIG(SET("/linux/intelRdt", "@V@")),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(intel_rdt, memory_bandwidth_schema_has_its_form) = {
	.title = "a memBwSchema that does not begin with MB:, or has a newline, is refused",
	REQS(REQ_LINUX_RDT_MEMBWSCHEMA_PREFIX, REQ_LINUX_RDT_MEMBWSCHEMA_NO_NEWLINE),
	.needs = {.path = "/sys/fs/resctrl/schemata"},
	.min_target = 101,
	MUTANTS("drop:/linux/intelRdt"),
	VARY("\"0=20\"", "\"L3:0=f\"", "\"MB:0=20\\nL3:0=1\""),
	CONFIG(SET("/linux/intelRdt", {"memBwSchema": "@V@"})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(intel_rdt, schemata_have_one_line_each) = {
	.title = "an element of schemata with a newline is refused",
	REQS(REQ_LINUX_RDT_SCHEMATA_NO_NEWLINE),
	.needs = {.path = "/sys/fs/resctrl/schemata"},
	.min_target = 103,
	MUTANTS("drop:/linux/intelRdt"),
	CONFIG(SET("/linux/intelRdt", {"schemata": ["MB:0=20\nL3:0=1"]})),
	.rejected_at = REJECTED_BY_START,
};

CONFORM_CASE(intel_rdt, own_class_lives_with_the_container) = {
	.title = "without closID the container gets a class of its id, which goes with it",
	REQS(REQ_LINUX_RDT_PID_IN_TASKS, REQ_LINUX_RDT_CLOSID_DEFAULT_ID,
	     REQ_LINUX_RDT_CLOSID_DEFAULT_CREATED, REQ_LINUX_RDT_REMOVE_OWN_DIR),
	.needs = {.path = "/sys/fs/resctrl/schemata"},
	.min_target = 101,
	OWNS("resctrl"),
	MUTANTS("drop:/linux/intelRdt", "set:/linux/intelRdt/closID=\"/\""),
	CONFIG(SET("/linux/intelRdt", {})),
	OUTSIDE(HOST_MATCH(AFTER_CREATE, "host.read:/sys/fs/resctrl/@ID@/tasks", "*@CTPID@*"),
		HOST(AFTER_DELETE, "host.path:/sys/fs/resctrl/@ID@", null)),
};

CONFORM_CASE(intel_rdt, slash_is_the_default_class) = {
	.title = "closID / puts the container into the root of resctrl and writes no schema",
	REQS(REQ_LINUX_RDT_CLOSID_ROOT, REQ_LINUX_RDT_NO_SCHEMA_NO_WRITE),
	.needs = {.path = "/sys/fs/resctrl/schemata"},
	.min_target = 103,
	OWNS("resctrl"),
	MUTANTS("set:/linux/intelRdt/closID=\"@ID@-class\""),
	CONFIG(SET("/linux/intelRdt", {"closID": "/"})),
	OUTSIDE(HOST_MATCH(AFTER_CREATE, "host.read:/sys/fs/resctrl/tasks", "*@CTPID@*"),
		UNCHANGED(AFTER_CREATE, "host.read:/sys/fs/resctrl/schemata")),
};

CONFORM_CASE(intel_rdt, absent_touches_nothing) = {
	.title = "without intelRdt there is no new class and no other schema",
	REQS(REQ_LINUX_RDT_UNSET_UNTOUCHED),
	.needs = {.path = "/sys/fs/resctrl/schemata"},
	OWNS("resctrl"),
	MUTANTS("set:/linux/intelRdt={}"),
	OUTSIDE(UNCHANGED(AFTER_CREATE, "host.list:/sys/fs/resctrl"),
		UNCHANGED(AFTER_CREATE, "host.read:/sys/fs/resctrl/schemata")),
};

CONFORM_CASE(intel_rdt, both_schemas_are_written) = {
	.title = "l3CacheSchema and memBwSchema stand in the class's schemata",
	REQS(REQ_LINUX_RDT_BOTH_SCHEMAS_WRITTEN),
	.needs = {.path = "/sys/fs/resctrl/info/L3,/sys/fs/resctrl/info/MB"},
	.min_target = 101,
	OWNS("resctrl"),
	MUTANTS("drop:/linux/intelRdt/l3CacheSchema", "drop:/linux/intelRdt/memBwSchema"),
	CONFIG(SET("/linux/intelRdt", {"l3CacheSchema": "L3:0=3", "memBwSchema": "MB:0=50"})),
	OUTSIDE(HOST(AFTER_CREATE, "resctrl:@ID@#/L3/0", "3"),
		HOST(AFTER_CREATE, "resctrl:@ID@#/MB/0", "50")),
};

CONFORM_CASE(intel_rdt, one_schema_is_written) = {
	.title = "l3CacheSchema alone stands in the class's schemata",
	REQS(REQ_LINUX_RDT_ONE_SCHEMA_WRITTEN),
	.needs = {.path = "/sys/fs/resctrl/info/L3"},
	.min_target = 101,
	OWNS("resctrl"),
	MUTANTS("drop:/linux/intelRdt/l3CacheSchema"),
	CONFIG(SET("/linux/intelRdt", {"l3CacheSchema": "L3:0=3"})),
	OUTSIDE(HOST(AFTER_CREATE, "resctrl:@ID@#/L3/0", "3")),
};

CONFORM_CASE(intel_rdt, schemata_are_written_last) = {
	.title = "schemata are written, and win over memBwSchema",
	REQS(REQ_LINUX_RDT_SCHEMATA_WRITTEN, REQ_LINUX_RDT_SCHEMATA_WRITTEN_LAST),
	.needs = {.path = "/sys/fs/resctrl/info/MB"},
	.min_target = 103,
	OWNS("resctrl"),
	MUTANTS("drop:/linux/intelRdt/schemata"),
	CONFIG(SET("/linux/intelRdt", {"memBwSchema": "MB:0=20", "schemata": ["MB:0=50"]})),
	OUTSIDE(HOST(AFTER_CREATE, "resctrl:@ID@#/MB/0", "50")),
};

CONFORM_CASE(intel_rdt, class_with_a_schema_is_made_and_stays) = {
	.title = "a closID with a schema is made where it is missing, and is not removed",
	REQS(REQ_LINUX_RDT_CLOSID_CREATED, REQ_LINUX_RDT_KEEP_FOREIGN_DIR),
	.needs = {.path = "/sys/fs/resctrl/info/L3"},
	.min_target = 101,
	OWNS("resctrl"),
	MUTANTS("drop:/linux/intelRdt", "drop:/linux/intelRdt/closID"),
	CONFIG(SET("/linux/intelRdt", {"closID": "@ID@-class", "l3CacheSchema": "L3:0=3"})),
	OUTSIDE(HOST_MATCH(AFTER_CREATE, "host.read:/sys/fs/resctrl/@ID@-class/tasks", "*@CTPID@*"),
		HOST(AFTER_DELETE, "host.path:/sys/fs/resctrl/@ID@-class#/type", "dir")),
};

CONFORM_CASE(intel_rdt, existing_class_is_compared) = {
	.title =
		"an existing class with another schema is an error, with the same one it is joined",
	REQS(REQ_LINUX_RDT_CLOSID_EXISTS_COMPARE, REQ_LINUX_RDT_CLOSID_EXISTS_MISMATCH_ERROR),
	.needs = {.path = "/sys/fs/resctrl/info/L3"},
	.min_target = 101,
	OWNS("resctrl"),
	MUTANTS("drop:/linux/intelRdt"),
	CONFIG(SET("/linux/intelRdt", {"closID": "@ID@-class", "l3CacheSchema": "L3:0=3"})),
	STEPS(CREATE(OK), START(OK), WAIT_EXIT, DELETE(OK), CREATE(OK), START(OK), WAIT_EXIT,
	      DELETE(OK), EDIT_CONFIG("/linux/intelRdt/l3CacheSchema=\"L3:0=f\""), CREATE(FAIL)),
};

CONFORM_CASE(intel_rdt, existing_class_is_joined) = {
	.title = "a closID without a schema joins the class of that name",
	REQS(REQ_LINUX_RDT_CLOSID_PRECONFIGURED_CHECK, REQ_LINUX_RDT_CLOSID_PRECONFIGURED_ASSIGN),
	.needs = {.path = "/sys/fs/resctrl/info/L3"},
	.min_target = 101,
	OWNS("resctrl"),
	MUTANTS("drop:/linux/intelRdt"),
	CONFIG(SET("/linux/intelRdt", {"closID": "@ID@-class", "l3CacheSchema": "L3:0=3"})),
	STEPS(CREATE(OK), START(OK), WAIT_EXIT, DELETE(OK),
	      EDIT_CONFIG("/linux/intelRdt={\"closID\": \"@ID@-class\"}"), CREATE(OK),
	      NOW(HOST_MATCH(PH_NONE, "host.read:/sys/fs/resctrl/@ID@-class/tasks", "*@CTPID@*")),
	      START(OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(intel_rdt, missing_class_without_a_schema_is_an_error) = {
	.title = "a closID without a schema, of a class that is not there, is an error",
	REQS(REQ_LINUX_RDT_CLOSID_PRECONFIGURED_MISSING_ERROR),
	.needs = {.path = "/sys/fs/resctrl/schemata"},
	.min_target = 101,
	OWNS("resctrl"),
	MUTANTS("drop:/linux/intelRdt"),
	CONFIG(SET("/linux/intelRdt", {"closID": "@ID@-class"})),
	.rejected_at = REJECTED_BY_START,
	OUTSIDE(HOST(AFTER_DELETE, "host.path:/sys/fs/resctrl/@ID@-class", null)),
};

CONFORM_CASE(intel_rdt, monitoring_group_lives_with_the_container) = {
	.title = "enableMonitoring makes a group of the container's id, which goes with it",
	REQS(REQ_LINUX_RDT_MONITORING_GROUP_CREATED, REQ_LINUX_RDT_MONITORING_GROUP_NAME,
	     REQ_LINUX_RDT_MONITORING_GROUP_DELETED),
	.needs = {.path = "/sys/fs/resctrl/mon_groups"},
	.min_target = 103,
	OWNS("resctrl"),
	MUTANTS("drop:/linux/intelRdt/enableMonitoring"),
	CONFIG(SET("/linux/intelRdt", {"closID": "/", "enableMonitoring": true})),
	OUTSIDE(HOST_MATCH(AFTER_CREATE, "host.read:/sys/fs/resctrl/mon_groups/@ID@/tasks",
			   "*@CTPID@*"),
		HOST(AFTER_DELETE, "host.path:/sys/fs/resctrl/mon_groups/@ID@", null)),
};
