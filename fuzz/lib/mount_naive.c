/* SPDX-License-Identifier: Apache-2.0 */
#include "mount_naive.h"

#include "mount_api.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

struct pair {
	const char *on, *off;
	uint64_t bit;
};
static const struct pair attrs[] = {
	{"ro", "rw", MOUNT_ATTR_RDONLY},
	{"nosuid", "suid", MOUNT_ATTR_NOSUID},
	{"nodev", "dev", MOUNT_ATTR_NODEV},
	{"noexec", "exec", MOUNT_ATTR_NOEXEC},
	{"nodiratime", "diratime", MOUNT_ATTR_NODIRATIME},
	{"nosymfollow", "symfollow", MOUNT_ATTR_NOSYMFOLLOW},
};
static const struct pair modes[] = {
	{"noatime", "atime", MOUNT_ATTR_NOATIME},
	{"relatime", "norelatime", MOUNT_ATTR_RELATIME},
	{"strictatime", "nostrictatime", MOUNT_ATTR_STRICTATIME},
};
static const struct pair supers[] = {
	{"sync", "async", MS_SYNCHRONOUS},	 {"dirsync", "", MS_DIRSYNC},
	{"mand", "nomand", MS_MANDLOCK},	 {"iversion", "noiversion", MS_I_VERSION},
	{"lazytime", "nolazytime", MS_LAZYTIME}, {"silent", "loud", MS_SILENT},
};
static const char *const users[] = {"user", "users", "owner", "group"};
static const struct pair propagations[] = {
	{"private", "private", MS_PRIVATE},
	{"shared", "shared", MS_SHARED},
	{"slave", "slave", MS_SLAVE},
	{"unbindable", "unbindable", MS_UNBINDABLE},
};
static const char *const others[] = {"bind",   "rbind",	  "remount", "tmpcopyup", "idmap",
				     "ridmap", "auto",	  "noauto",  "nouser",	  "nousers",
				     "nofail", "_netdev", "noowner", "nogroup",	  "defaults"};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static bool is_one_of(const char *word, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(word, list[i]) == 0)
			return true;
	return false;
}

/* Is @word one half of the pair, or "r" and one half? 1 on, -1 off, 0 neither. */
static int says(const struct pair *p, const char *word, bool *ret_recursive)
{
	for (int r = 0; r < 2; r++) {
		const char *w = word + r;

		*ret_recursive = r == 1;
		if (r == 1 && word[0] != 'r')
			break;
		if (strcmp(w, p->on) == 0)
			return 1;
		if (strcmp(w, p->off) == 0)
			return -1;
	}
	return 0;
}

static bool is_pair(const char *word, const struct pair *list, size_t n, bool recursive)
{
	for (size_t i = 0; i < n; i++) {
		bool r;

		if (*word && says(&list[i], word, &r) && (!r || recursive))
			return true;
	}
	return false;
}

static bool is_user(const char *word, uint64_t bit)
{
	if (strcmp(word, "user") == 0 || strcmp(word, "users") == 0)
		return bit & (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC);
	return is_one_of(word, users, COUNT(users)) && bit & (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV);
}

/* From the last word to the first. "defaults" takes back what a word before it has switched on, as
 * far as that is no wish about the whole tree. */
static int attr_of(const struct pair *p, char *const *words, size_t n)
{
	const uint64_t by_default =
		MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
	bool tree_only = false, defaults = false;

	while (n-- > 0) {
		bool recursive = false;
		int what = says(p, words[n], &recursive);

		if (!what && is_user(words[n], p->bit)) {
			what = 1;
			recursive = false;
		}
		if (strcmp(words[n], "defaults") == 0 && p->bit & by_default)
			defaults = true;
		if (!what || (tree_only && !recursive))
			continue;
		if (recursive || what < 0 || !defaults)
			return what;
		tree_only = true;
	}
	return 0;
}

/* A mode that a later word takes back counts as never said. Relatime is what the kernel falls back
 * to: a wish of it for the tree stands, whatever is taken back for the one mount. */
static void read_atime(struct mount_naive_part *ret, char *const *words, size_t n)
{
	bool tree_only = false, unwanted[2][COUNT(modes)] = {{false}};

	while (n-- > 0) {
		for (size_t i = 0; i < COUNT(modes); i++) {
			bool recursive = false;
			int what = says(&modes[i], words[n], &recursive);

			if (!what || (tree_only && !recursive))
				continue;
			if (what < 0) {
				ret->unwanted |= modes[i].bit;
				unwanted[0][i] = true;
				unwanted[1][i] |= recursive || modes[i].bit != MOUNT_ATTR_RELATIME;
				continue;
			}
			ret->has_atime = !unwanted[recursive][i];
			ret->atime = ret->has_atime ? modes[i].bit : 0;
			if (recursive || ret->has_atime)
				return;
			tree_only = true;
		}
	}
}

static void read_super(struct mount_naive *ret, char *const *words, size_t n)
{
	for (size_t i = 0; i < COUNT(supers); i++) {
		for (size_t k = n; k-- > 0;) {
			bool on = strcmp(words[k], supers[i].on) == 0;

			if (strcmp(words[k], "defaults") == 0 && supers[i].bit == MS_SYNCHRONOUS) {
				/* takes "sync" back and does not ask for "async" */
				while (k > 0 && strcmp(words[k], "sync") != 0 &&
				       strcmp(words[k], "async") != 0)
					k--;
				if (strcmp(words[k], "async") == 0)
					ret->super_off |= supers[i].bit;
				break;
			}
			if (!on && (!*words[k] || strcmp(words[k], supers[i].off) != 0))
				continue;
			*(on ? &ret->super : &ret->super_off) |= (unsigned long)supers[i].bit;
			break;
		}
	}
}

static bool is_known(const char *word)
{
	return is_pair(word, attrs, COUNT(attrs), true) ||
	       is_pair(word, modes, COUNT(modes), true) ||
	       is_pair(word, supers, COUNT(supers), false) ||
	       is_one_of(word, users, COUNT(users)) ||
	       is_pair(word, propagations, COUNT(propagations), true) ||
	       is_one_of(word, others, COUNT(others));
}

/* The last word that speaks of the whole tree. */
static int tree_attr_of(const struct pair *p, char *const *words, size_t n)
{
	bool recursive;
	int what = 0;

	while (n-- > 0 && !what) {
		what = says(p, words[n], &recursive);
		what = recursive ? what : 0;
	}
	return what;
}

/* The last word of all: none, if that is about the tree. */
static int top_attr_of(const struct pair *p, char *const *words, size_t n)
{
	for (size_t i = n; i-- > 0;) {
		bool recursive;

		if (says(p, words[i], &recursive) && recursive)
			return attr_of(p, words + i + 1, n - i - 1);
	}
	return attr_of(p, words, n);
}

static void put(struct mount_naive_part *ret, int what, uint64_t bit)
{
	ret->set |= what > 0 ? bit : 0;
	ret->clr |= what < 0 ? bit : 0;
}

/* The last word that switches a mode on, and those behind it that take one back. The tree does not
 * hear words about the one mount; that one hears all, and has no wish where the tree has one. */
static void read_atime_of(struct mount_naive_part *ret, bool tree, char *const *words, size_t n)
{
	const struct pair *on = NULL;

	for (size_t i = 0; i < n * COUNT(modes); i++) {
		const struct pair *p = &modes[i % COUNT(modes)];
		bool recursive;
		int what = says(p, words[i / COUNT(modes)], &recursive);

		if (!what || (tree && !recursive))
			continue;
		if (what > 0) {
			on = tree || !recursive ? p : NULL;
			ret->unwanted = 0;
			continue;
		}
		on = on == p ? NULL : on;
		ret->unwanted |= p->bit;
	}
	ret->has_atime = on;
	ret->atime = on ? on->bit : 0;
}

static void read_word(struct mount_naive *ret, const char *w)
{
	ret->bind |= strcmp(w, "bind") == 0 || strcmp(w, "rbind") == 0;
	ret->rbind |= strcmp(w, "rbind") == 0;
	ret->remount |= strcmp(w, "remount") == 0;
	ret->copyup |= strcmp(w, "tmpcopyup") == 0;
	if (strcmp(w, "idmap") == 0 || strcmp(w, "ridmap") == 0)
		ret->idmap = *w == 'r' ? MOUNT_IDMAP_TREE : MOUNT_IDMAP_TOP;
	for (size_t i = 0; i < COUNT(propagations); i++) {
		bool recursive;

		if (says(&propagations[i], w, &recursive))
			ret->propagation[ret->npropagation++] =
				(unsigned long)propagations[i].bit | (recursive ? MS_REC : 0);
	}
	if (!ret->error && ret->npropagation > MOUNT_PROPAGATIONS)
		ret->error = -E2BIG;
	if (!ret->error && strncmp(w, "X-mount.", 8) == 0 && strcmp(w, "X-mount.mkdir") != 0 &&
	    strncmp(w, "X-mount.mkdir=", 14) != 0)
		ret->error = -ENOTSUP;
	if (!is_known(w) && *w && strncmp(w, "x-", 2) != 0 && strncmp(w, "X-", 2) != 0 &&
	    strncmp(w, "comment=", 8) != 0)
		ret->data[ret->ndata++] = w;
}

struct mount_naive mount_naive_read(char *const *words, size_t count)
{
	struct mount_naive ret = {0};

	for (size_t i = 0; i < COUNT(attrs); i++) {
		put(&ret.flat, attr_of(&attrs[i], words, count), attrs[i].bit);
		put(&ret.top, top_attr_of(&attrs[i], words, count), attrs[i].bit);
		put(&ret.tree, tree_attr_of(&attrs[i], words, count), attrs[i].bit);
	}
	read_atime(&ret.flat, words, count);
	read_atime_of(&ret.top, false, words, count);
	read_atime_of(&ret.tree, true, words, count);
	read_super(&ret, words, count);
	for (size_t i = 0; i < count; i++)
		read_word(&ret, words[i]);
	return ret;
}

/* A mode that is wanted says which, so that those to leave are not looked at by @loose. */
static bool is_part(const struct mount_naive_part *n, const struct mount_attrs *a, bool loose)
{
	return n->set == a->set && n->clr == a->clr && n->has_atime == a->atime.wanted &&
	       (!n->has_atime || n->atime == a->atime.mode) &&
	       ((n->has_atime && loose) || n->unwanted == a->atime.unwanted);
}

bool mount_naive_is(const struct mount_naive *n, const struct mount_options *o)
{
	struct mount_attrs flat = mount_options_flat(o);

	if (!is_part(&n->flat, &flat, true) || !is_part(&n->top, &o->top, false) ||
	    !is_part(&n->tree, &o->tree, false) || n->super != o->super ||
	    n->super_off != o->super_off || n->bind != o->bind || n->rbind != o->rbind ||
	    n->remount != o->remount || n->copyup != o->tmpcopyup || n->idmap != o->idmap ||
	    n->npropagation != o->npropagation || n->ndata != o->ndata)
		return false;
	for (size_t i = 0; i < n->npropagation; i++)
		if (n->propagation[i] != o->propagation[i])
			return false;
	for (size_t i = 0; i < n->ndata; i++)
		if (strcmp(n->data[i], o->data[i]) != 0)
			return false;
	return true;
}
