/*
 * Page sets: of each size of the direct map's entries as many pages of this process, in one piece of its own memory.
 *
 * All pieces are as long and mapped alike, 4 KB at a time: read by this process, they differ by where the pages lie and
 * by nothing else.
 */
#ifndef LAB_PAGESET_H
#define LAB_PAGESET_H

#include "chain.h"
#include "holding.h"

/* Of 2 MB and 1 GB there are two sets each, to compare a size with itself. */
enum { SET_4K, SET_2M, SET_2M_OTHER, SET_1G, SET_1G_OTHER, SETS };
extern const char *const SET_NAMES[SETS];

struct page_set {
	uint64_t pages; /* 0 where not enough of the size could be had */
	struct chain_page *page;
	uint64_t *frame;
	const struct chunk **chunk;
	int chunks;
};

/* The chunks that sets of so many bytes each are made of. */
struct demand page_sets_demand(uint64_t bytes);
/* The size of entries that a set is in, and whether the n-th chunk of that size is its own: twins take turns. */
int page_set_level(int set);
bool page_set_has_turn(int set, int n);
/* Returns 0, or -errno with the step: -EOPNOTSUPP at "holding" where there are pages of one size at most. */
int page_sets_take(struct holding *holding, uint64_t bytes, struct page_set *sets, const char **step);
/* Put the pages in the order of their frames. */
void page_set_sort(struct page_set *set);
/* The names of the sets that could not be had, with spaces between them. */
void page_sets_lacking(const struct page_set *sets, char *text, size_t room);

#endif
