/* The watch: what the kernel counted by the beginning and the end of each window. */
#ifndef LAB_WATCH_H
#define LAB_WATCH_H

#include "counters.h"
#include "crew.h"

enum { MAX_WATCHED = 2 * MAX_CREW };

struct sight {
	struct counters counters; /* of the machine; "own" are the victims' CPUs */
	int64_t cal[MAX_WATCHED], tlb[MAX_WATCHED];
	uint64_t made_pages;
};

struct watch {
	struct cpu_list cpus; /* of victims and aggressors, each once */
	struct sight before[MAX_WINDOWS], after[MAX_WINDOWS];
};

/* Live through the schedule beside the crew and look at every window's edges. Returns 0 or -errno of the crew. */
int watch_keep(struct watch *watch, struct crew *crew, const char **step);

#endif
