/* A place: where the direct map is split, and what lies beside secret pages. For those who may read both. */
#ifndef LAB_PLACE_H
#define LAB_PLACE_H

#include "directmap.h"

/* What can be read of each block of 2 MB that holds secret pages; the numbers of pages add up to 512. */
enum region_reading {
	SECRET_PAGES,  /* of this trial */
	FREE_PAGES,    /* in the buddy allocator */
	USER_PAGES,    /* of programs and files, which the kernel can move */
	KERNEL_PAGES,  /* slab, page tables, reserved */
	UNNAMED_PAGES, /* the kernel says nothing: other pages of its own, and free ones that a CPU keeps in hand */
	LEVEL_BEFORE,  /* the size of the direct map's entry before: MAPPED_4K, MAPPED_2M, MAPPED_1G */
	REGION_READINGS
};

struct place {
	struct directmap map;
	int flags; /* of /proc/kpageflags */
	struct atlas before;
};

/* All that the direct map says at one moment. */
struct scar {
	uint64_t small_bytes;    /* mapped by 4 KB entries */
	uint64_t unglobal_bytes; /* by such that are present and no longer global, as a page's is that was secret */
	uint64_t table_bytes;    /* the page tables */
	uint64_t table_blocks;   /* blocks of 2 MB in which tables that map 4 KB pages lie: no huge page any more */
};

/* Returns 0, or -errno with the step, and nothing held. */
int place_open(struct place *place, const char **step);
void place_close(struct place *place);
/* What is read afterwards is compared with what is there now. Returns 0 or -errno. */
int place_begin(struct place *place);
int place_walk(struct place *place, struct atlas *atlas);
struct scar scar_of(const struct atlas *atlas);
/* How many blocks of 2 MB were in 4 KB and are not any more. */
uint64_t healed_regions(const struct atlas *held, const struct atlas *after);
/* Sorts the frames. `reading` has room for `count` of each. Returns the number of blocks, or -errno. */
int64_t place_regions(const struct place *place, uint64_t *frame, uint64_t count, uint64_t *const *reading);

#endif
