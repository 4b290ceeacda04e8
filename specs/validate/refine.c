/* SPDX-License-Identifier: Apache-2.0 */
#include "rules.h"

#include "catalogue.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

/* What stands at the place of a finding. */
enum form { FORM_STRING, FORM_EMPTY, FORM_ELEMENT };

/*
 * A finding with the requirement @from is one with @to where the value is of this form: any string,
 * the empty string, or whatever it is an element or a member of the field rather than the whole of
 * it. All other values keep @from: they have the wrong JSON type, or are missing (then the
 * finding stands at the brace of the object around them).
 */
static const struct refinement {
	int from;
	enum form form;
	bool element; /* for the elements of an array only */
	int to;
} refinements[] = {
	{REQ_LINUX_NS_TYPE_FIELD, FORM_STRING, false, REQ_LINUX_NS_TYPE_UNKNOWN_ERROR},
	{REQ_LINUX_NS_PATH_FIELD, FORM_EMPTY, false, REQ_LINUX_NS_PATH_ABSOLUTE},
	{REQ_LINUX_DEVICE_PATH_FIELD, FORM_EMPTY, false, REQ_LINUX_DEVICE_PATH_ABSOLUTE},
	{REQ_LINUX_ROOTFS_PROPAGATION_FIELD, FORM_STRING, false,
	 REQ_LINUX_ROOTFS_PROPAGATION_INVALID_ERROR},
	{REQ_LINUX_PERSONALITY_DOMAIN_FIELD, FORM_STRING, false,
	 REQ_LINUX_PERSONALITY_DOMAIN_INVALID_ERROR},
	{REQ_LINUX_MEMPOLICY_MODE_FIELD, FORM_STRING, false,
	 REQ_LINUX_MEMPOLICY_MODE_INVALID_ERROR},
	{REQ_LINUX_MEMPOLICY_FLAGS_FIELD, FORM_STRING, true,
	 REQ_LINUX_MEMPOLICY_FLAG_INVALID_ERROR},
	{REQ_PROCESS_CWD_FIELD, FORM_EMPTY, false, REQ_PROCESS_CWD_ABSOLUTE},
	{REQ_PROCESS_SCHEDULER_POLICY_FIELD, FORM_STRING, false,
	 REQ_PROCESS_SCHEDULER_POLICY_INVALID},
	{REQ_PROCESS_SCHEDULER_FLAGS_FIELD, FORM_STRING, true, REQ_PROCESS_SCHEDULER_FLAGS_INVALID},
	{REQ_PROCESS_IOPRIORITY_CLASS_FIELD, FORM_STRING, false,
	 REQ_PROCESS_IOPRIORITY_CLASS_INVALID},
	{REQ_PROCESS_USER_UID_FIELD, FORM_STRING, false, REQ_PROCESS_USER_NO_NAME_LOOKUP},
	{REQ_PROCESS_USER_GID_FIELD, FORM_STRING, false, REQ_PROCESS_USER_NO_NAME_LOOKUP},
	{REQ_SECCOMP_DEFAULTACTION_FIELD, FORM_STRING, false, REQ_SECCOMP_DEFAULTACTION_VALUES},
	{REQ_SECCOMP_ARCHITECTURES_FIELD, FORM_STRING, true, REQ_SECCOMP_ARCH_INVALID_ERROR},
	{REQ_SECCOMP_FLAGS_FIELD, FORM_STRING, true, REQ_SECCOMP_FLAG_INVALID_ERROR},
	{REQ_SECCOMP_SYSCALL_ACTION_FIELD, FORM_STRING, false, REQ_SECCOMP_ACTION_INVALID_ERROR},
	{REQ_SECCOMP_ARG_OP_FIELD, FORM_STRING, false, REQ_SECCOMP_OP_INVALID_ERROR},
	{REQ_HOOK_PRESTART_PATH_REQUIRED, FORM_EMPTY, false, REQ_HOOK_PRESTART_PATH_ABSOLUTE},
	{REQ_HOOK_CREATERUNTIME_PATH_REQUIRED, FORM_EMPTY, false,
	 REQ_HOOK_CREATERUNTIME_PATH_ABSOLUTE},
	{REQ_HOOK_CREATECONTAINER_PATH_REQUIRED, FORM_EMPTY, false,
	 REQ_HOOK_CREATECONTAINER_PATH_ABSOLUTE},
	{REQ_HOOK_STARTCONTAINER_PATH_REQUIRED, FORM_EMPTY, false,
	 REQ_HOOK_STARTCONTAINER_PATH_ABSOLUTE},
	{REQ_HOOK_POSTSTART_PATH_REQUIRED, FORM_EMPTY, false, REQ_HOOK_POSTSTART_PATH_ABSOLUTE},
	{REQ_HOOK_POSTSTOP_PATH_REQUIRED, FORM_EMPTY, false, REQ_HOOK_POSTSTOP_PATH_ABSOLUTE},
	{REQ_STATE_BUNDLE_FIELD, FORM_EMPTY, false, REQ_STATE_BUNDLE_ABSOLUTE},
	{REQ_ANNOTATION_FIELD, FORM_ELEMENT, true, REQ_ANNOTATION_VALUE_STRING},
	{REQ_FEATURES_ANNOTATIONS_FIELD, FORM_ELEMENT, true, REQ_FEATURES_ANNOTATIONS_CONVENTIONS},
};
#define N_REFINEMENTS (sizeof(refinements) / sizeof(refinements[0]))

/* These need a look at more than one thing: refined() has them. */
static const int others[] = {
	REQ_PROCESS_RLIMITS_TYPE_PATTERN,
	REQ_PROCESS_RLIMITS_UNMAPPABLE_ERROR,
	REQ_ANNOTATION_KEY_VALUE_MAP,
	REQ_MOUNT_MAPPINGS_FORMAT,
};

bool val_refines_to(int req)
{
	for (size_t i = 0; i < N_REFINEMENTS; i++)
		if (refinements[i].to == req)
			return true;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (others[i] == req)
			return true;
	return false;
}

/* The text from a position on; findings come in document order, so the search goes on where the
 * last one ended. */
struct cursor {
	const char *at, *end;
	uint32_t line;
};

static const char *seek(struct cursor *k, uint32_t line, uint32_t col)
{
	while (k->line < line) {
		const char *nl = memchr(k->at, '\n', (size_t)(k->end - k->at));

		if (!nl)
			return k->end;
		k->at = nl + 1;
		k->line++;
	}
	if (col == 0 || (size_t)(k->end - k->at) < col)
		return k->end;
	return k->at + col - 1;
}

static bool is_element(const char *pointer, int req)
{
	const char *slash = strrchr(pointer, '/');

	/* annotations are members of the document, so theirs are two steps down */
	if (req == REQ_ANNOTATION_FIELD || req == REQ_FEATURES_ANNOTATIONS_FIELD)
		return slash != pointer;
	return slash && slash[1] != '\0' && strspn(slash + 1, "0123456789") == strlen(slash + 1);
}

static bool has_form(const struct refinement *r, const struct cfg_finding *x, const char *at,
		     const char *end)
{
	if (r->element && !is_element(x->pointer, x->req))
		return false;
	switch (r->form) {
	case FORM_STRING:
		return at < end && *at == '"';
	case FORM_EMPTY:
		return end - at >= 2 && at[0] == '"' && at[1] == '"';
	default:
		return true;
	}
}

/* The form that the schema gives to names of resources: RLIMIT_ and capitals. */
static bool is_rlimit_name(const char *at, const char *end)
{
	static const char prefix[] = "\"RLIMIT_";
	size_t n = sizeof(prefix) - 1;

	if ((size_t)(end - at) <= n || memcmp(at, prefix, n) != 0)
		return false;
	for (at += n; at < end && *at >= 'A' && *at <= 'Z'; at++)
		n++;
	return n >= sizeof(prefix) && at < end && *at == '"';
}

static bool is_mapping_member(int req)
{
	return req == REQ_LINUX_USERNS_MAPPING_CONTAINERID_FIELD ||
	       req == REQ_LINUX_USERNS_MAPPING_HOSTID_FIELD ||
	       req == REQ_LINUX_USERNS_MAPPING_SIZE_FIELD;
}

static int refined(const struct cfg_finding *x, const char *at, const char *end)
{
	for (size_t i = 0; i < N_REFINEMENTS; i++)
		if (refinements[i].from == x->req && has_form(&refinements[i], x, at, end))
			return refinements[i].to;
	if (x->req == REQ_PROCESS_RLIMITS_TYPE_FIELD && at < end && *at == '"')
		return is_rlimit_name(at, end) ? REQ_PROCESS_RLIMITS_UNMAPPABLE_ERROR
					       : REQ_PROCESS_RLIMITS_TYPE_PATTERN;
	/* mappings of a mount have the shape of those of the namespace, but a row of their own */
	if (str_starts(x->pointer, "/mounts/") && is_mapping_member(x->req))
		return REQ_MOUNT_MAPPINGS_FORMAT;
	return x->req;
}

static bool known_to(int minor, int target)
{
	return VAL_TARGET_MIN + minor <= target;
}

/* Of annotations the text says twice that they are an object, once as a field and once as a rule.
 */
static void add_key_value_map(struct cfg_findings *f)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct cfg_finding x = f->items[i];

		if (x.req != REQ_ANNOTATION_FIELD)
			continue;
		val_push(f, REQ_ANNOTATION_KEY_VALUE_MAP, x.line, x.col, strdup(x.pointer),
			 strdup(x.message));
		return; /* there is one such member */
	}
}

void val_refine(const char *buf, size_t len, int target, struct cfg_findings *f)
{
	struct cursor k = {buf, buf + len, 1};
	size_t kept = 0;

	val_sort(f, 0);
	for (size_t i = 0; i < f->count; i++) {
		struct cfg_finding *x = &f->items[i];
		const char *at = seek(&k, x->line, x->col);

		x->req = refined(x, at, k.end);
		if (known_to(cfg_since(x->req), target)) {
			f->items[kept++] = *x;
		} else {
			free(x->pointer);
			free(x->message);
		}
	}
	f->count = kept;
	for (int minor = 0; minor <= CATALOGUE_MINOR_MAX; minor++)
		if (!known_to(minor, target))
			f->cut_since &= ~(1u << minor);
	add_key_value_map(f);
}
