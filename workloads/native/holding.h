/*
 * A holding: pages that this process owns, sorted by the size of the direct map's entry that the kernel reads them
 * through.
 *
 * They are pages of a ramfs that is mounted nowhere. Its page cache is unmovable (fs/ramfs/inode.c sets GFP_HIGHUSER), as
 * secret memory is, so it comes from the same blocks: first from those that freed secrets left in 4 KB entries, then
 * from blocks in 2 MB, then in 1 GB. All sizes have the same kind of page, so that nothing but the entry differs, and
 * system calls copy from and to them as with any file.
 *
 * They are taken a chunk at a time. What there is not enough of free in the whole map, as /proc/kpageflags tells, is not
 * looked for.
 */
#ifndef LAB_HOLDING_H
#define LAB_HOLDING_H

#include "chunk.h"
#include "directmap.h"

enum { MOST_CHUNKS = 10240 };

struct holding {
	struct directmap *map;
	int mount;
	struct random random;
	struct chunk *chunk; /* MOST_CHUNKS */
	int count;
	int taken;             /* chunks in all, with those given back */
	struct atlas atlas;    /* of the direct map, as it was when it was last walked */
	bool stale;            /* whether a split may have changed it, and what was sorted by it */
	int counted_at;        /* how many chunks there were when free pages were last counted */
	uint64_t budget_bytes; /* of direct map that may still be turned to 4 KB */
	int most;              /* chunks to look through */
};

/* What is wanted: chunks by level. */
struct demand {
	int chunks[LEVELS];
};

/* Returns 0 or -errno with the step. */
int holding_open(struct directmap *map, uint64_t seed, uint64_t budget_bytes, struct holding *holding,
		 const char **step);
/*
 * Take chunks until the demand is met, splitting the direct map where too little of it is small and the budget allows.
 * Stops early, with 0, where memory or budget ends: holding_has() tells. Returns 0 or -errno with the step.
 */
int holding_fill(struct holding *holding, const struct demand *wanted, const char **step);
int holding_has(const struct holding *holding, int level);
/* Give all chunks back but the first `demand` ones of each level. */
void holding_trim(struct holding *holding, const struct demand *demand);
/* Give the first `demand` chunks of each level back, and keep all others. */
void holding_release(struct holding *holding, const struct demand *demand);
void holding_close(struct holding *holding);
#define HOLDING_CLOSED __attribute__((cleanup(holding_close)))

#endif
