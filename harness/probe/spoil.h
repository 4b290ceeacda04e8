/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The state in which a careless runtime would start the probe: a lie (docs/mutants.md) puts
 * `--spoil=WHAT` before the probe's other arguments, and the probe spoils its own state before it
 * looks at anything. No case asks for it.
 */
#ifndef PROBE_SPOIL_H
#define PROBE_SPOIL_H

/* Spoils the state as @what says: block-signals, ignore-signals, keyring, fd:N, group:N,
 * securebits. 0 or -errno. */
int spoil_apply(const char *what);

#endif
