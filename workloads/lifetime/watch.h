/*
 * The watch: when pages that were given up are back, seen from another CPU that looks again and again.
 *
 * Two things are watched of the first and the last page of an area, which go in this order: whether the kernel can read
 * the page by its direct map, and whether /proc/kpageflags still shows a page of a file. Then all the others are looked
 * at. A change lies between two looks: the later one is what is told, and how far the one before it was away.
 */
#ifndef LAB_WATCH_H
#define LAB_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "directmap.h"

struct watch {
	struct directmap map;
	int flags; /* /proc/kpageflags */
	bool swap_backed;
	uint64_t *word;
	bool *failed;
};

struct sighting {
	uint64_t back, free;             /* ticks: when each was seen, 0: never */
	uint64_t back_apart, free_apart; /* and how long before that the last look began at which it was not so */
};

/* Returns 0 or -errno. */
int watch_open(struct watch *watch, uint64_t pages, bool swap_backed, const char **step);
void watch_close(struct watch *watch);
#define WATCH_CLOSED __attribute__((cleanup(watch_close)))
/* Look until all is back, or a second has passed: then the time of what was not seen is 0. Returns 0 or -errno. */
int watch_return(struct watch *watch, const uint64_t *frame, uint64_t pages, struct sighting *sighting);
/* 1 for each page that the kernel can read. */
int watch_readable(struct watch *watch, const uint64_t *frame, uint64_t pages, uint64_t *readable);
/* 1 for each frame that is no page of a file any more: in the allocator, or somebody else's already. */
int watch_free(const struct watch *watch, const uint64_t *frame, uint64_t pages, uint64_t *is_free);

#endif
