#include "coldness.h"

#include <errno.h>
#include <stdlib.h>

#include "cleanup.h"
#include "frame.h"

enum { FRAMES_A_2M = 1 << 9, FRAMES_A_1G = 1 << 18 };

/* What earlier touches have split: a mark for each 2 MB and each 1 GB of memory. */
struct marks {
	uint8_t *small, *large;
};

void cold_map_take(struct cold_map *cold)
{
	const char *step;
	*cold = (struct cold_map){.known = false};
	if (directmap_open(&cold->map, &step))
		return;
	const struct pagetable table = directmap_tables(&cold->map);
	cold->known = !pagetable_walk(&table, &cold->before);
}

void cold_map_free(struct cold_map *cold)
{
	atlas_free(&cold->before);
	directmap_close(&cold->map);
	cold->known = false;
}

static bool is_first(uint8_t *mark)
{
	const bool first = !*mark;
	*mark = 1;
	return first;
}

static enum coldness judge(const struct atlas *before, uint64_t frame, const struct marks *marks)
{
	const struct stretch *stretch = atlas_find(before, frame);
	const int level = stretch ? stretch->level : MAPPED_4K;
	if (level == MAPPED_1G && is_first(&marks->large[frame / FRAMES_A_1G])) {
		marks->small[frame / FRAMES_A_2M] = 1;
		return SPLIT_1G;
	}
	return level != MAPPED_4K && is_first(&marks->small[frame / FRAMES_A_2M]) ? SPLIT_2M : SPLIT_NOTHING;
}

int cold_map_sort(const struct cold_map *cold, const struct region *region, const uint64_t *ticks, uint64_t count,
		  uint64_t *const *reading, uint64_t *count_of)
{
	const uint64_t frames = cold->map.end / FRAME_BYTES + 1;
	FREED uint64_t *frame = calloc(count, sizeof(*frame));
	FREED uint8_t *small = calloc(frames / FRAMES_A_2M + 1, 1);
	FREED uint8_t *large = calloc(frames / FRAMES_A_1G + 1, 1);
	if (!frame || !small || !large)
		return -ENOMEM;
	const struct marks marks = {small, large};
	const int error = frames_read(region->address, count, frame);
	for (uint64_t i = 0; !error && i < count; i++) {
		if (frame[i] >= frames)
			return -ERANGE;
		const enum coldness kind = judge(&cold->before, frame[i], &marks);
		reading[kind][count_of[kind]++] = ticks[i];
	}
	return error;
}
