/* SPDX-License-Identifier: Apache-2.0 */
/* What a configuration says of devices, read from its end: config-linux.md#allowed-device-list,
 * #default-devices, #devices. */
#ifndef FUZZ_DEVICES_NAIVE_H
#define FUZZ_DEVICES_NAIVE_H

#include "cfg_parse.h"
#include "devices_run.h"

/* Whether each rule, and each device with numbers, has types, access and numbers that exist. */
bool devices_are_known(const struct cfg_linux *l);

/* Whether all the access is allowed: for each letter the last that speaks of it decides, a device
 * of linux.devices before a default one, and that before the rules. */
bool devices_are_allowed(const struct cfg_linux *l, const struct device_access *a);

/* Some access to a device of which a rule, a device or a default has the major or minor number, or
 * one beside it. */
struct device_access devices_pick(const struct cfg_linux *l, uint64_t dice);

#endif
