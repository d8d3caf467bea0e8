/* The neighbour: what a process gets of huge pages and of page cache while its neighbour holds memory. */
#ifndef LAB_NEIGHBOUR_H
#define LAB_NEIGHBOUR_H

#include <stdint.h>

enum { HUGE_BYTES = 2 << 20, CHUNK_BYTES = 64 << 10, PASSES_BEFORE = 1 };

/* Readings in ticks, in their order; the arrays have room for as many as can come. */
struct huge_answer {
	uint64_t *huge, *fallback, *fill; /* first touches that gave a huge page, that did not, and all 2 MB */
	uint64_t huge_count, fallback_count, fill_count;
	uint64_t huge_bytes; /* AnonHugePages of smaps */
};

/* Touch a region that asks for huge pages. Returns 0 or -errno and the step. */
int huge_touch(uint64_t bytes, struct huge_answer *answer, const char **step);

struct pool_answer {
	uint64_t asked, got, ticks;
};

/* Raise the pool of 2 MB pages, and put it back to what was read. Returns 0 or -errno. */
int pool_ask(uint64_t pages, struct pool_answer *answer);

/* Have the kernel compact all memory. Returns 0 or -errno. */
int compact(uint64_t *ticks);

/*
 * Read a file in random order, again and again, after PASSES_BEFORE untimed passes. The file has no name. Returns 0 or
 * -errno and the step. `ticks` has room for `passes` times the file's chunks.
 */
int file_make(const char *folder, uint64_t bytes, const char **step);
int file_read(int file, uint64_t bytes, uint64_t passes, uint64_t *ticks);

#endif
