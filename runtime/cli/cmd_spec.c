/* SPDX-License-Identifier: Apache-2.0 */
#include "cleanup.h"
#include "cli.h"
#include "fd.h"

#include <fcntl.h>

static struct spec_flags {
	const char *bundle;
	bool rootless, help;
} flags;
static const struct option options[] = {
	{"bundle", 'b', OPTION_TEXT, offsetof(struct spec_flags, bundle), "DIR",
	 "where to write (default: the current directory)"},
	{"rootless", 0, OPTION_FLAG, offsetof(struct spec_flags, rootless), NULL,
	 "for a caller who is not root"},
	{"help", 'h', OPTION_FLAG, offsetof(struct spec_flags, help), NULL, "show this"},
	OPTION_END,
};

static int run(struct cli *cli, void *f, int argc, char **argv, struct err *e)
{
	const struct spec_flags *s = f;
	const char *bundle = s->bundle ? s->bundle : ".";
	CLEANUP(strbuf_done) struct strbuf text = STRBUF_INIT;
	cleanup_fd int dir = FD_NONE;
	cleanup_fd int fd = FD_NONE;
	int r;

	(void)cli;
	(void)argc;
	(void)argv;
	cfg_print_default(s->rootless, &text);
	if (text.oom)
		return err_set(e, ENOMEM, "config.json: %m");
	dir = open(bundle, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return err_set(e, errno, "open bundle '%s': %m", bundle);
	fd = openat(dir, "config.json", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (fd < 0 && errno == EEXIST)
		return err_set(e, EEXIST, "file config.json exists; remove it first");
	if (fd < 0)
		return err_set(e, errno, "make '%s/config.json': %m", bundle);
	r = fd_write_all(fd, text.buf, text.len);
	return r < 0 ? err_set(e, -r, "write '%s/config.json': %m", bundle) : 0;
}

const struct cli_command cli_spec = {
	.name = "spec",
	.arguments = "",
	.summary = "write a config.json to begin with",
	.options = options,
	.min_args = 0,
	.max_args = 0,
	.run = run,
	.flags = &flags,
	.help = &flags.help,
	.stateless = true,
};
