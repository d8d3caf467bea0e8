/*
 * known_delay: first touches that are made slower by a known part.
 *
 * Pages are touched in batches. When a batch has been touched, the program waits for so many thousandths of the time
 * that this batch took: every reading, and so every mean and every quantile, is longer by exactly that factor. With no
 * delay the program is the same, but for the turns of the waiting loop.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "history.h"
#include "measurement.h"
#include "memory.h"

static const char PROGRAM[] = "known_delay";
enum { PAGE_BYTES = 4096 };

static const char *backing_name = "anonymous_locked", *cpus_text, *samples_path;
static uint64_t batch = 32, batches = 32, delay_per_mille;

static const struct option_spec OPTIONS[] = {
	TEXT_OPTION("backing", &backing_name, "kind of memory, in 4 KB pages: see probe [anonymous_locked]"),
	NUMBER_OPTION("batch", &batch, 1, 1 << 20, "pages that are touched for one reading"),
	NUMBER_OPTION("batches", &batches, 1, 1 << 20, "readings"),
	NUMBER_OPTION("delay-per-mille", &delay_per_mille, 0, 10000, "thousandths by which each is made longer"),
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
	uint64_t *touches, *delay; /* a whole reading, and the part of it that was waited */
};

/*
 * One batch. The wait looks at the clock at least once, delay or none, so that both read it equally often but for the
 * turns of the wait itself; what it waits too long is half a turn on average.
 */
static inline __attribute__((always_inline)) uint64_t touch_and_wait(volatile char *page, uint64_t *waited)
{
	const uint64_t begun = clock_begin();
	for (uint64_t i = 0; i < batch; i++, page += PAGE_BYTES)
		*page = 1;
	const uint64_t touched = clock_end() - begun, due = touched + touched * delay_per_mille / 1000;
	uint64_t now;
	do
		now = clock_end() - begun;
	while (now < due);
	*waited = now - touched;
	return now;
}

static void touch_all(const struct region *region, const struct readings *readings)
{
	for (uint64_t i = 0; i < batches; i++)
		readings->touches[i] = touch_and_wait(region->address + i * batch * PAGE_BYTES, &readings->delay[i]);
}

static int measure(const struct backing *backing, const struct cpu_list *cpus, const struct readings *readings,
		   struct report *report, const char **step)
{
	struct region region UNMAPPED = {.descriptor = -1};
	struct history history RELEASED = {.plug = {.descriptor = -1}};
	struct counter_files files COUNTERS_CLOSED;
	int error = counters_open(&files);
	if (!error)
		error = history_reuse(backing, batch * batches, &history, step);
	if (!error)
		error = region_map(backing, batch * batches * PAGE_BYTES, &region, step);
	if (error)
		return error;
	report->host_backing = history.host_backing;
	counters_read(&files, cpus, 1, &report->before);
	touch_all(&region, readings);
	counters_read(&files, cpus, 1, &report->after);
	return 0;
}

static void describe(struct report *report, const struct readings *readings)
{
	static struct series series[2];
	static struct setting settings[6];
	const struct setting all[] = {
		{"backing", backing_name, 0},
		{"batch", NULL, batch},
		{"batches", NULL, batches},
		{"delay_per_mille", NULL, delay_per_mille},
		{"cpus", cpus_text ? cpus_text : "all", 0},
		{NULL, NULL, 0},
	};
	memcpy(settings, all, sizeof(all));
	series[0] = (struct series){"touches", 0, batches, readings->touches, false};
	series[1] = (struct series){"delay", 0, batches, readings->delay, false};
	report->settings = settings;
	report->series = series;
	report->series_count = 2;
}

static int work(const struct cpu_list *cpus, struct report *report)
{
	const struct readings readings = {populated(batches * sizeof(uint64_t)), populated(batches * sizeof(uint64_t))};
	const char *step = "malloc";
	const int error = readings.touches && readings.delay
				  ? measure(backing_find(backing_name), cpus, &readings, report, &step)
				  : -ENOMEM;
	if (error)
		return report_refusal(PROGRAM, step, error, "the memory could not be had");
	describe(report, &readings);
	return EXIT_OK;
}

static int check(struct cpu_list *cpus)
{
	const struct backing *backing = backing_find(backing_name);
	if (backing && backing->page_bytes == PAGE_BYTES)
		return cpus_choose(PROGRAM, cpus_text, 1, cpus);
	fprintf(stderr, "%s: --backing takes a kind of memory in 4 KB pages; probe lists them\n", PROGRAM);
	return -EINVAL;
}

int main(int argc, char **argv)
{
	const struct measurement measurement = {&TABLE, &samples_path, check, work};
	return measurement_run(&measurement, argc, argv);
}
