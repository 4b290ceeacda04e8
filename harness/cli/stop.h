/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_STOP_H
#define CLI_STOP_H

/* The signal that is to end the run; 0: none has come. */
extern volatile int cli_stop_signal;

/* From here on SIGINT, SIGTERM and SIGHUP are noted there, but for those that are ignored already,
 * as nohup(1) has it: they stay so. A reader that goes away is an error of write(2). */
void cli_stop_catch(void);

/* Says for @program that it has come, and returns the exit status that it makes. */
int cli_stop_status(const char *program);

#endif
