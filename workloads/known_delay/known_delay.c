/*
 * known_delay: first touches that are made slower by a known part, among others that are not.
 *
 * Pages are touched in batches. Behind every second batch the program waits for so many thousandths of the time that
 * this batch took: every such reading, and so every mean and every quantile, is longer by exactly that factor, and what
 * was waited is told. The others are plain. Either kind meets the same pages, moments and neighbours, so that whatever
 * wanders from process to process, or more slowly than a few batches, is common to both.
 *
 * After its reading each batch is followed by the rest of one pause, as long for all delays and for none: another CPU may
 * fall asleep in it, and the next page, which interrupts it, pays.
 */
#include <errno.h>
#include <string.h>

#include "history.h"
#include "measurement.h"
#include "memory.h"
#include "random.h"

static const char PROGRAM[] = "known_delay";
enum { PAGE_BYTES = 4096, PAUSE_PER_MILLE = 50 };

static const char *backing_name = "anonymous_locked", *cpus_text, *samples_path;
static uint64_t batch = 32, batches = 16, rounds = 4, delay_per_mille;

static const struct option_spec OPTIONS[] = {
	TEXT_OPTION("backing", &backing_name, "kind of memory, in 4 KB pages: see probe [anonymous_locked]"),
	NUMBER_OPTION("batch", &batch, 1, 1 << 20, "pages that are touched for one reading"),
	NUMBER_OPTION("batches", &batches, 1, 1 << 20, "batches of either kind in a round"),
	NUMBER_OPTION("rounds", &rounds, 1, 1 << 16, "how often all pages are mapped, touched and given back"),
	NUMBER_OPTION("delay-per-mille", &delay_per_mille, 0, 10000,
		      "thousandths by which every second batch is longer"),
	TEXT_OPTION("cpus", &cpus_text, "CPUs, the timed one first [all]"),
	TEXT_OPTION("samples", &samples_path, "file for the raw readings, u64 nanoseconds"),
	{0},
};
static const struct option_table TABLE = {
	PROGRAM,
	"first touches with a known delay put in",
	"known_delay --backing secret --delay-per-mille 20",
	OPTIONS,
};

struct readings {
	uint64_t *touches, *delay; /* a reading that was made longer, and the part of it that was waited */
	uint64_t *plain;           /* one that was not */
	uint64_t turned;           /* whether the first batch is made longer: 0 or 1 */
};

/*
 * Which batches are made longer: those whose number has an odd number of ones (Thue and Morse), or where it is turned
 * an even one. So every pair has one of either kind, every place in an area has both in turn from round to round where
 * batches are a power of two, and what rises evenly, or faster and faster, cancels over four of them, or eight (Prouhet
 * 1851). Whether it is turned is drawn for every process, lest the very first touches should always be of one kind.
 */
static inline bool is_longer(uint64_t number, uint64_t turned)
{
	return ((uint64_t)__builtin_popcountll(number) & 1) != turned;
}

static inline __attribute__((always_inline)) uint64_t touch(volatile char *page, uint64_t begun)
{
	for (uint64_t i = 0; i < batch; i++, page += PAGE_BYTES)
		*page = 1;
	return clock_end() - begun;
}

/* What is waited too long, half a turn of the loop, is part of the wait that is told. */
static inline __attribute__((always_inline)) uint64_t wait_after(uint64_t touched, uint64_t begun, uint64_t per_mille)
{
	const uint64_t due = touched + touched * per_mille / 1000;
	uint64_t now = touched;
	while (now < due)
		now = clock_end() - begun;
	return now;
}

static void touch_all(const struct region *region, const struct readings *readings, uint64_t first)
{
	const uint64_t pause = delay_per_mille > PAUSE_PER_MILLE ? delay_per_mille : PAUSE_PER_MILLE;
	for (uint64_t i = 0; i < 2 * batches; i++) {
		const uint64_t at = (first + i) / 2, begun = clock_begin();
		const uint64_t touched = touch(region->address + i * batch * PAGE_BYTES, begun);
		if (is_longer(first + i, readings->turned)) {
			readings->touches[at] = wait_after(touched, begun, delay_per_mille);
			readings->delay[at] = readings->touches[at] - touched;
		} else {
			readings->plain[at] = touched;
		}
		wait_after(touched, begun, pause);
	}
}

static int go_round(const struct backing *backing, const struct readings *readings, uint64_t first, const char **step)
{
	struct region region UNMAPPED = {.descriptor = -1};
	const int error = region_map(backing, 2 * batches * batch * PAGE_BYTES, &region, step);
	if (!error)
		touch_all(&region, readings, first);
	return error;
}

static int measure(const struct backing *backing, const struct cpu_list *cpus, const struct readings *readings,
		   struct report *report, const char **step)
{
	struct history history RELEASED = {.plug = {.descriptor = -1}};
	struct counter_files files COUNTERS_CLOSED;
	int error = counters_open(&files);
	if (!error)
		error = history_reuse(backing, 2 * batches * batch, &history, step);
	if (error)
		return error;
	report->host_backing = history.host_backing;
	counters_read(&files, cpus, 1, &report->before);
	for (uint64_t round = 0; round < rounds && !error; round++)
		error = go_round(backing, readings, round * 2 * batches, step);
	counters_read(&files, cpus, 1, &report->after);
	return error;
}

static void describe(struct report *report, const struct readings *readings)
{
	static struct series series[3];
	static struct setting settings[8];
	const uint64_t count = rounds * batches;
	const struct setting all[] = {
		{"backing", backing_name, 0},
		{"batch", NULL, batch},
		{"batches", NULL, batches},
		{"rounds", NULL, rounds},
		{"delay_per_mille", NULL, delay_per_mille},
		{"turned", NULL, readings->turned},
		{"cpus", cpus_text ? cpus_text : "all", 0},
		{NULL, NULL, 0},
	};
	memcpy(settings, all, sizeof(all));
	series[0] = (struct series){"touches", 0, count, readings->touches, false};
	series[1] = (struct series){"delay", 0, count, readings->delay, false};
	series[2] = (struct series){"plain", 0, count, readings->plain, false};
	report->settings = settings;
	report->series = series;
	report->series_count = 3;
}

static int work(const struct cpu_list *cpus, struct report *report)
{
	const size_t bytes = rounds * batches * sizeof(uint64_t);
	struct random random = random_from(report->begun_raw_ns);
	const struct readings readings = {populated(bytes), populated(bytes), populated(bytes),
					  random_below(&random, 2)};
	const char *step = "malloc";
	const int error = readings.touches && readings.delay && readings.plain
				  ? measure(backing_find(backing_name), cpus, &readings, report, &step)
				  : -ENOMEM;
	if (error)
		return report_refusal(PROGRAM, step, error, "the memory could not be had");
	describe(report, &readings);
	return EXIT_OK;
}

int main(int argc, char **argv)
{
	const struct measurement measurement = {.table = &TABLE,
						.samples_path = &samples_path,
						.cpus_text = &cpus_text,
						.backing_name = &backing_name,
						.work = work};
	return measurement_run(&measurement, argc, argv);
}
