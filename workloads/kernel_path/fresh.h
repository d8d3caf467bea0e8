/*
 * Fresh pages: chunks beside the sets, which are emptied and filled again, so that the kernel has to clear a page at
 * each first touch. Which page it takes is the allocator's choice: it is looked up afterwards, and a touch counts for
 * a set where its page lies in entries of that size alone.
 */
#ifndef LAB_FRESH_H
#define LAB_FRESH_H

#include "holding.h"
#include "pageset.h"

enum { MOST_FRESH = 16, LEAST_FRESH_PAGES = 64 };

struct fresh {
	int count;
	const struct chunk *chunk[MOST_FRESH];
	uint64_t touched, counted; /* pages, over all timed visits */
};

/* Take chunks of each size beside those of the sets; a set whose size is short of them has none. Returns 0 or -errno. */
int fresh_take(struct holding *holding, uint64_t bytes, const struct page_set *sets, struct fresh *fresh,
	       const char **step);
/* Touch all pages; `ps` is the mean of the touches that count, 0 where fewer than LEAST_FRESH_PAGES do. */
int fresh_visit(struct directmap *map, struct fresh *fresh, int level, struct random *random, uint64_t *ps);

#endif
