/* Trees of terms, and how they are written. */
#include "invent.h"

#include <assert.h>

#include "text/regex.h"

static struct ask *new_ask(struct rule_maker *maker, enum ask_kind kind)
{
	struct ask *ask = TMS_ARENA_NEW(maker->arena, struct ask);

	assert(ask);
	ask->kind = kind;
	return ask;
}

static struct ask *roll_tree(struct rule_maker *maker, int depth);

static struct ask *roll_list(struct rule_maker *maker, enum ask_kind kind, int depth)
{
	struct ask *ask = new_ask(maker, kind), **end = &ask->children;
	uint32_t most = chance(maker->dice, 30) ? 20 : kind == ASK_ANY ? 4 : 2;

	for (uint32_t n = 2 + roll(maker->dice, most); n > 0; n--) {
		*end = roll_tree(maker, depth - 1);
		end = &(*end)->next;
	}
	return ask;
}

/* title:( … ): terms without fields of their own. */
static struct ask *roll_group(struct rule_maker *maker, int depth)
{
	struct ask *ask = new_ask(maker, ASK_GROUP);

	maker->group_fields = roll_fields(maker->dice);
	maker->group_exact = chance(maker->dice, 4);
	ask->print = tms_arena_format(maker->arena, "%s%s", maker->group_exact ? "=" : "",
		field_prefix(maker->dice, maker->group_fields));
	if (chance(maker->dice, 4))
		ask->children = roll_tree(maker, depth - 1);
	else
		ask->children = roll_list(maker, chance(maker->dice, 2) ? ASK_ANY : ASK_ALL, 1);
	maker->group_fields = 0;
	maker->group_exact = false;
	return ask;
}

static struct ask *roll_named(struct rule_maker *maker)
{
	const struct named_rule *named =
		&maker->named[roll(maker->dice, (uint32_t)maker->named_count)];
	struct ask *ask = new_ask(maker, ASK_RULE);

	ask->print = tms_arena_format(maker->arena, "rule:%.*s", TMS_STR_ARGS(named->rule.name));
	if (named->ask) { /* borrowed, but for its place in a list */
		ask->children = new_ask(maker, ASK_ALL);
		*ask->children = *named->ask;
		ask->children->next = NULL;
	}
	return ask;
}

static struct ask *roll_tree(struct rule_maker *maker, int depth)
{
	uint32_t side = depth > 0 ? roll(maker->dice, 16) : 15;
	struct ask *ask;

	if (side < 4)
		return roll_list(maker, ASK_ALL, depth);
	if (side < 7)
		return roll_list(maker, ASK_ANY, depth);
	if (side < 9) {
		ask = new_ask(maker, ASK_NOT);
		ask->children = roll_tree(maker, depth - 1);
		return ask;
	}
	if (side == 9 && maker->group_fields == 0)
		return roll_group(maker, depth);
	if (side == 10 && maker->group_fields == 0 && maker->named_count > 0)
		return roll_named(maker);
	return invent_leaf(maker);
}

static struct ask *roll_value(struct rule_maker *maker, enum ask_kind one, enum ask_kind other)
{
	for (;;) {
		struct ask *ask = invent_value_leaf(maker);
		if (ask->kind == one || ask->kind == other)
			return ask;
		ask_free(ask);
	}
}

/* What a number or the clock decides, together with something else. */
static struct ask *roll_moving(struct rule_maker *maker)
{
	struct ask *ask = new_ask(maker, ASK_ALL);

	ask->children = roll_value(maker, ASK_NUMBER, ASK_AGE);
	ask->children->next = roll_tree(maker, 1);
	return ask;
}

static struct ask *roll_wide(struct rule_maker *maker)
{
	struct ask *ask = new_ask(maker, ASK_ANY), **end = &ask->children;

	for (uint32_t n = 20 + roll(maker->dice, 30); n > 0; n--) {
		*end = roll_moving(maker);
		end = &(*end)->next;
	}
	return ask;
}

/* The tree, or everything but what it keeps. */
static struct ask *roll_side(struct rule_maker *maker, struct ask *ask)
{
	struct ask *other;

	if (chance(maker->dice, 2))
		return ask;
	other = new_ask(maker, ASK_NOT);
	other->children = ask;
	return other;
}

static struct ask *roll_root(struct rule_maker *maker)
{
	static const int depths[] = { 0, 0, 1, 1, 2, 2, 3, 4 };

	switch (maker->kind) {
	case RULE_WIDE:
		return roll_side(maker, roll_wide(maker));
	case RULE_SOURCE:
		return roll_side(maker, roll_value(maker, ASK_SOURCE, ASK_CATEGORY));
	case RULE_ANY:
		break;
	}
	return roll_tree(maker, ROLL_FROM(maker->dice, depths));
}

static void write_any(struct dice *dice, const struct ask *ask, struct tms_buf *buf);

static bool ends_in_small_or(const struct tms_buf *buf)
{
	return tms_str_ends(tms_buf_str(buf), TMS_STR(" or ")) ||
	       tms_str_ends(tms_buf_str(buf), TMS_STR("not "));
}

/* A term, or a group for what is more than one. */
static void write_one(struct dice *dice, const struct ask *ask, struct tms_buf *buf)
{
	static const char *const nots[] = { "NOT ", "NOT ", "not " };
	static const char *const signs[] = { "-(", "-(", "–(", "!(" };

	switch (ask->kind) {
	case ASK_ALL:
	case ASK_ANY:
		tms_buf_add_char(buf, '(');
		write_any(dice, ask, buf);
		tms_buf_add_char(buf, ')');
		return;
	case ASK_NOT:
		if (chance(dice, 3)) /* "or not" are words */
			tms_buf_add_cstr(
				buf, ends_in_small_or(buf) ? "NOT " : ROLL_FROM(dice, nots));
		else
			tms_buf_add_cstr(buf, ROLL_FROM(dice, signs));
		if (buf->ptr[buf->len - 1] == ' ') {
			write_one(dice, ask->children, buf);
			return;
		}
		write_any(dice, ask->children, buf);
		tms_buf_add_char(buf, ')');
		return;
	case ASK_GROUP:
		tms_buf_add(buf, ask->print);
		tms_buf_add_cstr(buf, chance(dice, 4) ? "( " : "(");
		write_any(dice, ask->children, buf);
		tms_buf_add_char(buf, ')');
		return;
	default:
		tms_buf_add(buf, ask->print);
		return;
	}
}

static void write_list(struct dice *dice, const struct ask *ask, struct tms_buf *buf)
{
	static const char *const ors[] = { " OR ", " OR ", " OR ", " or ", " | ", " || " };
	static const char *const ands[] = { " AND ", " and ", " && ", "&&" };

	for (const struct ask *child = ask->children; child; child = child->next) {
		/* AND binds closer than OR: a list of all needs no parentheses in one of any */
		if (ask->kind == ASK_ANY && child->kind == ASK_ALL && chance(dice, 2))
			write_any(dice, child, buf);
		else
			write_one(dice, child, buf);
		if (child->next)
			tms_buf_add_cstr(buf, ask->kind == ASK_ANY ? ROLL_FROM(dice, ors)
					      : chance(dice, 6)    ? ROLL_FROM(dice, ands)
					      : chance(dice, 9)    ? "\n\t"
								   : " ");
	}
}

static void write_any(struct dice *dice, const struct ask *ask, struct tms_buf *buf)
{
	if (ask->kind == ASK_ALL || ask->kind == ASK_ANY)
		write_list(dice, ask, buf);
	else if (chance(dice, 10)) {
		tms_buf_add_cstr(buf, "((");
		write_one(dice, ask, buf);
		tms_buf_add_cstr(buf, "))");
	} else
		write_one(dice, ask, buf);
}

struct ask *invent_rule(struct rule_maker *maker, struct tms_buf *text)
{
	if (chance(maker->dice, 200))
		return NULL;
	struct ask *ask = roll_root(maker);
	write_any(maker->dice, ask, text);
	return ask;
}

void ask_free(struct ask *ask)
{
	for (; ask; ask = ask->next) {
		regex_free(ask->regex);
		ask->regex = NULL;
		if (ask->kind != ASK_RULE) /* what a rule asks for is its own */
			ask_free(ask->children);
	}
}
