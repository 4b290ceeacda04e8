/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the libFuzzer dictionary of an object of the table: every member name and every name of a
 * closed set, and the strings that the declared cases use; or, with --seed, a document of it that
 * has every field. */
#include "grow.h"
#include "str.h"
#include "table.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLAIN "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=./:,; "

static void print_token(const char *before, const char *name, const char *after)
{
	/* neither quotes nor backslashes are in a name of the table */
	printf("\"%s\\\"%s\\\"%s\"\n", before, name, after);
}

static int print_field(const struct field_view *v, void *arg)
{
	const struct field *f = v->field;

	(void)arg;
	print_token("", f->name, ":");
	for (size_t i = 0; f->set && i < f->set->count; i++)
		print_token("", f->set->names[i], "");
	if (f->kind == FIELD_INT)
		printf("\"%" PRId64 "\"\n\"%" PRIu64 "\"\n", f->min, f->max);
	else if (f->max)
		printf("\"%" PRIu64 "\"\n", f->max);
	return 0;
}

/* What the declared cases give to the member, where it is text that needs no escapes. */
static int print_words(const struct field_view *v, void *arg)
{
	(void)arg;
	for (size_t i = 0; i < words_by_member_count; i++) {
		const struct words *w = &words_by_member[i];

		for (size_t k = 0; str_eq(w->member, v->field->name) && k < w->count; k++) {
			if (!w->items[k][strspn(w->items[k], PLAIN)])
				print_token("", w->items[k], "");
		}
	}
	return 0;
}

static void print_object(const struct field_obj *o);

static void print_value(const struct field *f)
{
	switch ((enum field_kind)f->kind) {
	case FIELD_STR:
		printf("\"/%s\"", f->name);
		break;
	case FIELD_BOOL:
		printf("true");
		break;
	case FIELD_INT:
	case FIELD_UINT:
		printf("1");
		break;
	case FIELD_ENUM:
		printf("\"%s\"", f->set->names[0]);
		break;
	case FIELD_OBJ:
		print_object(f->obj);
		break;
	case FIELD_STRS:
		printf("[\"a\",\"b\"]");
		break;
	case FIELD_UINTS:
		printf("[1,2]");
		break;
	case FIELD_ENUMS:
		printf("[\"%s\"]", f->set->names[0]);
		break;
	case FIELD_PAIRS:
		printf("{\"k\":\"v\"}");
		break;
	case FIELD_LIST:
		printf("[");
		print_object(f->obj);
		printf("]");
		break;
	case FIELD_MAP:
		printf("{\"k\":");
		print_object(f->obj);
		printf("}");
		break;
	}
}

static void print_object(const struct field_obj *o)
{
	printf("{");
	for (size_t i = 0; i < o->nfields; i++) {
		printf("%s\"%s\":", i ? "," : "", o->fields[i].name);
		print_value(&o->fields[i]);
	}
	printf("}");
}

int main(int argc, char **argv)
{
	const struct field_obj *o = argc > 1 ? table_find(argv[argc - 1]) : NULL;

	if (!o) {
		(void)fprintf(stderr, "usage: fuzz_dict [--seed] OBJECT-OF-THE-TABLE\n");
		return EXIT_FAILURE;
	}
	if (argc == 3 && str_eq(argv[1], "--seed")) {
		print_object(o);
		printf("\n");
	} else {
		(void)field_walk(o, print_field, NULL);
		(void)field_walk(o, print_words, NULL);
	}
	return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}
