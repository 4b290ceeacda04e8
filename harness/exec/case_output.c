/* SPDX-License-Identifier: Apache-2.0 */
#include "case_output.h"

#include "cleanup.h"
#include "rootfs.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

char *hx_case_text(struct case_ctx *c, const char *name)
{
	char *text = NULL;
	size_t len;

	if (fd_read_regular_at(c->dir_fd, name, OBS_MAX_BYTES, &text, &len, NULL) < 0)
		return strdup("");
	return text;
}

char *hx_case_stdout(struct case_ctx *c)
{
	char *text;

	if (c->console.loop) {
		hx_console_drain(&c->console);
		return strdup(c->console.output.buf ? c->console.output.buf : "");
	}
	text = hx_case_text(c, HX_FILE_STDOUT);
	/* `run` writes where the runtime's own output goes */
	if (text && !*text && c->calls[CALL_CLI].out) {
		free(text);
		text = strdup(c->calls[CALL_CLI].out);
	}
	return text;
}

bool hx_case_probe_has_run(struct case_ctx *c)
{
	cleanup_free char *out = hx_case_text(c, HX_DIR_IO "/out");
	cleanup_free char *std = hx_case_text(c, HX_FILE_STDOUT);
	cleanup_free char *head = str_format("conform-probe 1 %s", c->nonce);

	return (out && *out) || (std && head && strstr(std, head));
}
