/*
 * fault_latency: the time of every single first touch.
 *
 * A region is mapped, its pages are written to one after the other, and each write is timed. Several threads write to
 * parts of the region that lie one behind the other.
 */
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "canary.h"
#include "cleanup.h"
#include "coldness.h"
#include "companion.h"
#include "history.h"
#include "memory.h"
#include "option.h"
#include "output.h"

static const char PROGRAM[] = "fault_latency";
static const char *const OTHERS[] = {"idle", "spin_user", "spin_kernel", NULL};
static const char *const HISTORIES[] = {"fresh", "reused", NULL};
enum { FRESH, REUSED };
enum { BLOCK_BYTES = 2 << 20 };
static const char *const BY_COLDNESS[COLDNESSES] = {"touch_split_nothing", "touch_split_2m", "touch_split_1g"};

static const char *backing_name = "anonymous", *cpus_text, *samples_path;
static uint64_t pages = 1024, thread_count = 1, others = COMPANY_IDLE, age = REUSED;

static const struct option_spec OPTIONS[] = {
	TEXT_OPTION("backing", &backing_name, "kind of memory: see probe for the names [anonymous]"),
	NUMBER_OPTION("pages", &pages, 1, 1 << 28, "pages to touch, of the backing's own size"),
	NUMBER_OPTION("threads", &thread_count, 1, MAX_CPUS, "threads that touch at once"),
	CHOICE_OPTION("others", &others, OTHERS, "what the other CPUs do"),
	CHOICE_OPTION("history", &age, HISTORIES, "memory never secret before, or used at once before"),
	TEXT_OPTION("cpus", &cpus_text, "CPUs, the timed ones first [all]"),
	TEXT_OPTION("samples", &samples_path, "file for the raw readings, u64 nanoseconds"),
	{0},
};
static const struct option_table TABLE = {
	PROGRAM,
	"the time of every first touch of a page",
	"fault_latency --backing secret --pages 1024 --cpus 1,0",
	OPTIONS,
};

struct toucher {
	pthread_t thread;
	int cpu;
	char *first;
	uint64_t count;
	size_t page_bytes;
	uint64_t *ticks;
	pthread_barrier_t *start;
	int error;
};

/* The timed loop: nothing between the two reads of the clock but the touch. Made once a clock, with no choice in it. */
static inline __attribute__((always_inline)) void touch_between(const struct toucher *toucher, uint64_t (*begin)(void),
								uint64_t (*end)(void))
{
	const size_t page_bytes = toucher->page_bytes;
	volatile char *page = toucher->first;
	for (uint64_t *ticks = toucher->ticks; ticks < toucher->ticks + toucher->count; ticks++, page += page_bytes) {
		const uint64_t begun = begin();
		*page = 1;
		*ticks = end() - begun;
	}
}

/* A function of its own: a profile of the kernel finds the touches by its name (bench/run/profile.py). */
static __attribute__((noinline)) void touch_and_time(const struct toucher *toucher)
{
	if (clock_uses_counter)
		touch_between(toucher, counter_begin, counter_end);
	else
		touch_between(toucher, clock_raw_ns, clock_raw_ns);
}

static void *run_toucher(void *argument)
{
	struct toucher *toucher = argument;
	toucher->error = pin_to(toucher->cpu);
	pthread_barrier_wait(toucher->start);
	if (!toucher->error)
		touch_and_time(toucher);
	return NULL;
}

/* Divide the region among the threads, the first ones taking one page more where it does not come out even. */
static void divide(struct toucher *touchers, const struct region *region, size_t page_bytes, uint64_t *ticks,
		   const struct cpu_list *cpus)
{
	uint64_t first = 0;
	for (uint64_t i = 0; i < thread_count; i++) {
		const uint64_t count = pages / thread_count + (i < pages % thread_count);
		touchers[i] = (struct toucher){
			.cpu = cpus->cpu[i],
			.first = region->address + first * page_bytes,
			.count = count,
			.page_bytes = page_bytes,
			.ticks = ticks + first,
		};
		first += count;
	}
}

/* The readings of fresh touches by what they split; none where that cannot be told. */
struct by_coldness {
	uint64_t *reading[COLDNESSES], count[COLDNESSES];
};

static int sort_by_coldness(const struct cold_map *cold, const struct region *region, const uint64_t *ticks,
			    struct by_coldness *sorted)
{
	if (!cold->known)
		return 0;
	for (int kind = 0; kind < COLDNESSES; kind++)
		if (!(sorted->reading[kind] = populated(pages * sizeof(*ticks))))
			return -ENOMEM;
	return cold_map_sort(cold, region, ticks, pages, sorted->reading, sorted->count);
}

/* All threads stand ready at the barrier before the first touch; the counters are read on this side of it. */
static int touch_with_threads(struct toucher *touchers, struct counter_files *files, const struct cpu_list *cpus,
			      struct report *report)
{
	pthread_barrier_t start;
	uint64_t started = 0;
	int error = -pthread_barrier_init(&start, NULL, (unsigned int)thread_count + 1);
	for (; !error && started < thread_count; started += !error) {
		touchers[started].start = &start;
		error = -pthread_create(&touchers[started].thread, NULL, run_toucher, &touchers[started]);
	}
	if (error)
		exit(report_failure(PROGRAM, "pthread_create", error, "a thread could not be started"));
	counters_read(files, cpus, (int)thread_count, &report->before);
	pthread_barrier_wait(&start);
	for (uint64_t i = 0; i < thread_count; i++) {
		pthread_join(touchers[i].thread, NULL);
		error = error ? error : touchers[i].error;
	}
	counters_read(files, cpus, (int)thread_count, &report->after);
	pthread_barrier_destroy(&start);
	return error;
}

static int touch_alone(const struct toucher *toucher, struct counter_files *files, const struct cpu_list *cpus,
		       struct report *report)
{
	counters_read(files, cpus, 1, &report->before);
	touch_and_time(toucher);
	counters_read(files, cpus, 1, &report->after);
	return 0;
}

static const char *explain(const char *step)
{
	if (!strcmp(step, "fresh"))
		return "no page that was never secret was reached: too many free ones were, or the limit is too low";
	return "the memory could not be had";
}

/* Reused memory is prepared before the region is mapped: both at once would need twice the limit. */
static int map_with_history(const struct backing *backing, struct region *region, struct history *history,
			    struct counter_files *files, const char **step)
{
	int error = age == REUSED ? history_reuse(backing, pages, history, step) : 0;
	if (!error)
		error = region_map(backing, pages * backing->page_bytes, region, step);
	if (!error && age == FRESH)
		error = history_refresh(pages, files, history, step);
	return error;
}

/* Pages that fill a block and more cannot all lie in the one that ended the plug: if they were fresh, one was split. */
static bool split_nothing(const struct report *report, size_t bytes)
{
	const int64_t *before = report->before.value, *after = report->after.value;
	return bytes >= BLOCK_BYTES && before[LEVEL2_SPLITS] == after[LEVEL2_SPLITS] &&
	       before[LEVEL3_SPLITS] == after[LEVEL3_SPLITS];
}

static int time_touches(const struct backing *backing, struct toucher *touchers, const struct cpu_list *cpus,
			struct report *report, uint64_t *plug_pages, struct by_coldness *sorted)
{
	const char *step = "malloc";
	struct cold_map cold COLD_FREED = {.known = false};
	struct region region UNMAPPED = {.descriptor = -1};
	struct history history RELEASED = {.plug = {.descriptor = -1}};
	struct counter_files files COUNTERS_CLOSED;
	int error = counters_open(&files);
	uint64_t *ticks = populated(pages * sizeof(*ticks));
	if (error || !ticks)
		return report_refusal(PROGRAM, step, -ENOMEM, "no memory for the readings");
	error = map_with_history(backing, &region, &history, &files, &step);
	if (error)
		return report_refusal(PROGRAM, step, error, explain(step));
	divide(touchers, &region, backing->page_bytes, ticks, cpus);
	if (age == FRESH && thread_count == 1)
		cold_map_take(&cold);
	error = thread_count > 1 ? touch_with_threads(touchers, &files, cpus, report)
				 : touch_alone(touchers, &files, cpus, report);
	if (error)
		return report_failure(PROGRAM, "pin", error, "a thread could not be pinned");
	if (age == FRESH && split_nothing(report, region.bytes))
		return report_refusal(PROGRAM, "fresh", -EOPNOTSUPP, "the direct map of these pages was split before");
	report->host_backing = history.host_backing;
	*plug_pages = history.plug_pages;
	error = sort_by_coldness(&cold, &region, ticks, sorted);
	return error ? report_failure(PROGRAM, "frames", error, "what was split could not be told") : EXIT_OK;
}

/* The options that only make sense together; returns 0, or -EINVAL after a line on stderr. */
static int check(const struct backing *backing, struct cpu_list *cpus)
{
	const char *wrong = NULL;
	if (!backing)
		wrong = "--backing names no backing; probe lists them";
	else if (age == FRESH && strcmp(backing->name, "secret"))
		wrong = "--history fresh is for --backing secret: other memory does not split the direct map";
	if (wrong)
		fprintf(stderr, "%s: %s\n", PROGRAM, wrong);
	return wrong ? -EINVAL : cpus_choose(PROGRAM, cpus_text, thread_count, cpus);
}

static void describe(struct report *report, const struct backing *backing, const struct toucher *touchers,
		     struct series *series, const uint64_t *plug_pages, const struct by_coldness *sorted)
{
	static struct setting settings[9];
	const struct setting all[] = {
		{"backing", backing->name, 0},
		{"pages", NULL, pages},
		{"threads", NULL, thread_count},
		{"others", OTHERS[others], 0},
		{"history", HISTORIES[age], 0},
		{"page_bytes", NULL, backing->page_bytes},
		{"cpus", cpus_text ? cpus_text : "all", 0},
		{"plug_pages", NULL, *plug_pages},
		{NULL, NULL, 0},
	};
	memcpy(settings, all, sizeof(all));
	for (uint64_t i = 0; i < thread_count; i++)
		series[i] = (struct series){"first_touch", (int)i, touchers[i].count, touchers[i].ticks, false};
	report->settings = settings;
	report->series = series;
	report->series_count = (int)thread_count;
	for (int kind = 0; kind < COLDNESSES; kind++)
		if (sorted->count[kind])
			series[report->series_count++] = (struct series){BY_COLDNESS[kind], 0, sorted->count[kind],
									 sorted->reading[kind], false};
}

int main(int argc, char **argv)
{
	static struct report report;
	static struct cpu_list cpus;
	static struct companions companions;
	static struct toucher touchers[MAX_CPUS];
	static struct series series[MAX_CPUS + COLDNESSES];
	struct by_coldness sorted = {.count = {0}};
	uint64_t plug_pages = 0;
	report_open(&report, PROGRAM);
	const int read = options_read(&TABLE, argc, argv);
	if (read > 0)
		return EXIT_OK;
	const struct backing *backing = backing_find(backing_name);
	if (read || check(backing, &cpus))
		return report_usage(PROGRAM);
	int error = pin_to(cpus.cpu[0]);
	if (!error)
		error = companions_start((enum company)others, &cpus, (int)thread_count, &companions);
	if (error)
		return report_failure(PROGRAM, "pin", error, "the CPUs could not be had");
	canary_sing(&report.canary_before);
	int status = time_touches(backing, touchers, &cpus, &report, &plug_pages, &sorted);
	if (status == EXIT_OK)
		canary_sing(&report.canary_after);
	companions_end(&companions);
	if (status != EXIT_OK)
		return status;
	describe(&report, backing, touchers, series, &plug_pages, &sorted);
	return report_write(&report, samples_path);
}
