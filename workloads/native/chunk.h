/*
 * A chunk: 2 MB of this process's own pages, in a file of a ramfs that has no name any more.
 *
 * It counts for the size of the direct map's entry that most of its pages have, and half a chunk of these is used, so that
 * all sizes are spread over this process's addresses alike.
 */
#ifndef LAB_CHUNK_H
#define LAB_CHUNK_H

#include "pagetable.h"
#include "random.h"

enum { CHUNK_PAGES = 512, USED_PAGES = CHUNK_PAGES / 2, CHUNK_BYTES = CHUNK_PAGES * 4096 };
enum { MIXED = 0, LEVELS = MAPPED_1G + 1 }; /* beside MAPPED_4K, MAPPED_2M, MAPPED_1G */

struct chunk {
	char *address;
	int file;
	int level;           /* that at least USED_PAGES have, or MIXED */
	uint64_t *frame;     /* CHUNK_PAGES */
	uint8_t *page_level; /* CHUNK_PAGES */
};

/* Make one in a ramfs. Returns 0 or -errno; after either it is given back by chunk_drop(). */
int chunk_make(int mount, struct random *random, struct chunk *chunk);
/* Tell of each of its pages, and of it, the size that an atlas says. */
void chunk_sort(const struct atlas *atlas, struct chunk *chunk);
void chunk_drop(const struct chunk *chunk);

#endif
