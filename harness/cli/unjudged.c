/* SPDX-License-Identifier: Apache-2.0 */
#include "unjudged.h"

#include "catalogue.h"
#include "conform.h"

/* One sentence each, in the order of the catalogue. */
static const struct {
	enum req r;
	const char *why;
} reasons[] = {
	{REQ_CONFIG_PROSE_OVER_SCHEMA,
	 "about which of two texts counts; the cases follow the prose where both differ"},
	{REQ_MOUNT_IDMAP_MOUNT_SETATTR,
	 "which system call a runtime uses cannot be told from what is mounted"},
	{REQ_MOUNT_RIDMAP_MOUNT_SETATTR,
	 "which system call a runtime uses cannot be told from what is mounted"},
	{REQ_MOUNT_OPTION_CUSTOM_ALLOWED, "a permission without a condition"},
	{REQ_PROCESS_NONEWPRIVILEGES_PRCTL, "which system call a runtime uses cannot be told from "
					    "the process; that the bit is set has a "
					    "case"},
	{REQ_PROCESS_EXECCPUAFFINITY_INITIAL_APPLIED,
	 "it holds for an instant before the process enters the cgroup, and nobody outside can "
	 "stop it "
	 "there"},
	{REQ_PROCESS_CAP_UNKNOWN_WARNING,
	 "runtime.md#warnings lays down neither how nor whether a warning is shown"},
	{REQ_HOOK_CWD, "no text names the directory, so every one is right"},
	{REQ_ANNOTATION_IMAGE_STOPSIGNAL_KILL,
	 "the signal of kill is the caller's choice; who reads the annotation is the caller"},
	{REQ_CONFIG_VALID_VALUE_SUBSET, "a permission without a condition; what a refused value "
					"must not be is judged case by case"},
	{REQ_CONFIG_UNKNOWN_PROPERTY_LOG, "a permission without a condition"},
	{REQ_LINUX_USERNS_MAPPING_COUNT_LIMIT, "about the kernel"},
	{REQ_LINUX_NETDEV_KERNEL_CLEANUP, "about the kernel"},
	{REQ_CGROUP_FITNESS_CHECK, "a permission without a condition"},
	{REQ_CGROUP_PATH_INVALID_VALUES, "a permission; which values it may be is not said"},
	{REQ_CGROUP_NAMING_FREE, "a permission without a condition"},
	{REQ_CGROUP_EXTRA_CONTROLLERS, "a permission without a condition"},
	{REQ_LINUX_RDT_RULES_APPLIED,
	 "says that the rules below it hold, each of which has a case"},
	{REQ_LINUX_RDT_SCHEMA_WRITE_ORDER,
	 "both lines set different resources, so the schemata file is the same in either order"},
	{REQ_LINUX_RDT_MONITORING_FAILURE_ERROR, "no more groups of a processor would have to be "
						 "used up first, which takes them from the host"},
	{REQ_SECCOMP_PROCSTATE_SEVERAL_SENDMSG,
	 "a permission to the runtime; it binds the agent, and the one here reads to the end"},
	{REQ_OP_VISIBILITY_OTHER_ENTITIES, "outside of the specification by its own words"},
	{REQ_STATE_ID_CROSS_HOST_FREE, "a permission about several hosts"},
	{REQ_STATE_ADDITIONAL_PROPERTIES, "a permission to the runtime; it binds readers, and the "
					  "ones here ignore what they do not know"},
	{REQ_ERROR_REPORTING_FREE, "a permission without a condition"},
	{REQ_WARNING_REPORTING_FREE, "a permission without a condition"},
	{REQ_HOOK_POSTSTOP_FAILURE_WARNING, "runtime.md#warnings lays down neither how nor whether "
					    "a warning is shown; that delete goes "
					    "on has a case"},
	{REQ_OP_CLI_NOT_SPECIFIED, "says what the specification leaves open"},
	{REQ_CREATE_CONFIG_VALIDATION, "a permission without a condition"},
	{REQ_CREATE_PROCESS_PROPERTIES_OPTIONAL, "a permission without a condition"},
	{REQ_CREATE_CALLER_PREVALIDATION, "a permission to callers"},
	{REQ_LINUX_FD_DEV_NULL, "a permission without a condition"},
	{REQ_FEATURES_PROPERTIES_ABSENT_OR_NULL,
	 "a permission to the runtime; the types of what is there have a case"},
	{REQ_FEATURES_NULL_NOT_EMPTY, "about how a reader takes the document"},
	{REQ_FEATURES_LINUX_SET, "a permission without a condition"},
	{REQ_FEATURES_ANNOTATIONS_STRUCTURED, "a permission without a condition"},
	{REQ_FEATURES_ANNOTATIONS_NOT_ENUMERATING, "a permission without a condition"},
	{REQ_FEATURES_UNSAFE_ANNOTATIONS_LISTED,
	 "what an annotation could change is known to its runtime alone"},
	{REQ_FEATURES_UNSAFE_ANNOTATIONS_PREFIX, "about how a reader takes the list"},
};

const char *unjudged_reason(enum req r)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].r == r)
			return reasons[i].why;
	return NULL;
}

static const struct conform_entry *citing(const struct conform_entry *const *cases, size_t n,
					  enum req r)
{
	for (size_t i = 0; i < n; i++)
		for (const enum req *q = cases[i]->def->reqs; q && *q != REQ_NONE; q++)
			if (*q == r)
				return cases[i];
	return NULL;
}

size_t unjudged_lint(const struct conform_entry *const *cases, size_t n, struct strbuf *out)
{
	size_t findings = 0;

	for (enum req r = catalogue_next(NULL, REQ_NONE); r != REQ_NONE;
	     r = catalogue_next(NULL, r)) {
		const struct requirement *row = catalogue_get(r);
		const struct conform_entry *c = citing(cases, n, r);
		const char *why = unjudged_reason(r);

		if (row->verify_num == VERIFY_NONE && !why && !c) {
			strbuf_addf(out, "%s: nothing judges it, and no reason is written\n",
				    row->id);
			findings++;
		}
		if (why && c) {
			strbuf_addf(out,
				    "%s: %s judges it, so there is no reason why nothing does\n",
				    row->id, c->id);
			findings++;
		}
	}
	return findings;
}
