/*
 * Ballast: kernel pages taken, written and given back, so that the host has the memory that secret pages will get next.
 *
 * A pipe's buffers are allocated as secret pages are (order 0, GFP_HIGHUSER and so unmovable: fs/pipe.c,
 * mm/secretmem.c), and stay in the direct map. Anonymous memory will not do: it is movable, and comes from other
 * blocks.
 *
 * One page in eight is kept. Its neighbours then cannot be merged into larger blocks when they are free, and the
 * allocator takes the smallest block that will do (__rmqueue_smallest() in mm/page_alloc.c). Were all given back, the
 * rest of the last block that was broken for them would be smaller than they are, and nobody has written to that yet.
 */
#ifndef LAB_BALLAST_H
#define LAB_BALLAST_H

#include <stdint.h>

enum { MOST_PIPES = 256 };

struct pipe {
	int reader, writer;
};

struct ballast {
	struct pipe pipe[MOST_PIPES];
	int count;
};

/* Take pages, give `pages` of them back, keep the others. Returns how many it gave back; pipe(7) tells the bounds. */
uint64_t ballast_shift(uint64_t pages, struct ballast *kept);
void ballast_drop(struct ballast *ballast);

#endif
