/*
 * A gauge: how often the direct map was split since it was opened, and how often it may still be.
 *
 * Any page of secret memory may split 2 MB, wherever it lies. So no more pages are touched between two looks at the
 * kernel's counters than splits are left: the budget is never overdrawn. What others split counts as well.
 */
#ifndef LAB_GAUGE_H
#define LAB_GAUGE_H

#include <stdbool.h>
#include <stdint.h>

#include "counters.h"

enum { REGION_BYTES = 2 << 20, MOST_UNSEEN_PAGES = 16 };

struct gauge {
	struct counter_files files;
	int64_t level2_before, level3_before;
	uint64_t level2, level3; /* splits since then, as of the last look */
	uint64_t allowed;        /* of level 2 */
};

/* Returns 0 or -errno: -EOPNOTSUPP where the kernel does not count splits. */
int gauge_open(uint64_t budget_bytes, struct gauge *gauge);
void gauge_look(struct gauge *gauge);
/* Pages that may be touched before the next look; 0 where the budget is spent. */
uint64_t gauge_pages(const struct gauge *gauge);

#endif
