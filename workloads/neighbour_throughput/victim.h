/*
 * A victim: a process that has nothing to do with secret memory and does the same all the time.
 *
 * It works in turns of about TURN_NS, as many operations in each as a calibration found, and looks at the clock between
 * two of them: that is all that is recorded, so that recording costs little.
 */
#ifndef LAB_VICTIM_H
#define LAB_VICTIM_H

#include <stdbool.h>
#include <stdint.h>

#include "recording.h"
#include "schedule.h"

static const uint64_t TURN_NS = 20000;

struct turn {
	uint64_t operations; /* asked for; a victim that did another number says so */
	uint64_t latency_ns; /* 0: the time that the turn took */
};

struct victim {
	const char *name;
	bool single; /* one operation a turn: it takes longer than TURN_NS, or sleeps */
	/* Make what the turns need, in its own process, pinned; NULL: they need nothing. Returns 0 or -errno and says in `step` what failed. */
	int (*set_up)(void **state, const char **step);
	/* Do the operations of one turn. Returns 0 or -errno. */
	int (*take)(void *state, struct turn *turn);
	/* NULL: nothing is to be given back but memory. */
	void (*tear_down)(void *state);
};

/* The families, each in a file of its own. */
extern const struct victim COMPUTE, NULL_SYSCALL, CHASE_4K, CHASE_2M, STREAM, PIPE, FUTEX, PAGE_CACHE_READ, MMAP_MUNMAP,
	PAGE_FAULT, FORK, TIMER, SQLITE, OPENSSL;
extern const struct victim ASKED_REDIS, ASKED_NGINX, ASKED_POSTGRESQL;

/* NULL where no victim has that name (of `length` characters). */
const struct victim *victim_find(const char *name, int length);
/*
 * Set up, wait for the schedule to begin, and do turns to its end; what failed is in the record. Returns 0 or -errno.
 */
int victim_run(const struct victim *victim, struct schedule *schedule, struct victim_record *record);

#endif
