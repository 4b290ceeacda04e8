/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conform-probe: tells what it sees from where it was started, and tries what it is asked to try.
 * It judges nothing and knows no expected value.
 */
#include "probe.h"

#include "spoil.h"
#include "str.h"
#include "version.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The vocabulary, one `fact NAME` or `action NAME` a line; a colon where a parameter follows. */
static int list_run(struct probe *p)
{
	struct out *o = &p->out;

	out_init(o, p->text, sizeof(p->text));
	o->channels[0].fd = STDOUT_FILENO;
	for (size_t t = 0; vocabulary_facts[t]; t++) {
		for (const struct fact *f = vocabulary_facts[t]; f->name; f++) {
			out_raw(o, "fact ");
			out_raw(o, f->name);
			out_raw(o, f->kind == FACT_PARAM ? ":\n" : "\n");
		}
	}
	for (size_t t = 0; vocabulary_actions[t]; t++) {
		for (const struct action *a = vocabulary_actions[t]; a->name; a++) {
			out_raw(o, "action ");
			out_raw(o, a->name);
			out_raw(o, ":\n");
		}
	}
	out_finish(o);
	return o->channels[0].fd < 0;
}

static int usage(void)
{
	(void)dprintf(
		STDERR_FILENO,
		"usage: conform-probe --ask='NONCE\nFACT\nACTION\n...'\n"
		"       conform-probe --hook=NAME DIRECTORY [exit:N] [sleep:S] [kill] [noread] "
		"[delay:MS] [after:N]\n"
		"                     [ask:FACT] [cgroups:PATH]\n"
		"       conform-probe --facts=FACT,FACT...\n"
		"       conform-probe --spoil=WHAT ...\n"
		"       conform-probe --list | --version | --euid | --exit=N\n");
	return 2;
}

/* Facts by name, separated by commas, as one JSON object to standard output: for a process that
 * somebody starts beside the one that was asked. */
static int facts_run(struct probe *p, const char *names)
{
	struct out *o = &p->out;

	out_init(o, p->text, sizeof(p->text));
	o->channels[0].fd = STDOUT_FILENO;
	out_open(o, '{');
	while (*names) {
		size_t n = strcspn(names, ",");
		const char *parameter;
		const struct fact *f;
		char name[256];

		if (n >= sizeof(name))
			return usage();
		memcpy(name, names, n);
		name[n] = '\0';
		out_key(o, name);
		f = vocabulary_find_fact(name, &parameter);
		if (f)
			f->report(p, parameter);
		else
			out_error_text(o, "unknown fact");
		names += n + (names[n] == ',');
	}
	out_close(o, '}');
	out_raw(o, "\n");
	out_finish(o);
	return o->channels[0].fd < 0;
}

int main(int argc, char **argv, char **envp)
{
	static struct probe p; /* too large for a stack that may be limited */
	const char *mode;
	uint64_t status;

	/* a lie, which stands for what the runtime has done before */
	while (argc > 1 && str_starts(argv[1], "--spoil=")) {
		if (spoil_apply(argv[1] + strlen("--spoil=")) < 0)
			return usage();
		argv[1] = argv[0];
		argv++;
		argc--;
	}
	mode = argc > 1 ? argv[1] : "";
	/* before anything else, even before descriptors 0 to 2 are made good: this is the evidence
	 */
	self_take(&p, argc, argv, envp);
	if (str_starts(mode, "--ask="))
		return ask_run(&p, mode + strlen("--ask="));
	if (str_starts(mode, "--facts="))
		return facts_run(&p, mode + strlen("--facts="));
	if (str_starts(mode, "--hook="))
		return hook_run(&p);
	if (str_eq(mode, "--list"))
		return list_run(&p);
	if (str_eq(mode, "--euid"))
		return dprintf(STDOUT_FILENO, "%u", geteuid()) < 0;
	if (str_starts(mode, "--exit=") && str_to_u64(mode + strlen("--exit="), 255, &status) == 0)
		return (int)status;
	if (str_eq(mode, "--version"))
		return dprintf(STDOUT_FILENO, "conform-probe %s (%s)\n", CONFORM_VERSION,
			       CONFORM_COMMIT) < 0;
	return usage();
}
