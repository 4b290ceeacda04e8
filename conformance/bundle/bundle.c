/* SPDX-License-Identifier: Apache-2.0 */
/* bundle.md#container-format, and what any reader of config.json must refuse or accept (config.md).
 */
#include "conform.h"

CONFORM_CASE(bundle, without_configuration_is_refused) = {
	.title = "a bundle without config.json is refused",
	REQS(REQ_BUNDLE_CONFIG_PRESENT),
	MUTANTS("cli:always-ok"),
	STEPS(REMOVE_FILE("config.json"), CREATE(FAIL), STATE(FAIL)),
};

/* What lies beside the right place is complete and valid in these two: a runtime that takes it has
 * a container. */
CONFORM_CASE(bundle, configuration_in_a_sub_directory_does_not_count) = {
	.title = "a config.json below the bundle's top does not count",
	REQS(REQ_BUNDLE_CONFIG_IN_ROOT),
	MUTANTS("cli:takes-near-names", "cli:always-ok"),
	FILES(DIR_AT("../sub")),
	STEPS(MOVE_FILE("config.json sub/config.json"), CREATE(FAIL), STATE(FAIL)),
};

CONFORM_CASE(bundle, name_of_the_configuration_is_exact) = {
	.title = "a file of almost the right name is not the configuration",
	REQS(REQ_BUNDLE_CONFIG_NAME_EXACT),
	MUTANTS("cli:takes-near-names", "cli:always-ok"),
	VARY("\"Config.json\"", "\"config.JSON\"", "\"config\"", "\"config.json~\""),
	STEPS(MOVE_FILE("config.json @V@"), CREATE(FAIL), STATE(FAIL)),
};

CONFORM_CASE(config, text_that_is_not_json_is_refused) = {
	.title = "a config.json that is not JSON is refused",
	REQS(REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("cli:always-ok"),
	VARY("\"\"", "\"{\"", "\"null\"", "\"[]\"", "\"7\"", "\"{} {}\"",
	     "\"{\\\"ociVersion\\\": 1.0.2}\"", "\"{'ociVersion': '1.0.2'}\""),
	CONFIG(RAW("@V@")),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(config, text_that_is_not_utf8_is_refused) = {
	.title = "a config.json with bytes that are not UTF-8 is refused",
	REQS(REQ_JSON_UTF8),
	MUTANTS("cli:always-ok"),
	/* the annotation's value: a lone continuation byte, an overlong slash */
	CONFIG(RAW("{\"ociVersion\":\"1.0.2\",\"annotations\":{\"a\":\"\x80\xc0\xaf\"},"
		   "\"process\":{\"user\":{\"uid\":0,\"gid\":0},"
		   "\"args\":[\"/conform-probe\",\"@ASK@\"],\"cwd\":\"/\"},"
		   "\"root\":{\"path\":\"rootfs\"},\"linux\":{\"namespaces\":["
		   "{\"type\":\"mount\"},{\"type\":\"pid\"}],\"cgroupsPath\":\"@CGROUP@\"}}")),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(config, repeated_names_are_refused) = {
	.title = "a config.json with the same name twice in one object is refused",
	REQS(REQ_JSON_NO_DUPLICATE_NAMES),
	MUTANTS("cli:always-ok"),
	CONFIG(RAW("{\"ociVersion\":\"1.0.2\","
		   "\"process\":{\"user\":{\"uid\":0,\"gid\":0},\"cwd\":\"/tmp\","
		   "\"args\":[\"/conform-probe\",\"@ASK@\"],\"cwd\":\"/\"},"
		   "\"root\":{\"path\":\"rootfs\"},\"linux\":{\"namespaces\":["
		   "{\"type\":\"mount\"},{\"type\":\"pid\"}],\"cgroupsPath\":\"@CGROUP@\"}}")),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(config, order_of_members_is_free) = {
	.title = "members in another order give the same container",
	REQS(REQ_JSON_MEMBER_ORDER_IRRELEVANT),
	MUTANTS("cli:create-fails"),
	CONFIG(RAW("{\"linux\":{\"cgroupsPath\":\"@CGROUP@\",\"namespaces\":["
		   "{\"type\":\"mount\"},{\"type\":\"pid\"},{\"type\":\"uts\"}]},"
		   "\"mounts\":[{\"options\":[\"bind\"],\"source\":\"@CASE@/io\","
		   "\"destination\":\"/conform-io\"},{\"source\":\"proc\",\"type\":\"proc\","
		   "\"destination\":\"/proc\"}],\"hostname\":\"backwards\","
		   "\"root\":{\"path\":\"rootfs\"},"
		   "\"process\":{\"cwd\":\"/tmp\",\"args\":[\"/conform-probe\",\"@ASK@\"],"
		   "\"user\":{\"gid\":0,\"uid\":0}},\"ociVersion\":\"1.0.2\"}")),
	INSIDE(FACT("uts.nodename", "backwards"), FACT("process.cwd", "/tmp")),
};

CONFORM_CASE(config, oci_version_absent_is_refused) = {
	.title = "a configuration without ociVersion is refused",
	REQS(REQ_CONFIG_OCIVERSION_FIELD),
	MUTANTS("set:/ociVersion=\"1.0.2\""),
	CONFIG(DEL("/ociVersion")),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(config, oci_version_of_another_type_is_refused) = {
	.title = "an ociVersion that is no string is refused",
	REQS(REQ_CONFIG_OCIVERSION_FIELD, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("set:/ociVersion=\"1.0.2\""),
	VARY("1", "{}", "[\"1.0.2\"]"),
	CONFIG(SET("/ociVersion", "@V@")),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(config, oci_version_that_is_no_version_is_refused) = {
	.title = "an ociVersion that is not a semantic version is refused",
	REQS(REQ_CONFIG_OCIVERSION_SEMVER, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("set:/ociVersion=\"1.0.2\""),
	VARY("\"\"", "\"1.0\"", "\"v1.0.2\"", "\"invalid\"", "\"1.0.2.3\"", "\"01.0.2\"",
	     "\"1.0.2 \""),
	CONFIG(SET("/ociVersion", "@V@")),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(config, older_minor_versions_are_accepted) = {
	.title = "a configuration of version 1.0.0 is accepted",
	REQS(REQ_CONFIG_OCIVERSION_BACKWARD_COMPAT),
	.accepts = true,
	MUTANTS("set:/ociVersion=\"invalid version\"", "cli:create-fails"),
	VARY("\"1.0.0\"", "\"1.0.1\"", "\"1.0.2\""),
	CONFIG(SET("/ociVersion", "@V@")),
	INSIDE(FACT("process.cwd", "/")),
};

CONFORM_CASE(config, unknown_properties_are_ignored) = {
	.title = "properties that nobody knows, at any level, change nothing and are no error",
	REQS(REQ_CONFIG_UNKNOWN_PROPERTY_IGNORED),
	MUTANTS("cli:create-fails"),
	CONFIG(SET("/x-unknown", {"deep": [1, 2, {"er": null}]}), SET("/process/x-unknown", true),
	       SET("/root/x-unknown", "text"), SET("/linux/x-unknown", []),
	       SET("/process/user/x-unknown", 1.5)),
	INSIDE(FACT("process.cwd", "/")),
};

CONFORM_CASE(config, unknown_properties_are_no_error) = {
	.title = "a property that nobody knows does not make create fail",
	REQS(REQ_CONFIG_UNKNOWN_PROPERTY_NO_ERROR),
	MUTANTS("cli:create-fails"),
	CONFIG(SET("/org.example.unknown", {"a": 1})),
	STEPS(CREATE(OK), START(OK), WAIT_EXIT, DELETE(OK)),
};

CONFORM_CASE(config, wrong_type_is_refused) = {
	.title = "a property of a wrong JSON type is refused",
	REQS(REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("cli:always-ok"),
	VARY("\"/process/cwd=7\"", "\"/process/args=\\\"/conform-probe\\\"\"",
	     "\"/process/env={}\"", "\"/mounts={}\"", "\"/root/readonly=\\\"true\\\"\"",
	     "\"/process/terminal=0\"", "\"/hostname=5\"", "\"/linux=[]\"",
	     "\"/linux/namespaces={}\"", "\"/process/noNewPrivileges=\\\"yes\\\"\"",
	     "\"/process/oomScoreAdj=\\\"5\\\"\"", "\"/linux/resources=7\"", "\"/process/user=0\"",
	     "\"/linux/maskedPaths=\\\"/x\\\"\"", "\"/annotations=[]\"", "\"/hooks=[]\""),
	STEPS(EDIT_CONFIG("@V@"), CREATE(FAIL), STATE(FAIL)),
};

CONFORM_CASE(annotations, value_that_is_no_string_is_refused) = {
	.title = "an annotation whose value is not a string is refused",
	REQS(REQ_ANNOTATION_VALUE_STRING, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/annotations"),
	VARY("1", "true", "null", "[]", "{}"),
	CONFIG(SET("/annotations", {"org.example.key": "@V@"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(annotations, empty_key_is_refused) = {
	.title = "an annotation with an empty key is refused",
	REQS(REQ_ANNOTATION_KEY_NOT_EMPTY, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/annotations"),
	CONFIG(SET("/annotations", {"": "value"})),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(annotations, list_is_refused) = {
	.title = "annotations that are not an object are refused",
	REQS(REQ_ANNOTATION_KEY_VALUE_MAP, REQ_CONFIG_INVALID_VALUE_ERROR),
	MUTANTS("drop:/annotations"),
	VARY("[\"a\"]", "\"a\"", "7"),
	CONFIG(SET("/annotations", "@V@")),
	.rejected_at = REJECTED_AT_CREATE,
};

CONFORM_CASE(config, newer_minor_version_is_refused_or_works) = {
	.title = "a newer minor version than anybody has is an error, or what is known of it works",
	REQS(REQ_CONFIG_OCIVERSION_NEWER_MINOR),
	.either = true,
	.refusal = "version",
	MUTANTS("drop:/hostname"),
	CONFIG(SET("/ociVersion", "1.99.0"), SET("/hostname", "probe-host")),
	INSIDE(FACT("uts.nodename", "probe-host")),
};

CONFORM_CASE(config, linux_may_be_absent) = {
	.title = "a configuration without linux is one, whether the runtime takes it or not",
	REQS(REQ_CONFIG_LINUX_PLATFORM),
	.either = true,
	.refusal = "linux",
	MUTANTS("cli:run-on-host"),
	CONFIG(DEL("/linux"), SET("/mounts", [])),
	INSIDE(FACT("path:/conform-probe#/type", "reg"), FACT_NOT_HOST("root.inode")),
};
