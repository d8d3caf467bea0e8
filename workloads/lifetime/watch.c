#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "clock.h"

/* include/uapi/linux/kernel-page-flags.h: what a page of a file has and a free one has not */
enum { UPTODATE = 3, LRU = 5, MAPPED = 11, UNEVICTABLE = 18 };
static const uint64_t HELD = 1ull << UPTODATE | 1ull << LRU | 1ull << MAPPED | 1ull << UNEVICTABLE;
static const uint64_t PATIENCE_NS = 1000000000;
enum { ENDS = 2 }; /* of an area: its first page and its last */

int watch_open(struct watch *watch, uint64_t pages, const char **step)
{
	*watch = (struct watch){.flags = -1};
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

int watch_free(const struct watch *watch, const uint64_t *frame, uint64_t pages, uint64_t *is_free)
{
	for (uint64_t i = 0; i < pages; i++) {
		uint64_t flags;
		if (pread(watch->flags, &flags, sizeof(flags), (off_t)(frame[i] * sizeof(flags))) != sizeof(flags))
			return -EIO;
		is_free[i] = !(flags & HELD);
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

/* Look at both ends; where they are as awaited, at all pages. */
static int look_once(struct watch *watch, struct wait *wait, const uint64_t *frame, uint64_t pages)
{
	const uint64_t end[ENDS] = {frame[0], frame[pages - 1]};
	uint64_t yes[ENDS], *each = watch->word;
	const uint64_t begun = clock_begin();
	int error = wait->look(watch, end, ENDS, yes);
	const uint64_t now = clock_end();
	if (!error && are_all(yes, ENDS)) {
		error = wait->look(watch, frame, pages, each);
		if (!error && are_all(each, pages)) {
			wait->seen = now;
			return 0;
		}
	}
	wait->before = begun;
	return error;
}

static uint64_t widest(const struct wait *one, const struct wait *other)
{
	const uint64_t first = one->seen ? one->seen - one->before : 0;
	const uint64_t second = other->seen ? other->seen - other->before : 0;
	return first > second ? first : second;
}

int watch_return(struct watch *watch, const uint64_t *frame, uint64_t pages, struct sighting *sighting)
{
	const uint64_t begun = clock_raw_ns(), now = clock_begin();
	struct wait back = {watch_readable, now, 0}, gone = {look_at_flags, now, 0};
	int error = 0;
	while (!error && !(back.seen && gone.seen) && clock_raw_ns() - begun < PATIENCE_NS) {
		if (!back.seen)
			error = look_once(watch, &back, frame, pages);
		if (!error && !gone.seen)
			error = look_once(watch, &gone, frame, pages);
	}
	*sighting = (struct sighting){back.seen, gone.seen, widest(&back, &gone)};
	return error;
}
