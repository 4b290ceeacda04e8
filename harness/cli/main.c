/* SPDX-License-Identifier: Apache-2.0 */
#include "cli_mutants.h"
#include "cli_validate.h"
#include "commands.h"
#include "fd.h"
#include "str.h"
#include "version.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} commands[] = {
	{"lie", cli_lie},	    {"mutants", cli_mutants}, {"validate", cli_validate},
	{"coverage", cli_coverage}, {"lint", cli_lint},
};

/* Whoever starts us may ignore SIGCHLD, and then no child can be waited for; or block signals that
 * end a run in good order. */
static void reset_signals(void)
{
	sigset_t none;

	(void)signal(SIGCHLD, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Who has no standard output hears nothing: what is written there is an error, as it would be if
 * nothing stood in its place. */
static void fill_stdio(void)
{
	int missing = fd_fill_stdio(), null;

	if (missing < 0 || !(missing & 1 << STDOUT_FILENO))
		return;
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null >= 0)
		(void)dup2(null, STDOUT_FILENO);
	fd_close(&null);
}

int main(int argc, char **argv)
{
	struct cli_options o;
	struct err e = {0};

	/* a lie stands between a caller and a runtime, which gets what the caller has */
	if (argc < 2 || !str_eq(argv[1], "lie")) {
		reset_signals();
		/* a file that is opened must not become the standard output of a caller who has
		 * none */
		fill_stdio();
	}
	for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (str_eq(argv[1], commands[i].name))
			return commands[i].run(argc - 1, argv + 1);
	}
	if (cli_options_parse(argc, argv, cli_usual_jobs(), &o, &e) < 0) {
		(void)fprintf(stderr, "conform: %s (see conform --help)\n", e.msg);
		return EXIT_USAGE;
	}
	if (o.help) {
		return cli_puts(cli_usage);
	}
	if (o.version) {
		return cli_puts("conform version " CONFORM_VERSION "\ncommit: " CONFORM_COMMIT
				"\nspec: 1.3.0\n");
	}
	if (o.list || o.dry_run)
		return cli_list(&o);
	return cli_run(&o, argv[0]);
}
