#include "recording.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>

static const uint64_t SHORTEST_TURN_NS = 5000; /* a quarter of what they are calibrated to */
static const uint64_t SEED = 1985;
static const double LEVELS[] = {[P50] = 0.5, [P99] = 0.99, [P99_9] = 0.999};

/* Shared with the children that are forked later; its pages are there already. */
static void *shared(uint64_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	return memory == MAP_FAILED ? NULL : memory;
}

struct victim_record *victim_record_make(const struct schedule *schedule)
{
	const uint64_t buckets = (uint64_t)schedule->buckets, windows = (uint64_t)schedule->windows;
	const uint64_t room = buckets * schedule->bucket_ns / SHORTEST_TURN_NS;
	struct victim_record *record = shared(sizeof(*record));
	uint64_t *counts = shared(windows * buckets * 2 * sizeof(uint64_t));
	uint32_t *latencies = shared(windows * room * sizeof(uint32_t));
	if (!record || !counts || !latencies)
		return NULL;
	record->room = room;
	record->random = random_from(SEED);
	for (uint64_t w = 0; w < windows; w++) {
		record->window[w].operations = counts + w * 2 * buckets;
		record->window[w].worst_ns = counts + (w * 2 + 1) * buckets;
		record->window[w].latency_ns = latencies + w * room;
	}
	return record;
}

struct aggressor_record *aggressor_record_make(const struct schedule *schedule)
{
	const uint64_t buckets = (uint64_t)schedule->buckets, windows = (uint64_t)schedule->windows;
	struct aggressor_record *record = shared(sizeof(*record));
	uint64_t *pages = shared(windows * buckets * sizeof(uint64_t));
	if (!record || !pages)
		return NULL;
	for (uint64_t w = 0; w < windows; w++)
		record->window[w].pages = pages + w * buckets;
	return record;
}

/* The bucket of a moment, or false where it is in no counted part. */
static bool find_bucket(const struct schedule *schedule, int window, uint64_t now_ns, uint64_t *bucket)
{
	const uint64_t counted_ns = window_counted(schedule, window);
	if (now_ns < counted_ns)
		return false;
	*bucket = (now_ns - counted_ns) / schedule->bucket_ns;
	return *bucket < (uint64_t)schedule->buckets;
}

/* Where a latency goes: past the room one of all turns' is given up for it, by Algorithm R (Vitter 1985). */
static uint64_t place_of(struct victim_record *record, uint64_t turns)
{
	return turns < record->room ? turns : random_below(&record->random, turns + 1);
}

static void note(struct victim_record *record, const struct schedule *schedule, int window, const struct note *turn)
{
	struct victim_window *mine = &record->window[window];
	const uint64_t latency_ns = turn->latency_ns;
	uint64_t bucket;
	if (!find_bucket(schedule, window, turn->now_ns, &bucket))
		return;
	mine->operations[bucket] += turn->operations;
	if (latency_ns > mine->worst_ns[bucket])
		mine->worst_ns[bucket] = latency_ns;
	const uint64_t place = place_of(record, mine->turns++);
	if (place < record->room)
		mine->latency_ns[place] = latency_ns < UINT32_MAX ? (uint32_t)latency_ns : UINT32_MAX;
	if (latency_ns > mine->quantile_ns[WORST])
		mine->quantile_ns[WORST] = latency_ns;
}

void victim_note(struct victim_record *record, const struct schedule *schedule, int window, struct notes *notes)
{
	for (int i = 0; i < notes->count; i++)
		note(record, schedule, window, &notes->note[i]);
	notes->count = 0;
}

void aggressor_note(struct aggressor_record *record, const struct schedule *schedule, int window, uint64_t now_ns,
		    uint64_t pages)
{
	uint64_t bucket;
	__atomic_add_fetch(&record->made_pages, pages, __ATOMIC_RELAXED);
	if (find_bucket(schedule, window, now_ns, &bucket))
		record->window[window].pages[bucket] += pages;
}

static int compare(const void *left, const void *right)
{
	const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
	return a < b ? -1 : a > b;
}

/* The smallest latency that at least this share of the turns does not exceed. */
static uint64_t quantile(const struct victim_window *window, uint64_t count, double level)
{
	const double rank = level * (double)count;
	const uint64_t below = (uint64_t)rank;
	const uint64_t at = below < rank ? below : below - 1;
	return window->latency_ns[at < count ? at : count - 1];
}

void victim_record_settle(struct victim_record *record, const struct schedule *schedule)
{
	for (int w = 0; w < schedule->windows; w++) {
		struct victim_window *window = &record->window[w];
		const uint64_t count = window->turns < record->room ? window->turns : record->room;
		qsort(window->latency_ns, count, sizeof(uint32_t), compare);
		for (int q = 0; q < WORST && count; q++)
			window->quantile_ns[q] = quantile(window, count, LEVELS[q]);
	}
}
