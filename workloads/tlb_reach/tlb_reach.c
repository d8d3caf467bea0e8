/*
 * tlb_reach: the time of a program's own read of its own memory, mapped by 4 KB pages and by huge ones.
 *
 * The positive control of tlb_pressure: it shows that page sizes make a difference on this machine at all, and how
 * large. The same chain through both kinds of memory, which are read in turns, in a random order.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "chain.h"
#include "cleanup.h"
#include "measurement.h"
#include "memory.h"

static const char PROGRAM[] = "tlb_reach";
enum { SMALL, HUGE, KINDS, LEAST_READS = 1 << 16 };
static const char *const METRICS[KINDS] = {"small_pages", "huge_pages"};

static const char *backing_name = "thp", *cpus_text, *samples_path;
static uint64_t pages = 32, footprint, rounds = 10, seed;

static const struct option_spec OPTIONS[] = {
	TEXT_OPTION("backing", &backing_name, "kind of huge memory: thp, hugetlb_2m, hugetlb_1g [thp]"),
	NUMBER_OPTION("pages", &pages, 1, 1 << 20, "huge pages to have"),
	NUMBER_OPTION("footprint", &footprint, 0, 64ull << 30, "bytes that are read of them; 0: all"),
	NUMBER_OPTION("rounds", &rounds, 1, 10000, "how often each kind is read"),
	NUMBER_OPTION("seed", &seed, 0, UINT64_MAX, "of the order of pages and kinds; 0: a new one"),
	TEXT_OPTION("cpus", &cpus_text, "CPUs, the timed one first [all]"),
	TEXT_OPTION("samples", &samples_path, "file for the raw readings, u64 picoseconds a read"),
	{0},
};
static const struct option_table TABLE = {
	PROGRAM,
	"a program's own reads, by the page size of its memory",
	"tlb_reach --backing thp --pages 32",
	OPTIONS,
};

/* Map and fill: what is timed later is reading alone. */
static int prepare(const char *name, uint64_t bytes, struct region *region, const char **step)
{
	const struct backing *backing = backing_find(name);
	const int error = backing ? region_map(backing, bytes, region, step) : -EINVAL;
	if (!error)
		memset(region->address, 0, bytes);
	return error;
}

static int link_region(const struct chain_order *order, const struct region *region, struct chain *chain)
{
	FREED struct chain_page *page = calloc(order->pages, sizeof(*page));
	if (!page)
		return -ENOMEM;
	for (uint64_t i = 0; i < order->pages; i++)
		page[i].address = region->address + i * 4096;
	*chain = chain_link(order, page);
	return 0;
}

static void read_in_turns(const struct chain *chain, struct random *random, uint64_t *const *reading)
{
	uint64_t at[KINDS] = {chain[SMALL].user_start, chain[HUGE].user_start}, order[KINDS];
	const uint64_t length = chain[SMALL].length;
	const uint64_t reads = length < LEAST_READS ? LEAST_READS / length * length : length;
	for (uint64_t round = 0; round < rounds; round++) {
		random_order(random, order, KINDS);
		for (int i = 0; i < KINDS; i++) {
			const uint64_t kind = order[i];
			chain_follow(&at[kind], reads);
			reading[kind][round] = chain_follow(&at[kind], reads) * 1000 / reads;
		}
	}
}

static int time_reads(const struct cpu_list *cpus, uint64_t *const *reading, struct report *report, const char **step)
{
	struct region region[KINDS] = {{.descriptor = -1}, {.descriptor = -1}};
	struct chain chain[KINDS];
	struct chain_order order ORDER_FREED;
	struct counter_files files COUNTERS_CLOSED;
	struct random random = random_from(seed);
	const uint64_t bytes = pages * backing_find(backing_name)->page_bytes, begun = clock_begin();
	int error = counters_open(&files);
	error = error ? error : chain_order_make(&random, PATTERN_RANDOM, footprint / 4096, &order);
	error = error ? error : prepare("anonymous", footprint, &region[SMALL], step);
	error = error ? error : prepare(backing_name, bytes, &region[HUGE], step);
	for (int kind = 0; !error && kind < KINDS; kind++)
		error = link_region(&order, &region[kind], &chain[kind]);
	if (!error) {
		report->host_backing = (struct host_backing){2 * footprint / 4096, backing_name, clock_end() - begun};
		counters_read(&files, cpus, 1, &report->before);
		read_in_turns(chain, &random, reading);
		counters_read(&files, cpus, 1, &report->after);
	}
	for (int kind = 0; kind < KINDS; kind++)
		region_unmap(&region[kind]);
	return error;
}

static void describe(struct report *report, uint64_t *const *reading)
{
	static struct series series[KINDS];
	static struct setting settings[7];
	const struct setting all[] = {
		{"backing", backing_name, 0},
		{"pages", NULL, pages},
		{"footprint", NULL, footprint},
		{"rounds", NULL, rounds},
		{"seed", NULL, seed},
		{"cpus", cpus_text ? cpus_text : "all", 0},
		{NULL, NULL, 0},
	};
	memcpy(settings, all, sizeof(all));
	for (int kind = 0; kind < KINDS; kind++)
		series[kind] = (struct series){METRICS[kind], 0, rounds, reading[kind], .settled = true};
	report->settings = settings;
	report->series = series;
	report->series_count = KINDS;
}

static int measure(const struct cpu_list *cpus, struct report *report)
{
	const char *step = "malloc";
	seed = seed ? seed : report->begun_raw_ns;
	uint64_t *const reading[KINDS] = {populated(rounds * sizeof(uint64_t)), populated(rounds * sizeof(uint64_t))};
	const int error = reading[SMALL] && reading[HUGE] ? time_reads(cpus, reading, report, &step) : -ENOMEM;
	if (error)
		return report_refusal(PROGRAM, step, error, "the memory could not be had");
	describe(report, reading);
	return EXIT_OK;
}

/* Fills in what depends on other options. */
static const char *check(void)
{
	const struct backing *backing = backing_find(backing_name);
	if (!backing || backing->page_bytes <= 4096)
		return "--backing takes thp, hugetlb_2m or hugetlb_1g";
	if (footprint > pages * backing->page_bytes || (footprint && footprint < 8192))
		return "--footprint is at least 8192, and at most what --pages hold";
	footprint = footprint ? footprint : pages * backing->page_bytes;
	return NULL;
}

int main(int argc, char **argv)
{
	const struct measurement measurement = {.table = &TABLE,
						.samples_path = &samples_path,
						.cpus_text = &cpus_text,
						.check = check,
						.work = measure};
	return measurement_run(&measurement, argc, argv);
}
