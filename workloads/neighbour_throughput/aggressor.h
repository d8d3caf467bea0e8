/*
 * An aggressor: a process that changes what it does at the beginning of each window.
 *
 * It works open loop: a turn is due at times that are fixed by the rate, whether or not the turns before were in time.
 * Until the next one is due it spins, so that its CPU is busy in every condition but "none".
 */
#ifndef LAB_AGGRESSOR_H
#define LAB_AGGRESSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "memory.h"
#include "recording.h"
#include "schedule.h"

/* What an aggressor has during a window. */
struct aggression {
	const struct backing *backing;
	struct region region; /* address NULL: nothing is mapped */
	uint64_t chunk_pages; /* most pages of a turn; what is held */
	void *state;
};

struct aggressor {
	const char *name;
	const char *backing; /* NULL: it needs no memory of its own */
	bool paced;          /* it makes pages at a rate */
	bool sleeps;         /* it is idle instead of busy */
	bool inside;         /* it is a thread of the victim's process (shootdown.c) */
	/* Begin a window. May be NULL. Returns 0 or -errno and says in `step` what failed. */
	int (*open)(struct aggression *mine, const char **step);
	/* Do a turn of so many pages. Only if paced. */
	int (*turn)(struct aggression *mine, uint64_t pages, const char **step);
	/* End it, also where open failed half way. May be NULL. */
	void (*close)(struct aggression *mine);
};

/* The families, each in a file of its own. */
extern const struct aggressor NONE, SPIN, ANONYMOUS, MEMFD, MEMFD_LOCKED, SECRET, SECRET_HELD, FORK_SECRET, MPROTECT,
	MUNMAP;

/* NULL where no aggressor has that name. */
const struct aggressor *aggressor_find(const char *name);
/* What one follows the schedule with. */
struct assignment {
	struct schedule *schedule;
	struct aggressor_record *record;
	uint64_t chunk_pages;
	uint64_t share; /* so many have each rate together, */
	uint64_t turn;  /* and this is the one with that number */
	bool inside;    /* the windows to live: those of a thread of the victim's, or the others */
};

/* Do what the schedule says, to its end; the other windows are slept through. */
void aggressor_run(const struct assignment *assignment);

#endif
