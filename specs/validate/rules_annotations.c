/* SPDX-License-Identifier: Apache-2.0 */
/* config.md#annotations */
#include "rules.h"

#include "syntax.h"

#define RESERVED "org.opencontainers"

static const struct cfg_pairs *annotations(const struct val_ctx *c)
{
	return &c->doc->config->annotations;
}

static void key_not_empty(struct val_ctx *c)
{
	for (size_t i = 0; i < annotations(c)->count; i++)
		if (annotations(c)->items[i].key[0] == '\0')
			val_add(c, &annotations(c)->items[i],
				"an annotation has the empty string as its key; give it a name");
}

static void key_reverse_domain(struct val_ctx *c)
{
	for (size_t i = 0; i < annotations(c)->count; i++) {
		const char *key = annotations(c)->items[i].key;

		if (key[0] != '\0' && !syntax_reverse_domain(key))
			val_add(c, &annotations(c)->items[i],
				"%s is no reversed domain name; write it like "
				"\"com.example.myKey\"",
				val_quote(c, key));
	}
}

static void key_reserved(struct val_ctx *c)
{
	static const char *const known[] = {
		RESERVED ".image.architecture", RESERVED ".image.author",
		RESERVED ".image.created",	RESERVED ".image.os",
		RESERVED ".image.os.features",	RESERVED ".image.os.version",
		RESERVED ".image.stopSignal",	RESERVED ".image.variant",
	};

	for (size_t i = 0; i < annotations(c)->count; i++) {
		const char *key = annotations(c)->items[i].key;
		bool listed = false;

		if (!str_eq(key, RESERVED) && !str_starts(key, RESERVED "."))
			continue;
		for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
			listed = listed || str_eq(key, known[k]);
		if (!listed)
			val_add(c, &annotations(c)->items[i],
				"keys of " RESERVED
				" are reserved, and %s is not one of the eight that the "
				"specification describes; use a domain of your own",
				val_quote(c, key));
	}
}

static void value_created(struct val_ctx *c)
{
	for (size_t i = 0; i < annotations(c)->count; i++) {
		const struct cfg_pair *p = &annotations(c)->items[i];

		if (str_eq(p->key, RESERVED ".image.created") && !syntax_rfc3339(p->value))
			val_add(c, p,
				"%s is not a date and time of RFC 3339, such as "
				"\"2026-01-31T12:00:00Z\"",
				val_quote(c, p->value));
	}
}

static void value_stopsignal(struct val_ctx *c)
{
	for (size_t i = 0; i < annotations(c)->count; i++) {
		const struct cfg_pair *p = &annotations(c)->items[i];

		if (str_eq(p->key, RESERVED ".image.stopSignal") && !syntax_signal(p->value))
			val_add(c, p,
				"%s is not a signal; write it like \"SIGTERM\" or "
				"\"SIGRTMIN+3\"",
				val_quote(c, p->value));
	}
}

VAL_RULES(val_rules_annotations, {REQ_ANNOTATION_KEY_NOT_EMPTY, VAL_CONFIG, key_not_empty, 0, 0, 0},
	  {REQ_ANNOTATION_KEY_REVERSE_DOMAIN, VAL_CONFIG, key_reverse_domain, 0, 0, 0},
	  {REQ_ANNOTATION_RESERVED_NAMESPACE, VAL_CONFIG, key_reserved, 0, 0, 0},
	  {REQ_ANNOTATION_IMAGE_CREATED_VALUE, VAL_CONFIG, value_created, 0, 0, 0},
	  {REQ_ANNOTATION_IMAGE_STOPSIGNAL_VALUE, VAL_CONFIG, value_stopsignal, 0, 0, 0}, );
