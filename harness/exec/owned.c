/* SPDX-License-Identifier: Apache-2.0 */
#include "owned.h"

#include "cleanup.h"
#include "fd.h"
#include "settings.h"
#include "str.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#define ENTRIES	  64
#define NAME_LEN  128
#define VALUE_LEN 256

/* A process may be killed at any moment: an entry counts once it is wholly written. */
enum { FREE, BEING_WRITTEN, WRITTEN };

struct entry {
	atomic_int state;
	int index;
	char name[NAME_LEN], value[VALUE_LEN];
};

struct hx_owned {
	struct entry entries[ENTRIES];
};

bool hx_owns(const char *const *owns, const char *what)
{
	for (const char *const *o = owns; o && *o; o++) {
		if (str_eq(*o, what))
			return true;
	}
	return false;
}

struct hx_owned *hx_owned_new(void)
{
	void *p = mmap(NULL, sizeof(struct hx_owned), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

int hx_owned_put(struct hx_owned *o, int index, const char *name, const char *value)
{
	if (!o || hx_setting_is_of_a_namespace(name))
		return 0;
	if (strlen(name) >= NAME_LEN || strlen(value) >= VALUE_LEN)
		return -ENAMETOOLONG;
	for (size_t i = 0; i < ENTRIES; i++) {
		struct entry *n = &o->entries[i];
		int expected = FREE;

		if (!atomic_compare_exchange_strong(&n->state, &expected, BEING_WRITTEN))
			continue;
		n->index = index;
		(void)snprintf(n->name, sizeof(n->name), "%s", name);
		(void)snprintf(n->value, sizeof(n->value), "%s", value);
		atomic_store(&n->state, WRITTEN);
		return 0;
	}
	return -ENOSPC;
}

static bool put_back(const struct entry *n)
{
	cleanup_free char *path = str_format("/proc/sys/%s", n->name);
	cleanup_free char *now = NULL;
	size_t len;

	if (!path)
		return false;
	if (fd_read_file_at(AT_FDCWD, path, VALUE_LEN, &now, &len, NULL) == 0 &&
	    str_eq(now, n->value))
		return true;
	return fd_write_file_at(AT_FDCWD, path, n->value, strlen(n->value), NULL) >= 0;
}

size_t hx_owned_restore(struct hx_owned *o, int index)
{
	size_t failed = 0;

	for (size_t i = 0; o && i < ENTRIES; i++) {
		struct entry *n = &o->entries[i];

		if (atomic_load(&n->state) != WRITTEN ||
		    (index != HX_OWNED_ANY && n->index != index))
			continue;
		failed += !put_back(n);
		atomic_store(&n->state, FREE);
	}
	return failed;
}
