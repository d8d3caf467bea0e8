#include "fresh.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cleanup.h"
#include "clock.h"
#include "frame.h"
#include "track.h"

/* Twins take turns. */
static void share_out(const struct holding *holding, int first, int wanted, struct fresh *fresh)
{
	for (int set = 0; set < SETS; set++) {
		struct fresh *mine = &fresh[set];
		for (int i = first, seen = 0; i < holding->count && mine->count < wanted; i++)
			if (holding->chunk[i].level == page_set_level(set) && page_set_has_turn(set, seen++))
				mine->chunk[mine->count++] = &holding->chunk[i];
		mine->count = mine->count == wanted ? wanted : 0;
	}
}

int fresh_take(struct holding *holding, uint64_t bytes, const struct page_set *sets, struct fresh *fresh,
	       const char **step)
{
	const int first = holding->count, fit = (int)(bytes / CHUNK_BYTES);
	const int wanted = fit < 1 ? 1 : fit < MOST_FRESH ? fit : MOST_FRESH;
	struct demand demand = {{0}};
	for (int set = 0; set < SETS; set++)
		demand.chunks[page_set_level(set)] += sets[set].pages ? wanted : 0;
	for (int level = MAPPED_4K; level < LEVELS; level++)
		demand.chunks[level] += holding_has(holding, level);
	const int error = holding_fill(holding, &demand, step);
	if (error)
		return error;
	holding_trim(holding, &demand); /* the chunks of the sets are the first, and stay where they are */
	share_out(holding, first, wanted, fresh);
	return 0;
}

/* Truncating unmaps and frees; the mapping stays, over a hole. */
static int empty(const struct fresh *fresh)
{
	for (int i = 0; i < fresh->count; i++)
		if (ftruncate(fresh->chunk[i]->file, 0) || ftruncate(fresh->chunk[i]->file, CHUNK_BYTES))
			return -errno;
	return 0;
}

static void touch(const struct fresh *fresh, const uint64_t *order, uint64_t *ns)
{
	for (uint64_t i = 0; i < (uint64_t)fresh->count * CHUNK_PAGES; i++) {
		char *page = fresh->chunk[order[i] / CHUNK_PAGES]->address + order[i] % CHUNK_PAGES * 4096;
		const uint64_t begun = clock_raw_ns();
		*(volatile char *)page = 1;
		ns[order[i]] = clock_raw_ns() - begun;
	}
}

static int count(struct directmap *map, struct fresh *fresh, int level, const uint64_t *ns, uint64_t *ps)
{
	const uint64_t pages = (uint64_t)fresh->count * CHUNK_PAGES;
	FREED uint64_t *frame = calloc(pages, sizeof(*frame));
	FREED bool *is = calloc(pages, sizeof(*is));
	int error = frame && is ? 0 : -ENOMEM;
	for (int i = 0; !error && i < fresh->count; i++)
		error = frames_read(fresh->chunk[i]->address, CHUNK_PAGES, frame + i * CHUNK_PAGES);
	error = error ? error : frames_of_level(map, frame, pages, level, is);
	uint64_t sum = 0, counted = 0;
	for (uint64_t i = 0; !error && i < pages; i++) {
		sum += is[i] ? ns[i] : 0;
		counted += is[i];
	}
	fresh->touched += pages;
	fresh->counted += counted;
	*ps = counted >= LEAST_FRESH_PAGES ? sum * 1000 / counted : 0;
	return error;
}

int fresh_visit(struct directmap *map, struct fresh *fresh, int level, struct random *random, uint64_t *ps)
{
	const uint64_t pages = (uint64_t)fresh->count * CHUNK_PAGES;
	FREED uint64_t *order = calloc(pages, sizeof(*order)), *ns = calloc(pages, sizeof(*ns));
	if (!order || !ns)
		return -ENOMEM;
	random_order(random, order, pages);
	for (int pass = 0; pass < 2; pass++) { /* the first is not counted: pages come back warm from it */
		const int error = empty(fresh);
		if (error)
			return error;
		touch(fresh, order, ns);
	}
	return count(map, fresh, level, ns, ps);
}
