/* SPDX-License-Identifier: Apache-2.0 */
#include "validate_options.h"

#include "catalogue.h"
#include "option_error.h"
#include "str.h"

#include <errno.h>
#include <getopt.h>

const char validate_usage[] =
	"usage: conform validate [--json] [--target=1.0|1.1|1.2|1.3] "
	"[--kind=config|state|features]\n"
	"                        [--level=must|should] PATH...\n"
	"\n"
	"Judges documents of the OCI runtime specification without running anything. PATH is a\n"
	"config.json, a state or a features document (told apart by their members, or by --kind), "
	"a\n"
	"bundle directory, or - for standard input. Each finding is one line:\n"
	"\n"
	"  file:line:col: pointer: message [requirement, LEVEL]\n"
	"\n"
	"without the last where the text is not JSON. Where there are more than are listed, a "
	"last line\n"
	"says so.\n"
	"\n"
	"  --json          print one JSON document instead: {\"target\", \"documents\": "
	"[{\"file\", \"kind\",\n"
	"                  \"valid\", \"cut\", \"findings\": [{\"line\", \"column\", "
	"\"pointer\", \"message\",\n"
	"                  \"requirement\", \"level\", \"severity\"}]}], \"unreadable\": "
	"[{\"file\", \"error\"}]};\n"
	"                  line and column are 0 for what stands nowhere in the text, requirement "
	"and\n"
	"                  level are null for text that is not JSON, severity is error or "
	"warning, cut\n"
	"                  is true where there are more findings than are listed\n"
	"  --target=1.x    hold the documents against that version of the specification (default "
	"1.3)\n"
	"  --kind=K        take every file for a document of that kind\n"
	"  --level=must    print errors alone: leave out what a document only should do\n"
	"  -h, --help      print this\n"
	"\n"
	"A document of more than 16 MiB, or with more than 64 levels in each other, is not "
	"read.\n"
	"\n"
	"Exit status: 0 valid, 1 findings, 2 wrong usage or something that cannot be read.\n";

static const struct option long_options[] = {
	{"json", no_argument, NULL, 'j'},	{"target", required_argument, NULL, 't'},
	{"kind", required_argument, NULL, 'k'}, {"level", required_argument, NULL, 'l'},
	{"help", no_argument, NULL, 'h'},	{NULL, 0, NULL, 0},
};

const char *validate_kind_name(enum cfg_kind kind)
{
	switch (kind) {
	case CFG_STATE:
		return "state";
	case CFG_FEATURES:
		return "features";
	default:
		return "config";
	}
}

static int set_kind(struct validate_options *o, const char *name, struct err *e)
{
	static const enum cfg_kind kinds[] = {CFG_CONFIG, CFG_STATE, CFG_FEATURES};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (str_eq(name, validate_kind_name(kinds[i]))) {
			o->kind = kinds[i];
			o->kind_forced = true;
			return 0;
		}
	}
	return err_set(e, EINVAL, "--kind is config, state or features, not %s", name);
}

static int set_option(struct validate_options *o, int option, const char *value, struct err *e)
{
	int minor;

	switch (option) {
	case 't':
		if (catalogue_target_parse(value, &minor) < 0)
			return err_set(e, EINVAL, "--target is 1.0, 1.1, 1.2 or 1.3, not %s",
				       value);
		o->target = value;
		o->options.target = VAL_TARGET_MIN + minor;
		return 0;
	case 'k':
		return set_kind(o, value, e);
	case 'l':
		o->must_only = str_eq(value, "must");
		return o->must_only || str_eq(value, "should")
			       ? 0
			       : err_set(e, EINVAL, "--level is must or should, not %s", value);
	default:
		o->json = true;
		return 0;
	}
}

int validate_options_parse(int argc, char **argv, struct validate_options *ret, struct err *e)
{
	struct validate_options o = {.options = {.target = VAL_TARGET_LATEST}, .target = "1.3"};
	int option, r = 0;

	optind = 0; /* the caller may have read options of its own */
	opterr = 0;
	while (r == 0 && (option = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
		if (option == 'h') {
			*ret = (struct validate_options){.help = true};
			return 0;
		}
		if (option == '?' || option == ':')
			return cli_option_error(option, argv, long_options, e);
		r = set_option(&o, option, optarg, e);
	}
	if (r < 0)
		return r;
	if (optind == argc)
		return err_set(e, EINVAL, "no PATH is given");
	o.paths = argv + optind;
	*ret = o;
	return 0;
}
