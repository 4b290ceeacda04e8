/* SPDX-License-Identifier: Apache-2.0 */
#include "case_output.h"

#include "cleanup.h"
#include "rootfs.h"
#include "str.h"

#include <stdlib.h>
#include <string.h>

char *hx_case_text(struct case_ctx *c, const char *name, size_t *ret_len)
{
	char *text = NULL;
	size_t len = 0;

	if (fd_read_regular_at(c->dir_fd, name, OBS_MAX_BYTES, &text, &len, NULL) < 0) {
		text = strdup("");
		len = 0;
	}
	if (ret_len)
		*ret_len = len;
	return text;
}

char *hx_case_stdout(struct case_ctx *c)
{
	char *text;

	if (c->console.loop) {
		hx_console_drain(&c->console);
		return strdup(c->console.output.buf ? c->console.output.buf : "");
	}
	text = hx_case_text(c, HX_FILE_STDOUT, NULL);
	/* `run` writes where the runtime's own output goes */
	if (text && !*text && c->calls[CALL_CLI].out) {
		free(text);
		text = strdup(c->calls[CALL_CLI].out);
	}
	return text;
}

bool hx_case_probe_has_run(struct case_ctx *c)
{
	cleanup_free char *out = hx_case_text(c, HX_DIR_IO "/out", NULL);
	cleanup_free char *std = hx_case_text(c, HX_FILE_STDOUT, NULL);
	cleanup_free char *head = str_format("conform-probe 1 %s", c->nonce);

	return (out && *out) || (std && head && strstr(std, head));
}
