/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a run must leave as it was on the whole host, and no case can be blamed for, as cases run
 * beside each other: the settings below /proc/sys that belong to no namespace, and the cgroups at
 * the roots of the hierarchies. Somebody else on the host may change both meanwhile.
 */
#ifndef HOST_SETTINGS_H
#define HOST_SETTINGS_H

#include "cgroups.h"
#include "err.h"
#include "json.h"

#include <stdbool.h>

/* {"vm/swappiness":"60\n", ...}: what root can write in vm, kernel and fs and does not move by
 * itself. The caller frees. 0 or -errno. */
int hx_settings_read(struct json **ret, struct err *e);

/*
 * Appends a sentence to @changes for each that is another than in @before, and puts it back. Other
 * runs on the host may have one changed for a moment, which is waited for. 0 or -ENOMEM.
 */
int hx_settings_put_back(const struct json *before, struct json *changes);

/*
 * Appends a sentence for each cgroup at the root of a hierarchy that was not there when @c was read
 * and in which, now and a moment later, no process is. What bears the name of a run is not looked
 * at: it is that run's. None is removed, for it may be somebody else's. 0 or -ENOMEM.
 */
int hx_settings_new_cgroups(const struct hx_cgroups *c, struct json *changes);

/* Whether each network, IPC or UTS namespace has one of its own by that name: there the same name
 * is another thing. */
bool hx_setting_is_of_a_namespace(const char *name);

/*
 * Whoever changes such a setting, to put it back, or looks whether they are as they were, holds
 * this lock of the host's; who looks does not shut out others who do (@shared). Who does not get it
 * in time goes on without: FD_NONE. It is given up by closing the descriptor.
 */
int hx_settings_lock(bool shared);

#endif
