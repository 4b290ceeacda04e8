/* SPDX-License-Identifier: Apache-2.0 */
/* The values of a tree together with what the field table says of each. */
#ifndef FUZZ_SPOTS_H
#define FUZZ_SPOTS_H

#include "fields.h"
#include "json.h"

/* One value. What the table does not know (below unknown members, or of a wrong type) has neither
 * field nor object. */
struct spot {
	struct json **slot;	   /* where the pointer to it stands */
	struct json *parent;	   /* NULL: the whole document */
	size_t index;		   /* in the parent */
	const struct field *field; /* its field, or the one whose list or map it is an element of */
	bool element; /* an element of a list or map, not the value of the field itself */
	const struct field_obj *obj; /* the type of object that belongs here */
};

/* Calls @fn for every value of *@root, a document of @o, each before what it holds, until it
 * returns non-zero, which is returned. */
int spots_walk(struct json **root, const struct field_obj *o,
	       int (*fn)(const struct spot *s, void *arg), void *arg);

/* Takes out the members that the table does not know and, with @nulls, those that are null. */
void spots_prune(struct json **root, const struct field_obj *o, bool nulls);

/* Takes the value out of its parent, which has to have one. */
void spot_drop(const struct spot *s);

/* Whether the value is of the type that its field asks for; true where the table does not know. */
bool spot_fits(const struct spot *s);

#endif
