/* Rules that tests keep: made by dice, read with named ones and much room, told of when a verdict
 * differs. */
#ifndef TAMIS_TESTS_INDEX_LIVE_RULE_H
#define TAMIS_TESTS_INDEX_LIVE_RULE_H

#include "invent.h"

struct live_rule {
	struct tms_arena arena;
	struct ask *ask;
	struct tms_str text;
	uint32_t number;
	bool is_alive, has_age;
};

/** Make one. maker: as invent_rule takes it; its arena becomes the rule's. */
void live_rule_make(struct live_rule *rule, struct rule_maker *maker);
/** Free what it holds; it is {0} again. */
void live_rule_drop(struct live_rule *rule);

#define NAMED 4
/** Rules that others ask for by name; those before them, too. */
struct named_rules {
	struct live_rule rules[NAMED];
	struct named_rule named[NAMED];
	struct tms_query_rule query_rules[NAMED];
};
/** Make them. maker: as live_rule_make takes it, but for the named ones. */
void named_rules_make(struct named_rules *named, struct rule_maker *maker);
/** Free them. */
void named_rules_drop(struct named_rules *named);
/** What rules are read with: the named ones, and room. Borrows them. */
struct tms_query_options live_rule_options(const struct named_rules *named);

/** What the query itself says of the item. */
bool query_holds(const struct tms_query *query, const struct tms_view_item *item, tms_time now);
/** Print an item, and its texts as the reference cuts them. */
void tell_item(const struct subject *subject);
/** Print what the rule and each of its leaves say of the item, by everyone who can be asked: the
 * query, an index of this rule and this item alone, the reference. */
void tell_rule(const struct live_rule *rule, const struct named_rules *named,
	struct tms_view_item *item, const struct subject *subject, tms_time now);
/** Print the named rules. */
void tell_named(const struct named_rules *named);

#endif
