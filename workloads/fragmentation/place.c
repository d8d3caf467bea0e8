#include "place.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "order.h"

enum { REGION_PAGES = 512, PAGE_BYTES = 4096 };
/* Documentation/admin-guide/mm/pagemap.rst, include/uapi/linux/kernel-page-flags.h */
enum {
	LRU = 5,
	SLAB = 7,
	BUDDY = 10,
	MAPPED = 11,
	ANON = 12,
	HUGE = 17,
	THP = 22,
	OFFLINE = 23,
	TABLE = 26,
	RESERVED = 32
};

static bool has(uint64_t flags, int bit)
{
	return flags >> bit & 1;
}

static enum region_reading kind_of(uint64_t flags)
{
	if (has(flags, BUDDY))
		return FREE_PAGES;
	if (has(flags, SLAB) || has(flags, TABLE) || has(flags, RESERVED) || has(flags, OFFLINE))
		return KERNEL_PAGES;
	const bool user =
		has(flags, LRU) || has(flags, MAPPED) || has(flags, ANON) || has(flags, HUGE) || has(flags, THP);
	return user ? USER_PAGES : UNNAMED_PAGES;
}

int place_open(struct place *place, const char **step)
{
	*place = (struct place){.flags = -1};
	int error = directmap_open(&place->map, step);
	if (error)
		return error;
	*step = "kpageflags";
	place->flags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	error = place->flags < 0 ? -errno : 0;
	if (error)
		place_close(place);
	return error;
}

void place_close(struct place *place)
{
	atlas_free(&place->before);
	if (place->flags >= 0)
		close(place->flags);
	directmap_close(&place->map);
	place->flags = -1;
}

int place_begin(struct place *place)
{
	atlas_free(&place->before);
	return place_walk(place, &place->before);
}

int place_walk(struct place *place, struct atlas *atlas)
{
	const struct pagetable table = directmap_tables(&place->map);
	return pagetable_walk(&table, atlas);
}

struct scar scar_of(const struct atlas *atlas)
{
	struct scar scar = {.table_bytes = (atlas->tables[1] + atlas->tables[2]) * PAGE_BYTES,
			    .table_blocks = atlas->table_blocks};
	for (size_t i = 0; i < atlas->count; i++) {
		const struct stretch *stretch = &atlas->stretch[i];
		const uint64_t bytes = stretch->level == MAPPED_4K ? stretch->pages * PAGE_BYTES : 0;
		scar.small_bytes += bytes;
		if ((stretch->flags & FLAG_PRESENT) && !(stretch->flags & FLAG_GLOBAL))
			scar.unglobal_bytes += bytes;
	}
	return scar;
}

static int level_at(const struct atlas *atlas, uint64_t page)
{
	const struct stretch *stretch = atlas_find(atlas, page);
	return stretch ? stretch->level : NOT_MAPPED;
}

uint64_t healed_regions(const struct atlas *held, const struct atlas *after)
{
	const struct stretch *last = held->count ? &held->stretch[held->count - 1] : NULL;
	uint64_t healed = 0;
	for (uint64_t page = 0; last && page < last->first_page + last->pages; page += REGION_PAGES)
		healed += level_at(held, page) == MAPPED_4K && level_at(after, page) > MAPPED_4K;
	return healed;
}

/* One block: how many of its pages are what; those of `frame`, which are `secret` many, are not looked up. */
static int read_region(const struct place *place, const uint64_t *frame, uint64_t secret, uint64_t *kinds)
{
	uint64_t flags[REGION_PAGES], next = 0;
	const uint64_t first = frame[0] / REGION_PAGES * REGION_PAGES;
	const ssize_t got = pread(place->flags, flags, sizeof(flags), (off_t)(first * sizeof(*flags)));
	if (got < 0)
		return -errno;
	for (int i = 0; i < REGION_READINGS; i++)
		kinds[i] = 0;
	for (uint64_t i = 0; i < (uint64_t)got / sizeof(*flags); i++) {
		const bool ours = next < secret && frame[next] == first + i;
		next += ours;
		kinds[ours ? SECRET_PAGES : kind_of(flags[i])]++;
	}
	kinds[LEVEL_BEFORE] = (uint64_t)level_at(&place->before, frame[0]);
	return 0;
}

int64_t place_regions(const struct place *place, uint64_t *frame, uint64_t count, uint64_t *const *reading)
{
	int64_t regions = 0;
	ascend(frame, count);
	for (uint64_t at = 0, end; at < count; at = end, regions++) {
		uint64_t kinds[REGION_READINGS];
		for (end = at; end < count && frame[end] / REGION_PAGES == frame[at] / REGION_PAGES; end++)
			;
		const int error = read_region(place, frame + at, end - at, kinds);
		if (error)
			return error;
		for (int i = 0; i < REGION_READINGS; i++)
			reading[i][regions] = kinds[i];
	}
	return regions;
}
