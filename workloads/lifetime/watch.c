#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"

/*
 * include/uapi/linux/kernel-page-flags.h: what a page of a file has and a free one has not. A frame that somebody else
 * has already is free, too: most often an anonymous page. Pages of memfd are swap-backed, those of secret memory not.
 */
enum { UPTODATE = 3, LRU = 5, MAPPED = 11, ANONYMOUS = 12, SWAP_BACKED = 14, UNEVICTABLE = 18 };
static const uint64_t OF_FILE = 1ull << UPTODATE | 1ull << LRU | 1ull << MAPPED | 1ull << UNEVICTABLE;
static const uint64_t PATIENCE_NS = 1000000000;
enum { ENDS = 2 }; /* of an area: its first page and its last */
enum { BACK, FREE, WAITS };

int watch_open(struct watch *watch, uint64_t pages, bool swap_backed, const char **step)
{
	*watch = (struct watch){.flags = -1, .swap_backed = swap_backed};
	int error = directmap_open(&watch->map, step);
	if (error)
		return error;
	*step = "kpageflags";
	watch->flags = open("/proc/kpageflags", O_RDONLY | O_CLOEXEC);
	error = watch->flags < 0 ? -errno : 0;
	watch->word = malloc(pages * sizeof(*watch->word));
	watch->failed = malloc(pages * sizeof(*watch->failed));
	if (!error && (!watch->word || !watch->failed))
		error = -ENOMEM;
	if (error)
		watch_close(watch);
	return error;
}

void watch_close(struct watch *watch)
{
	free(watch->word);
	free(watch->failed);
	if (watch->flags >= 0)
		close(watch->flags);
	directmap_close(&watch->map);
	*watch = (struct watch){.flags = -1};
}

int watch_readable(struct watch *watch, const uint64_t *frame, uint64_t pages, uint64_t *readable)
{
	const int error = directmap_read(&watch->map, frame, pages, watch->word, watch->failed);
	for (uint64_t i = 0; !error && i < pages; i++)
		readable[i] = !watch->failed[i];
	return error;
}

static bool is_ours(uint64_t flags, bool swap_backed)
{
	return (flags & OF_FILE) && !(flags >> ANONYMOUS & 1) && (flags >> SWAP_BACKED & 1) == swap_backed;
}

int watch_free(const struct watch *watch, const uint64_t *frame, uint64_t pages, uint64_t *is_free)
{
	for (uint64_t i = 0; i < pages; i++) {
		uint64_t flags;
		if (pread(watch->flags, &flags, sizeof(flags), (off_t)(frame[i] * sizeof(flags))) != sizeof(flags))
			return -EIO;
		is_free[i] = !is_ours(flags, watch->swap_backed);
	}
	return 0;
}

static bool are_all(const uint64_t *yes, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		if (!yes[i])
			return false;
	return true;
}

typedef int (*look)(struct watch *watch, const uint64_t *frame, uint64_t pages, uint64_t *yes);

static int look_at_flags(struct watch *watch, const uint64_t *frame, uint64_t pages, uint64_t *yes)
{
	return watch_free(watch, frame, pages, yes);
}

/* One thing that is waited for: the last look at which it was not so began at `before`, it was seen at `seen`. */
struct wait {
	look look;
	uint64_t before, seen;
};

static int look_once(struct watch *watch, struct wait *wait, const uint64_t *frame, uint64_t pages)
{
	const uint64_t begun = clock_begin();
	const int error = wait->seen ? 0 : wait->look(watch, frame, pages, watch->word);
	const uint64_t now = clock_end();
	if (error || wait->seen)
		return error;
	if (are_all(watch->word, pages))
		wait->seen = now;
	else
		wait->before = begun;
	return 0;
}

/* Look at some pages until both are seen, or it is too late. */
static int look_often(struct watch *watch, struct wait *wait, const uint64_t *frame, uint64_t pages)
{
	const uint64_t begun = clock_raw_ns();
	int error = 0;
	while (!error && !(wait[BACK].seen && wait[FREE].seen) && clock_raw_ns() - begun < PATIENCE_NS)
		for (int i = 0; !error && i < WAITS; i++)
			error = look_once(watch, &wait[i], frame, pages);
	return error;
}

/* What was seen of the ends has to hold for all: else it is waited for again, with all pages in each look. */
static int confirm(struct watch *watch, struct wait *wait, const uint64_t *frame, uint64_t pages)
{
	bool all = true;
	for (int i = 0; i < WAITS; i++) {
		const int error = wait[i].look(watch, frame, pages, watch->word);
		if (error)
			return error;
		if (are_all(watch->word, pages))
			continue;
		wait[i].seen = 0;
		all = false;
	}
	return all ? 0 : look_often(watch, wait, frame, pages);
}

int watch_return(struct watch *watch, const uint64_t *frame, uint64_t pages, struct sighting *sighting)
{
	const uint64_t ends[ENDS] = {frame[0], frame[pages - 1]}, now = clock_begin();
	struct wait wait[WAITS] = {[BACK] = {watch_readable, now, 0}, [FREE] = {look_at_flags, now, 0}};
	int error = look_often(watch, wait, ends, ENDS);
	if (!error)
		error = confirm(watch, wait, frame, pages);
	*sighting = (struct sighting){
		.back = wait[BACK].seen,
		.free = wait[FREE].seen,
		.back_apart = wait[BACK].seen ? wait[BACK].seen - wait[BACK].before : 0,
		.free_apart = wait[FREE].seen ? wait[FREE].seen - wait[FREE].before : 0,
	};
	return error;
}
