#include "round.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "frame.h"

enum { PAGES_OF_OTHERS = 4096, MOVABLE_BYTES = PAGES_OF_OTHERS * 4096 };

static int make_room(struct rounds *rounds, uint64_t most, uint64_t pages)
{
	uint64_t *room =
		populated((ROUND_READINGS * most + (REGION_READINGS + 1) * (pages + MOST_PROCESSES)) * sizeof(*room));
	if (!room)
		return -ENOMEM;
	for (int i = 0; i < ROUND_READINGS; i++, room += most)
		rounds->reading[i] = room;
	for (int i = 0; i < REGION_READINGS; i++, room += pages + MOST_PROCESSES)
		rounds->region[i] = room;
	rounds->frame = room;
	return 0;
}

int rounds_open(uint64_t most, uint64_t pages, struct rounds *rounds)
{
	const char *step;
	*rounds = (struct rounds){.count = 0};
	const int error = place_open(&rounds->place, &step);
	if (error)
		snprintf(rounds->without, sizeof(rounds->without), "%s: %s", step, strerrorname_np(-error));
	return make_room(rounds, most, pages);
}

int rounds_begin(struct rounds *rounds)
{
	if (rounds->without[0])
		return 0;
	const int error = place_begin(&rounds->place);
	rounds->before = scar_of(&rounds->place.before);
	return error;
}

/* Returns 0 or -errno. */
static int look_beside(struct rounds *rounds, struct use *use)
{
	const int64_t pages = use_frames(use, rounds->frame);
	if (pages < 0)
		return (int)pages;
	const int64_t regions = place_regions(&rounds->place, rounds->frame, (uint64_t)pages, rounds->region);
	rounds->regions = regions < 0 ? 0 : (uint64_t)regions;
	return regions < 0 ? (int)regions : 0;
}

static uint64_t growth(uint64_t before, uint64_t after)
{
	return after > before ? after - before : 0;
}

/* While the memory is held, and after it was given up. Returns 0 or -errno. */
static int look(struct rounds *rounds, struct use *use)
{
	struct atlas held ATLAS_FREED = {.count = 0}, after ATLAS_FREED = {.count = 0};
	int error = look_beside(rounds, use);
	if (!error)
		error = place_walk(&rounds->place, &held);
	use_let_go(use);
	if (!error)
		error = place_walk(&rounds->place, &after);
	if (error)
		return error;
	const struct scar scar = scar_of(&after), *before = &rounds->before;
	rounds->reading[ROUND_SCAR][rounds->count] = growth(before->small_bytes, scar.small_bytes);
	rounds->reading[ROUND_UNGLOBAL][rounds->count] = growth(before->unglobal_bytes, scar.unglobal_bytes);
	rounds->reading[ROUND_TABLES][rounds->count] = growth(before->table_bytes, scar.table_bytes);
	rounds->reading[ROUND_TABLE_BLOCKS][rounds->count] = growth(before->table_blocks, scar.table_blocks);
	rounds->reading[ROUND_HEALED][rounds->count] = healed_regions(&held, &after);
	return 0;
}

/* What a system does meanwhile: pages of the kernel's own come and go, an eighth stays; so do pages of programs. */
static void bustle(struct rounds *rounds)
{
	ballast_shift(PAGES_OF_OTHERS, &rounds->kept);
	void *movable = populated(MOVABLE_BYTES);
	if (movable)
		munmap(movable, MOVABLE_BYTES);
}

int rounds_go(struct rounds *rounds, struct use *use, bool busy)
{
	int error = use_go(use);
	if (error)
		return error;
	course_read(&use->course);
	if (!rounds->without[0])
		error = look(rounds, use);
	use_let_go(use);
	const struct course *course = &use->course;
	rounds->reading[ROUND_TOUCHED][rounds->count] = course->touched * FRAME_BYTES;
	rounds->reading[ROUND_LEVEL2][rounds->count] = course->gauge.level2 - course->level2_origin;
	rounds->reading[ROUND_LEVEL3][rounds->count] = course->gauge.level3 - course->level3_origin;
	rounds->count++;
	if (busy && !error)
		bustle(rounds);
	return error;
}

void rounds_close(struct rounds *rounds)
{
	ballast_drop(&rounds->kept);
	if (!rounds->without[0])
		place_close(&rounds->place);
}
