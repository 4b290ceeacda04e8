/* SPDX-License-Identifier: Apache-2.0 */
/* Log records in the two forms of logrus, which runc's callers read: one line, one write(2). */
#include "cleanup.h"
#include "cli.h"
#include "fd.h"
#include "proc.h"
#include "timestamp.h"

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int cli_log_open(struct cli *cli, struct err *e)
{
	const char *format = cli->log_format;

	if (format && !str_eq(format, "text") && !str_eq(format, "json"))
		return err_set(e, EINVAL, "invalid log-format: %s (text or json)", format);
	cli->log.json = str_eq(format, "json");
	cli->log.debug = cli->debug;
	if (!cli->log_path)
		return 0;
	/* O_NONBLOCK: a FIFO without a reader is an error, and one whose reader is slow holds
	 * nobody up */
	cli->log.fd = open(cli->log_path,
			   O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0644);
	if (cli->log.fd < 0) {
		int num = errno;

		cli->log.fd = FD_NONE;
		return err_set(e, num, "open log '%s': %m", cli->log_path);
	}
	return 0;
}

/* Quoted as JSON is: what a container can put into a message stays one harmless line. Of control
 * characters JSON itself escapes those of ASCII but for DEL. */
static void add_quoted(struct strbuf *b, const char *text)
{
	CLEANUP(strbuf_done) struct strbuf q = STRBUF_INIT;

	strbuf_add_json(&q, text, strlen(text));
	b->oom = b->oom || q.oom;
	for (size_t i = 0; !b->oom && i < q.len;) {
		size_t n = str_control_char(q.buf + i, q.len - i);

		/* U+0080 to U+009F have their number in the second byte */
		if (n)
			strbuf_addf(b, "\\u00%02x", (unsigned int)(unsigned char)q.buf[i + n - 1]);
		else
			strbuf_addc(b, q.buf[i]);
		i += n ? n : 1;
	}
}

/* Conmon and people read standard error, not the log. */
static void tell(const char *text)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;

	strbuf_add_line(&b, text);
	strbuf_addc(&b, '\n');
	if (!b.oom)
		(void)fd_write_all(STDERR_FILENO, b.buf, b.len);
}

void cli_log_write(const struct cli_log *log, const char *level, const char *text)
{
	CLEANUP(strbuf_done) struct strbuf b = STRBUF_INIT;
	bool to_file = log->fd >= 0;
	struct proc_sigpipe held;
	struct timespec ts = {0};
	char when[TIMESTAMP_SIZE];

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	(void)timestamp_print(&ts, 0, when);
	if (log->json) {
		strbuf_addf(&b, "{\"level\":\"%s\",\"msg\":", level);
		add_quoted(&b, text);
		strbuf_addf(&b, ",\"time\":\"%s\"}\n", when);
	} else {
		strbuf_addf(&b, "time=\"%s\" level=%s msg=", when, level);
		add_quoted(&b, text);
		strbuf_addc(&b, '\n');
	}
	/* half of something would be left of a container, were a word about it the end */
	proc_hold_sigpipe(&held);
	if (!b.oom)
		(void)fd_write_all(to_file ? log->fd : STDERR_FILENO, b.buf, b.len);
	if (to_file && str_eq(level, "error"))
		tell(text);
	proc_release_sigpipe(&held);
}

static void warn(void *arg, const char *text)
{
	const struct cli_log *log = arg;

	cli_log_write(log, "warning", text);
}

struct rt_log cli_rt_log(struct cli *cli)
{
	return (struct rt_log){.warn = warn, .arg = &cli->log, .fd = cli->log.fd};
}
