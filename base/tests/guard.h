/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every test program (conform_test() links this in) runs below a guardian, a process that no killer
 * of the test finds among its children: however the test ends, by its time limit's SIGKILL too, its
 * processes are ended, the cgroups that bear its name and the directories of mkdtemp(3) removed.
 * Mounts are the business of the test's own mount namespace, which ends with the processes.
 */
#ifndef TESTS_GUARD_H
#define TESTS_GUARD_H

/* "refrun-test-<number>x": of this program alone, and part of the name of each cgroup that it makes
 * or lets a runtime make. */
const char *guard_name(void);
/* A directory below /tmp of this program alone. */
const char *guard_dir(void);

#endif
