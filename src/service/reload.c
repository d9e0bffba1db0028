/* The report of the last reload: refused with its errors, or what it changed. */
#include "service/reload.h"

#include <stdio.h>

#include <tamis/index.h>

/* Another one: what was said of the one before goes. */
static void begin(struct tms_reload *reload, enum tms_status st)
{
	const struct tms_reload fresh = { .world = reload->world,
		.taken = reload->taken,
		.refused = reload->refused,
		.at = tms_clock_now(reload->world->clock),
		.status = st,
		.reconciled = reload->reconciled,
		.context = reload->context };

	tms_arena_free(&reload->arena);
	*reload = fresh;
}

static struct tms_str without_folder(struct tms_str file)
{
	size_t start = file.len;

	while (start > 0 && file.ptr[start - 1] != '/')
		start--;
	return tms_str_slice(file, start, file.len);
}

void tms_reload_refuse(struct tms_reload *reload, struct tms_str file,
	const struct tms_conf_messages *errors, enum tms_status st)
{
	struct tms_buf text = { 0 };

	begin(reload, st);
	reload->refused++;
	for (size_t i = 0; i < errors->count; i++)
		tms_conf_message_write(&text, &errors->items[i]);
	if (errors->left_out > 0)
		tms_buf_format(&text, "and %zu more\n", errors->left_out);
	if (errors->count == 0)
		tms_buf_format(
			&text, "the configuration cannot be read: %s\n", tms_status_name(st));
	reload->file = tms_arena_copy(&reload->arena, without_folder(file));
	reload->errors = tms_arena_take(&reload->arena, &text);
	reload->errors_count = errors->count + errors->left_out;
	tms_log_say(reload->world->log, TMS_LOG_ERROR,
		"the configuration cannot be taken; the one before stays in force");
}

static bool has_note(const struct tms_conf_messages *notes, const struct tms_conf_message *note)
{
	for (size_t i = 0; i < notes->count; i++)
		if (tms_str_equal(notes->items[i].about, note->about) &&
			strcmp(notes->items[i].diag.text, note->diag.text) == 0)
			return true;
	return false;
}

static void log_note(const struct tms_reload *reload, const struct tms_conf_message *note)
{
	char place[48] = "";

	if (note->diag.line > 0)
		(void)snprintf(place, sizeof(place), ":%u:%u", (unsigned)note->diag.line,
			(unsigned)note->diag.column);
	struct tms_arena arena = { 0 };
	TMS_LOG(reload->world->log, TMS_LOG_INFO, "a query is worth a look",
		{ "query", note->about },
		{ "place", tms_arena_format(&arena, "%.*s%s", TMS_STR_ARGS(note->file), place) },
		{ "note", tms_str_from(note->diag.text) },
		{ "instead", note->cures_count > 0 ? note->cures[0].text : TMS_STR_NONE });
	tms_arena_free(&arena);
}

void reload_take_notes(struct tms_reload *reload, const struct tms_conf *old)
{
	const struct tms_conf_messages *notes = &reload->world->conf->notes;

	reload->notes =
		TMS_ARENA_ARRAY(&reload->arena, const struct tms_conf_message *, notes->count + 1);
	for (size_t i = 0; reload->notes && i < notes->count; i++) {
		if (old && has_note(&old->notes, &notes->items[i]))
			continue;
		reload->notes[reload->notes_count++] = &notes->items[i];
		log_note(reload, &notes->items[i]);
	}
}

void reload_take(struct tms_reload *reload, const struct tms_conf *old)
{
	begin(reload, TMS_OK);
	reload->taken++;
	if (tms_conf_compare(&reload->arena, old, reload->world->conf, &reload->changes) != TMS_OK)
		reload->changes = (struct tms_conf_changes){ 0 }; /* it is in force all the same */
	for (size_t i = 0; i < reload->changes.count; i++)
		if (reload->changes.items[i].waits)
			TMS_LOG(reload->world->log, TMS_LOG_WARNING,
				"a setting takes effect at the next start",
				{ "setting", reload->changes.items[i].name });
	reload_take_notes(reload, old);
}

static struct tms_conf_change *find_feed(
	struct tms_reload *reload, struct tms_str user, struct tms_str feed)
{
	struct tms_conf_changes *changes = &reload->changes;

	for (size_t i = 0; i < changes->count; i++)
		if (changes->items[i].part == TMS_CONF_FEED &&
			tms_str_equal(changes->items[i].name, feed) &&
			tms_str_equal(changes->items[i].user, user))
			return &changes->items[i];
	return NULL;
}

void reload_count(struct tms_reload *reload, struct tms_str user, struct tms_str feed,
	const struct tms_difference *difference)
{
	struct tms_conf_change *change = find_feed(reload, user, feed);

	if (!change)
		return;
	change->is_counted = true;
	change->kept = difference->kept_count - difference->leave;
	change->leave = difference->leave;
	change->come = difference->come;
}

void reload_rename(struct tms_reload *reload, struct tms_str user, struct tms_str feed,
	struct tms_str was, bool is_late)
{
	struct tms_conf_change *change = find_feed(reload, user, feed);

	if (!change)
		return;
	change->was = tms_arena_copy(&reload->arena, was);
	change->is_late = is_late;
	if (!is_late)
		change->how = TMS_CONF_RENAMED;
}

void reload_tell_reconciled(struct tms_reload *reload)
{
	if (reload->reconciled)
		reload->reconciled(reload->context);
}

void reload_fini(struct tms_reload *reload)
{
	tms_arena_free(&reload->arena);
	*reload = (struct tms_reload){ 0 };
}

bool tms_reload_was_refused(const struct tms_reload *reload)
{
	return reload->status != TMS_OK;
}

void tms_reload_write_refusal(struct tms_buf *buf, const struct tms_reload *reload)
{

	tms_buf_add(buf, reload->file.len > 0 ? reload->file : TMS_STR("The configuration"));
	tms_buf_add_cstr(buf, " was refused at ");
	tms_time_write_rfc3339(buf, reload->at);
	if (reload->errors_count > 0)
		tms_buf_format(buf, " (%zu error%s)", reload->errors_count,
			reload->errors_count == 1 ? "" : "s");
	tms_buf_add_cstr(buf, "; the configuration before it stays in force.");
}

static void write_change(
	struct tms_buf *buf, const struct tms_reload *reload, const struct tms_conf_change *change)
{
	tms_conf_change_write(buf, change);
	if (change->part == TMS_CONF_FEED && change->how == TMS_CONF_REMOVED) {
		tms_buf_add_cstr(buf, "; its address is served until ");
		tms_time_write_rfc3339(
			buf, reload->at + reload->world->conf->limits.removed_feeds_s);
		tms_buf_format(buf, ", and stays if another feed says `was: %.*s`",
			TMS_STR_ARGS(change->name));
	}
	tms_buf_add_char(buf, '\n');
}

void tms_reload_write_changes(struct tms_buf *buf, const struct tms_reload *reload)
{
	const struct tms_conf_changes *changes = &reload->changes;
	const struct tms_conf_messages *warnings = &reload->world->conf->warnings;

	tms_buf_add_cstr(buf,
		changes->count > 0 ? "the configuration was read again:\n"
				   : "the configuration was read again; no setting, source, rule "
				     "or feed differs\n");
	for (size_t i = 0; i < changes->count; i++)
		write_change(buf, reload, &changes->items[i]);
	if (changes->left_out > 0)
		tms_buf_format(buf, "and %zu more changes\n", changes->left_out);
	for (size_t i = 0; i < warnings->count; i++) {
		tms_buf_add_cstr(buf, "note: ");
		tms_conf_message_write(buf, &warnings->items[i]);
	}
	for (size_t i = 0; i < reload->notes_count; i++) {
		tms_buf_add_cstr(buf, "note: ");
		tms_conf_message_write(buf, reload->notes[i]);
	}
}
