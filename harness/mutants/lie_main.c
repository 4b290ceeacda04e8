/* SPDX-License-Identifier: Apache-2.0 */
#include "lie_main.h"

#include "cleanup.h"
#include "fd.h"
#include "str.h"
#include "tricks.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CONFIG_MAX  JSON_MAX_BYTES
#define EXIT_BROKEN 125 /* the wrapper itself failed */

static int write_config(const char *path, const char *text, size_t len)
{
	cleanup_fd int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	return fd < 0 ? -errno : fd_write_all(fd, text, len);
}

int liar_call_with_edit(const struct liar *l, const struct lie *lie, struct err *e)
{
	cleanup_free char *path = str_format("%s/config.json", l->bundle);
	CLEANUP(json_freep) struct json *config = NULL;
	cleanup_free char *truth = NULL;
	struct strbuf text = STRBUF_INIT;
	size_t len;
	int code, r;

	if (!path)
		return err_set(e, ENOMEM, "edit the configuration: %m");
	if (fd_read_file_at(AT_FDCWD, path, CONFIG_MAX, &truth, &len, NULL) < 0 ||
	    json_parse(truth, len, &config, NULL) < 0)
		return liar_become(l, e);
	r = lie_edit(lie, &config, l->bundle, e);
	if (r <= 0)
		return r < 0 ? r : liar_become(l, e);
	json_print(config, 0, &text);
	r = text.oom ? -ENOMEM : write_config(path, text.buf, text.len);
	strbuf_done(&text);
	if (r < 0)
		return err_set(e, -r, "write '%s': %m", path);
	code = liar_call(l, STDOUT_FILENO, FD_NONE, e);
	/* a runtime or a case that took the file away has the last word */
	r = write_config(path, truth, len);
	return code < 0 || r == 0 || r == -ENOENT ? code : err_set(e, -r, "write '%s': %m", path);
}

int lie_main(int argc, char **argv)
{
	CLEANUP(liar_done) struct liar l = {.real = NULL};
	struct err e = {0};
	int r = liar_parse(argc - 1, argv + 1, &l, &e);

	if (r == 0 && lie_is_cli(&l.lie))
		r = liar_trick(&l, &e);
	else if (r == 0 && (str_eq(l.command, "create") || str_eq(l.command, "run")))
		r = liar_call_with_edit(&l, &l.lie, &e);
	else if (r == 0)
		r = liar_become(&l, &e);
	if (r >= 0)
		return r;
	(void)fprintf(stderr, LIE_BROKEN_WORDS "%s\n", e.msg[0] ? e.msg : strerror(-r));
	return EXIT_BROKEN;
}
