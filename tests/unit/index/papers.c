#include "papers.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "window/view_item.h"

static const char *const sources[PAPER_RECORDS][3] = { { "daily-papers", "arxiv-cl", "Arxiv-LG" },
	{ "blog", "zeitung", "daily-papers" } };

static struct tms_packed_item *invent_packed(
	const struct paper *paper, struct dice *dice, const struct real_items *real, tms_time now)
{
	struct tms_arena arena = { 0 };
	struct tms_item item;
	struct tms_packed_item *packed = NULL;

	invent_item(dice, &arena, real, &item);
	item.id = tms_str_from(paper->id);
	item.submitted =
		chance(dice, 3) ? TMS_TIME_NONE : now - (tms_time)roll(dice, 30 * TMS_DAY_S);
	for (size_t n = 0; n < TMS_NUMBERS; n++)
		item.numbers[n] = TMS_NUMBER_NONE;
	if (tms_packed_item_new(&item, &packed) != TMS_OK)
		abort();
	tms_arena_free(&arena);
	return packed;
}

/* A record's histories begin when it is first seen, if they do. */
static void invent_tracks(struct tms_sighting *sighting, struct dice *dice)
{
	bool moved;

	for (size_t n = 0; n < TMS_NUMBERS; n++) {
		tms_time at = sighting->first_seen;
		for (uint32_t steps = roll(dice, 5); steps > 0; steps--) {
			if (tms_track_add(&sighting->tracks[n], at, roll(dice, 50), &moved) !=
				TMS_OK)
				abort();
			at += (tms_time)roll(dice, TMS_DAY_S);
		}
	}
}

/* The item as the records say it now; the one before is kept as the older one. */
static void refresh(struct paper *paper, struct dice *dice)
{
	const struct tms_record *records[PAPER_RECORDS];
	struct tms_view_item *made = NULL;

	for (size_t i = 0; i < paper->records_count; i++) {
		records[i] = &paper->records[i];
		paper->records[i].version = dice->state + i;
	}
	if (view_item_make(records, paper->records_count, paper->is_known ? &paper->known : NULL,
		    &made) != TMS_OK)
		abort();
	subject_fini(&paper->subject);
	tms_view_item_unref(paper->older);
	paper->older = paper->item;
	paper->item = made;
	subject_init(&paper->subject, &made->merged);
}

void paper_init(struct paper *paper, struct dice *dice, const struct real_items *real, size_t name,
	tms_time now)
{
	*paper = (struct paper){ .records_count = chance(dice, 3) ? 2 : 1 };
	(void)snprintf(paper->id, sizeof(paper->id),
		name % 4 == 0   ? "url:https://x.org/%zu"
		: name % 4 == 1 ? "id:tag:%zu"
				: "arxiv:2508.%05zu",
		name);
	for (size_t i = 0; i < paper->records_count; i++) {
		struct tms_sighting *sighting = &paper->sightings[i];
		/* few moments, so that many share them */
		sighting->first_seen = now - TMS_HOUR_S * (tms_time)roll(dice, 60);
		sighting->last_seen = now;
		sighting->published =
			chance(dice, 3)
				? sighting->first_seen
				: sighting->first_seen - TMS_HOUR_S * (tms_time)roll(dice, 400);
		sighting->changed_at = TMS_TIME_NONE;
		sighting->source = tms_str_from(ROLL_FROM(dice, sources[i]));
		sighting->packed = invent_packed(paper, dice, real, now);
		sighting->packed->item.origin = i == 0 ? TMS_ORIGIN_HF_API : TMS_ORIGIN_OTHER;
		invent_tracks(sighting, dice);
		paper->records[i] = (struct tms_record){ .id = tms_str_from(paper->id),
			.first_seen = sighting->first_seen,
			.last_listed = now,
			.sightings = sighting,
			.sightings_count = 1 };
	}
	paper->said.packed = invent_packed(paper, dice, real, now);
	paper->said.packed->item.origin = TMS_ORIGIN_ARXIV_API;
	paper->known = (struct tms_record){ .sightings = &paper->said, .sightings_count = 1 };
	paper->is_known = chance(dice, 3);
	refresh(paper, dice);
}

void paper_rewrite(
	struct paper *paper, struct dice *dice, const struct real_items *real, tms_time now)
{
	struct tms_sighting *sighting =
		&paper->sightings[roll(dice, (uint32_t)paper->records_count)];

	tms_packed_item_unref(sighting->packed);
	sighting->packed = invent_packed(paper, dice, real, now);
	sighting->changed_at = now;
	paper->is_known = paper->is_known != chance(dice, 3);
	refresh(paper, dice);
}

void paper_count(struct paper *paper, struct dice *dice, tms_time now)
{
	struct tms_sighting *sighting =
		&paper->sightings[roll(dice, (uint32_t)paper->records_count)];
	bool moved;

	for (size_t n = 0; n < TMS_NUMBERS; n++) {
		struct tms_track *track = &sighting->tracks[n];
		int64_t last =
			track->count ? track->steps[track->count - 1].value : TMS_NUMBER_NONE;
		int64_t value = last + (int64_t)roll(dice, 12) - 2;
		if (chance(dice, 2) || value < 0 || track->count > 40)
			continue;
		if (tms_track_add(track, now, value, &moved) != TMS_OK)
			abort();
	}
	refresh(paper, dice);
}

void paper_swap(struct paper *paper)
{
	struct tms_view_item *item = paper->item;

	if (!paper->older)
		return;
	paper->item = paper->older;
	paper->older = item;
	subject_fini(&paper->subject);
	subject_init(&paper->subject, &paper->item->merged);
}

void paper_fini(struct paper *paper)
{
	for (size_t i = 0; i < paper->records_count; i++)
		tms_sighting_fini(&paper->sightings[i]);
	tms_sighting_fini(&paper->said);
	tms_view_item_unref(paper->item);
	tms_view_item_unref(paper->older);
	subject_fini(&paper->subject);
	*paper = (struct paper){ 0 };
}
