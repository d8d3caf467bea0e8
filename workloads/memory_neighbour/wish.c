#include "wish.h"

#include <errno.h>

#include "cleanup.h"
#include "group.h"
#include "memory.h"
#include "neighbour.h"
#include "reading.h"
#include "reserve.h"
#include "tally.h"

static int ask_huge(const struct wish *wish, struct report *report, const char **step)
{
	static struct huge_answer answer;
	const uint64_t most = wish->region / HUGE_BYTES;
	uint64_t *room = populated(3 * most * sizeof(*room));
	if (!room)
		return -ENOMEM;
	answer = (struct huge_answer){.huge = room, .fallback = room + most, .fill = room + 2 * most};
	const int error = huge_touch(wish->region, &answer, step);
	reading_add(report, "huge_fault", answer.huge_count, answer.huge, false);
	reading_add(report, "fallback_fault", answer.fallback_count, answer.fallback, false);
	reading_add(report, "fill_2m", answer.fill_count, answer.fill, false);
	reading_add_one(report, "huge_pages", answer.huge_bytes / HUGE_BYTES, true);
	return error;
}

static int raise_pool(const struct wish *wish, struct pool_answer *answer, const char **step)
{
	*step = "pool";
	return pool_ask((wish->region ? wish->region : reserve_free()) / HUGE_BYTES, answer);
}

static int count_pool(const struct wish *wish, struct report *report, const char *metric, struct pool_answer *answer,
		      const char **step)
{
	*answer = (struct pool_answer){0};
	const int error = raise_pool(wish, answer, step);
	reading_add_one(report, metric, answer->got, true);
	return error;
}

static int ask_pool(const struct wish *wish, struct report *report, const char **step)
{
	struct pool_answer answer;
	const int error = count_pool(wish, report, "pool_pages", &answer, step);
	reading_add_one(report, "pool_time", answer.ticks, false);
	return error;
}

static int ask_compaction(const struct wish *wish, struct report *report, const char **step)
{
	uint64_t ticks = 0;
	(void)wish;
	*step = "compaction";
	const int error = compact(&ticks);
	reading_add_one(report, "compaction_time", ticks, false);
	return error;
}

static int ask_cache(const struct wish *wish, struct report *report, const char **step)
{
	static const char *const rows[] = {"workingset_refault_file", "pgpgout", "pgsteal", "pgscan"};
	static const char *const metrics[] = {"refaulted_pages", "uncharged_pages", "reclaimed_pages", "scanned_pages"};
	enum { ROWS = 4 };
	const uint64_t bytes = 2 * wish->region, readings = bytes / CHUNK_BYTES * wish->passes;
	uint64_t before[ROWS], *ticks = populated(readings * sizeof(*ticks));
	*step = "cgroup";
	int error = ticks ? group_enter(wish->group) : -ENOMEM;
	CLOSED const int file = error ? error : file_make(wish->folder, bytes, step);
	if (file < 0)
		return file;
	for (int i = 0; i < ROWS; i++)
		before[i] = group_row(wish->group, rows[i]);
	*step = "read";
	error = file_read(file, bytes, wish->passes, ticks);
	reading_add(report, "read_64k", error ? 0 : readings, ticks, false);
	for (int i = 0; i < ROWS; i++)
		reading_add_one(report, metrics[i], gained(group_row(wish->group, rows[i]), before[i]), true);
	return error;
}

/* The kernel compacts for who asks, so that who asks first gets less than who asks again: the first is not counted. */
int wish_before(const struct wish *wish, struct report *report, const char **step)
{
	struct pool_answer first, second;
	if (wish->question != HUGETLB)
		return 0;
	const int error = raise_pool(wish, &first, step);
	return error ? error : count_pool(wish, report, "pool_pages_found", &second, step);
}

int wish_ask(const struct wish *wish, struct report *report, const char **step)
{
	static int (*const asked[])(const struct wish *, struct report *, const char **) = {
		[THP] = ask_huge, [HUGETLB] = ask_pool, [COMPACTION] = ask_compaction, [PAGE_CACHE] = ask_cache};
	return asked[wish->question](wish, report, step);
}

int wish_after(const struct wish *wish, struct report *report, const char **step)
{
	struct pool_answer answer;
	return wish->question == HUGETLB ? count_pool(wish, report, "pool_pages_left", &answer, step) : 0;
}
