/* Victims that read memory: at random, where the TLB and the caches tell, and in order, where bandwidth does. */
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#include "chain.h"
#include "memory.h"
#include "victim.h"

enum { PAGE_BYTES = 4096, PAGES = 16384, WORDS = PAGE_BYTES / sizeof(uint64_t) };
/* 64 MB: beyond the reach of second-level TLBs with 4 KB pages, well within it with 2 MB pages. */
static const uint64_t SEED = 88172645463325252u; /* any: the order is the same in every window */

struct walk {
	struct region region;
	uint64_t at;
};

static int link_pages(struct walk *walk)
{
	struct random random = random_from(SEED);
	struct chain_order order ORDER_FREED;
	struct chain_page *page = calloc(PAGES, sizeof(*page));
	int error = chain_order_make(&random, PATTERN_RANDOM, PAGES, &order);
	error = page ? error : -ENOMEM;
	for (size_t i = 0; i < PAGES && !error; i++)
		page[i].address = walk->region.address + i * PAGE_BYTES;
	if (!error)
		walk->at = chain_link(&order, page).user_start;
	free(page);
	return error;
}

static int set_up_walk(const char *backing, void **state, const char **step)
{
	static struct walk walk;
	*state = &walk;
	const int error = region_map(backing_find(backing), (size_t)PAGES * PAGE_BYTES, &walk.region, step);
	if (error)
		return error;
	region_touch(&walk.region, PAGE_BYTES, PAGES);
	*step = "chain";
	return link_pages(&walk);
}

static int set_up_4k(void **state, const char **step)
{
	return set_up_walk("anonymous", state, step);
}

/* A region that the kernel did not give in huge pages would tell of something else. */
static int set_up_2m(void **state, const char **step)
{
	const int error = set_up_walk("thp", state, step);
	const struct walk *walk = *state;
	*step = error ? *step : "huge_pages";
	return error || region_huge_bytes(&walk->region) == walk->region.bytes ? error : -EOPNOTSUPP;
}

static int follow(void *state, struct turn *turn)
{
	struct walk *walk = state;
	walk->at = chain_skip(walk->at, turn->operations);
	return 0;
}

static void forget(void *state)
{
	struct walk *walk = state;
	region_unmap(&walk->region);
}

/* An operation is one page: read from one half of the region and written to the other. */
static int stream(void *state, struct turn *turn)
{
	struct walk *walk = state;
	const uint64_t half = PAGES / 2;
	for (uint64_t i = 0; i < turn->operations; i++, walk->at = (walk->at + 1) % half) {
		const volatile uint64_t *from = (void *)(walk->region.address + walk->at * PAGE_BYTES);
		volatile uint64_t *to = (void *)(walk->region.address + (half + walk->at) * PAGE_BYTES);
		for (size_t word = 0; word < WORDS; word++)
			to[word] = from[word] + 1;
	}
	return 0;
}

static int set_up_stream(void **state, const char **step)
{
	const int error = set_up_2m(state, step);
	((struct walk *)*state)->at = 0;
	return error;
}

const struct victim CHASE_4K = {"pointer_chase_4k", false, set_up_4k, follow, forget};
const struct victim CHASE_2M = {"pointer_chase_2m", false, set_up_2m, follow, forget};
const struct victim STREAM = {"stream", false, set_up_stream, stream, forget};
