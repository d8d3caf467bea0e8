/*
 * Coldness: which touches of secret pages had the kernel split an entry of its direct map, and which one.
 *
 * Told by the map as it was before, the frames that the pages turned out to have, and the order of the touches: the
 * first in a 1 GB entry splits that and then the 2 MB entry that comes of it, the first in a 2 MB entry splits that, and
 * all others find an entry of their own. For one thread: with several there is no order.
 */
#ifndef LAB_COLDNESS_H
#define LAB_COLDNESS_H

#include "directmap.h"
#include "memory.h"

enum coldness { SPLIT_NOTHING, SPLIT_2M, SPLIT_1G, COLDNESSES };

struct cold_map {
	struct directmap map;
	struct atlas before;
	bool known; /* else what follows is not told: no BPF, say */
};

/* Look at the map as it is now. What cannot be had is left unknown. */
void cold_map_take(struct cold_map *cold);
void cold_map_free(struct cold_map *cold);
#define COLD_FREED __attribute__((cleanup(cold_map_free)))
/*
 * Sort `count` readings of touches, in their order, by what they split: reading[kind] gets count_of[kind] of them, each
 * with room for all. Returns 0 or -errno.
 */
int cold_map_sort(const struct cold_map *cold, const struct region *region, const uint64_t *ticks, uint64_t count,
		  uint64_t *const *reading, uint64_t *count_of);

#endif
