#include "pageset.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

const char *const SET_NAMES[SETS] = {"4k", "2m", "2m_other", "1g", "1g_other"};

int page_set_level(int set)
{
	static const int level[SETS] = {MAPPED_4K, MAPPED_2M, MAPPED_2M, MAPPED_1G, MAPPED_1G};
	return level[set];
}

bool page_set_has_turn(int set, int n)
{
	static const int turn[SETS] = {[SET_2M_OTHER] = 1, [SET_1G_OTHER] = 1};
	return set == SET_4K || n % 2 == turn[set];
}

/* Twins take turns, so that neither gets what was handed out first. */
static int choose_chunks(const struct holding *holding, int which, int wanted, const struct chunk **chosen)
{
	int seen = 0, count = 0;
	for (int i = 0; i < holding->count && count < wanted; i++)
		if (holding->chunk[i].level == page_set_level(which) && page_set_has_turn(which, seen++))
			chosen[count++] = &holding->chunk[i];
	return count;
}

/* Of each chunk the first USED_PAGES that have its size: which places these are is chance (native/holding.c). */
static void use_pages(struct page_set *set, uint64_t pages)
{
	for (int i = 0; i < set->chunks; i++) {
		const struct chunk *chunk = set->chunk[i];
		for (int page = 0, used = 0; page < CHUNK_PAGES && used < USED_PAGES && set->pages < pages; page++) {
			if (chunk->page_level[page] != chunk->level)
				continue;
			set->page[set->pages].address = chunk->address + page * 4096;
			set->frame[set->pages++] = chunk->frame[page];
			used++;
		}
	}
}

/* Move the chunks' mappings into one piece, one behind the other. */
static int gather(struct page_set *set, uint64_t pages)
{
	const size_t bytes = (size_t)set->chunks * CHUNK_BYTES;
	char *area = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (area == MAP_FAILED)
		return -errno;
	for (int i = 0; i < set->chunks; i++) {
		struct chunk *chunk = (struct chunk *)set->chunk[i];
		char *place = area + (size_t)i * CHUNK_BYTES;
		if (mremap(chunk->address, CHUNK_BYTES, CHUNK_BYTES, MREMAP_MAYMOVE | MREMAP_FIXED, place) != place)
			return -errno;
		chunk->address = place;
	}
	use_pages(set, pages);
	return 0;
}

static int take_one(const struct holding *holding, int which, uint64_t pages, int wanted, struct page_set *set)
{
	*set = (struct page_set){
		.page = calloc(pages, sizeof(*set->page)),
		.frame = calloc(pages, sizeof(*set->frame)),
		.chunk = calloc((size_t)wanted, sizeof(*set->chunk)),
	};
	if (!set->page || !set->frame || !set->chunk)
		return -ENOMEM;
	set->chunks = choose_chunks(holding, which, wanted, set->chunk);
	return set->chunks == wanted ? gather(set, pages) : 0;
}

struct demand page_sets_demand(uint64_t bytes)
{
	const int wanted = (int)((bytes / 4096 + USED_PAGES - 1) / USED_PAGES);
	return (struct demand){{[MAPPED_4K] = wanted, [MAPPED_2M] = 2 * wanted, [MAPPED_1G] = 2 * wanted}};
}

int page_sets_take(struct holding *holding, uint64_t bytes, struct page_set *sets, const char **step)
{
	const uint64_t pages = bytes / 4096;
	const struct demand demand = page_sets_demand(bytes);
	const int wanted = demand.chunks[MAPPED_4K];
	int had = 0, error = holding_fill(holding, &demand, step);
	if (error)
		return error;
	holding_trim(holding, &demand);
	*step = "holding";
	for (int i = 0; !error && i < SETS; i++) {
		error = take_one(holding, i, pages, wanted, &sets[i]);
		had += sets[i].pages != 0;
	}
	if (error)
		return error;
	return had > 1 ? 0 : -EOPNOTSUPP;
}

struct placed {
	uint64_t frame;
	struct chain_page page;
};

static int compare(const void *left, const void *right)
{
	const uint64_t a = ((const struct placed *)left)->frame, b = ((const struct placed *)right)->frame;
	return a < b ? -1 : a > b;
}

void page_set_sort(struct page_set *set)
{
	struct placed *placed = calloc(set->pages, sizeof(*placed));
	if (!placed)
		return;
	for (uint64_t i = 0; i < set->pages; i++)
		placed[i] = (struct placed){set->frame[i], set->page[i]};
	qsort(placed, set->pages, sizeof(*placed), compare);
	for (uint64_t i = 0; i < set->pages; i++) {
		set->frame[i] = placed[i].frame;
		set->page[i] = placed[i].page;
	}
	free(placed);
}

void page_sets_lacking(const struct page_set *sets, char *text, size_t room)
{
	size_t length = 0;
	text[0] = '\0';
	for (int i = 0; i < SETS; i++)
		if (!sets[i].pages)
			length +=
				(size_t)snprintf(text + length, room - length, "%s%s", length ? " " : "", SET_NAMES[i]);
}
