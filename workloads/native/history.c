#include "history.h"

#include <errno.h>

enum { PLUG_BYTES = 1 << 30, PLUG_SPARE_BYTES = 8 << 20, POLL_PAGES = 16, BALLAST_MARGIN = 8 };

/* Map, touch and give back, so that the free pages that come next are the ones that were used a moment ago. */
int history_reuse(const struct backing *backing, uint64_t pages, struct history *history, const char **step)
{
	struct region region;
	const int error = region_map(backing, pages * backing->page_bytes, &region, step);
	if (error)
		return error;
	const uint64_t begin = clock_begin();
	region_touch(&region, backing->page_bytes, pages);
	history->host_backing = (struct host_backing){pages, backing->name, clock_end() - begin};
	region_unmap(&region);
	return 0;
}

/* Free pages that were secret are mapped by 4 KB entries: no plug need be larger than all of these. */
static size_t most_plug_bytes(void)
{
	const int64_t mapped_small = counters_direct_map_4k();
	const size_t scar = mapped_small == NOT_COUNTED ? 0 : (size_t)mapped_small;
	return scar + PLUG_SPARE_BYTES < PLUG_BYTES ? scar + PLUG_SPARE_BYTES : PLUG_BYTES;
}

/* As large as the limit allows beside the region, which is mapped already. */
static int map_plug(struct region *plug, const char **step)
{
	const struct backing *secret = backing_find("secret");
	size_t bytes = most_plug_bytes();
	int error;
	while ((error = region_map(secret, bytes, plug, step)) == -EAGAIN && bytes > secret->page_bytes)
		bytes /= 2;
	return error;
}

/*
 * Touch secret pages, untimed, until the kernel splits the direct map for one: what the allocator hands out from there
 * on was never secret. The counter is asked only now and then, for its text costs as much as a secret page.
 */
static uint64_t fill_plug(const struct region *plug, struct counter_files *files, int64_t splits)
{
	const size_t page_bytes = backing_find("secret")->page_bytes;
	for (uint64_t page = 0; page < plug->bytes / page_bytes; page++) {
		*(volatile char *)(plug->address + page * page_bytes) = 1;
		if (page % POLL_PAGES == 0 && counters_splits(files) > splits)
			return page + 1;
	}
	return 0;
}

int history_refresh(uint64_t pages, struct counter_files *files, struct history *history, const char **step)
{
	const int64_t splits = counters_splits(files);
	*step = "fresh";
	if (splits == NOT_COUNTED)
		return -EOPNOTSUPP;
	const int error = map_plug(&history->plug, step);
	if (error)
		return error;
	*step = "fresh";
	history->plug_pages = fill_plug(&history->plug, files, splits);
	if (!history->plug_pages)
		return -EOPNOTSUPP;
	const uint64_t begin = clock_begin();
	const uint64_t backed = ballast_shift(pages + pages / BALLAST_MARGIN + POLL_PAGES, &history->kept);
	history->host_backing = (struct host_backing){backed, "pipe", clock_end() - begin};
	return 0;
}

void history_release(struct history *history)
{
	ballast_drop(&history->kept);
	region_unmap(&history->plug);
}
