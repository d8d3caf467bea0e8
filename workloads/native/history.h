/*
 * History: what the free pages that the timed part will get were used for before.
 *
 * Reused: the same kind of memory was touched and given back at once before. Fresh: free pages that were secret before
 * are used up, so that the next secret pages come from memory that never was. Either way the host has the pages: one
 * that it has to find first costs a multiple of the fault, and would pass for the price of the history.
 */
#ifndef LAB_HISTORY_H
#define LAB_HISTORY_H

#include <stdint.h>

#include "ballast.h"
#include "counters.h"
#include "memory.h"
#include "output.h"

struct history {
	/* To be held until the timing is over: what was secret before, and what keeps the next pages apart. */
	struct region plug;
	struct ballast kept;
	uint64_t plug_pages;
	struct host_backing host_backing;
};

/* Returns 0 or -errno, with the step. */
int history_reuse(const struct backing *backing, uint64_t pages, struct history *history, const char **step);
/* The same, and -EOPNOTSUPP at step "fresh" where no memory is reached that was never secret. */
int history_refresh(uint64_t pages, struct counter_files *files, struct history *history, const char **step);
void history_release(struct history *history);
#define RELEASED __attribute__((cleanup(history_release)))

#endif
