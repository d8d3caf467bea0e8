/*
 * tlb_pressure: the time of the kernel's own read of memory, by the size of the direct map's entry that it goes through.
 *
 * This process owns pages in each size (native/holding.h) and lays a chain through them, the same for all. In every
 * round it is followed through each set by the kernel and, as a control of where the pages lie, by this process through
 * 4 KB entries of its own; in a random order, once untimed and then timed. Second sets in 2 MB and in 1 GB entries are
 * compared with the first ones: these should differ by nothing.
 */
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "chain.h"
#include "cleanup.h"
#include "frame.h"
#include "holding.h"
#include "measurement.h"
#include "memory.h"
#include "pageset.h"

static const char PROGRAM[] = "tlb_pressure";
static const char *const PATTERNS[] = {"random", "sequential", NULL};
enum { KERNEL, USER, READERS, LOOPS = READERS, ITEMS = SETS * READERS + LOOPS, LEAST_READS = 1 << 16 };
static const char *const METRICS[ITEMS] = {
	"kernel_4k", "user_4k", "kernel_2m",       "user_2m",       "kernel_2m_other", "user_2m_other",
	"kernel_1g", "user_1g", "kernel_1g_other", "user_1g_other", "kernel_loop",     "user_loop",
};

static const char *cpus_text, *samples_path;
static uint64_t footprint = 64 << 20, pattern = PATTERN_RANDOM, rounds = 10, thread_count = 1, split_budget, seed,
		look_through = MOST_CHUNKS;

static const struct option_spec OPTIONS[] = {
	NUMBER_OPTION("footprint", &footprint, 8192, 4ull << 30, "bytes of memory that are read, in each set"),
	CHOICE_OPTION("pattern", &pattern, PATTERNS, "a line of each page in random order, or all lines in order"),
	NUMBER_OPTION("rounds", &rounds, 1, 10000, "how often each set is read"),
	NUMBER_OPTION("threads", &thread_count, 1, MAX_CPUS, "CPUs that read at once"),
	NUMBER_OPTION("split-budget", &split_budget, 0, 1ull << 40, "bytes of direct map to turn to 4 KB, for good"),
	NUMBER_OPTION("look-through", &look_through, 32, MOST_CHUNKS, "2 MB pieces of memory to look through at most"),
	NUMBER_OPTION("seed", &seed, 0, UINT64_MAX, "of the order of pages and sets; 0: a new one"),
	TEXT_OPTION("cpus", &cpus_text, "CPUs, the timed ones first [all]"),
	TEXT_OPTION("samples", &samples_path, "file for the raw readings, u64 picoseconds a read"),
	{0},
};
static const struct option_table TABLE = {
	PROGRAM,
	"the kernel's own reads, by the page size of the direct map",
	"tlb_pressure --footprint 67108864 --split-budget 134217728",
	OPTIONS,
};

/* One thing to be timed: a chain, and who follows it. */
struct item {
	uint64_t start, reads;
	bool there;
};

struct reader {
	pthread_t thread;
	int cpu, error;
	const struct script *script;
	uint64_t at[ITEMS];
	uint64_t *reading[ITEMS]; /* picoseconds a read, by round */
};

/* What all readers do: in every round each item, in an order of that round. */
struct script {
	const struct directmap *map;
	struct item item[ITEMS];
	uint64_t *order; /* rounds x ITEMS */
	pthread_barrier_t barrier;
};

static int follow(const struct directmap *map, int item, uint64_t *at, uint64_t reads, uint64_t *ns)
{
	if (item % READERS == KERNEL)
		return directmap_follow(map, at, reads, ns);
	*ns = chain_follow(at, reads);
	return 0;
}

/* Threads begin apart from each other on the chain, so that none reads what another has just brought in. */
static int spread(struct reader *reader, int place)
{
	int error = 0;
	uint64_t ns;
	for (int i = 0; !error && i < ITEMS; i++) {
		const struct item *item = &reader->script->item[i];
		const uint64_t links = item->reads / thread_count * (uint64_t)place;
		reader->at[i] = item->start;
		error = item->there && links ? follow(reader->script->map, i, &reader->at[i], links, &ns) : 0;
	}
	return error;
}

static int read_once(struct reader *reader, int item, uint64_t round)
{
	const struct script *script = reader->script;
	const uint64_t reads = script->item[item].reads, begun_at = reader->at[item];
	uint64_t ns = 0;
	pthread_barrier_wait((pthread_barrier_t *)&script->barrier);
	int error = follow(script->map, item, &reader->at[item], reads, &ns);
	pthread_barrier_wait((pthread_barrier_t *)&script->barrier);
	if (!error)
		error = follow(script->map, item, &reader->at[item], reads, &ns);
	reader->reading[item][round] = ns * 1000 / reads;
	if (!error && reader->at[item] != begun_at) /* whole turns of the chain come back to where they began */
		return -EBADMSG;
	return error;
}

/* A reader that fails goes on to the end: the others wait for it at the barrier. */
static void *run_reader(void *argument)
{
	struct reader *reader = argument;
	const struct script *script = reader->script;
	int error = pin_to(reader->cpu);
	for (uint64_t step = 0; step < rounds * ITEMS; step++) {
		const int item = (int)script->order[step];
		const int failed = script->item[item].there ? read_once(reader, item, step / ITEMS) : 0;
		error = error ? error : failed;
	}
	reader->error = error;
	return NULL;
}

static int start_readers(struct script *script, struct reader *reader, const struct cpu_list *cpus)
{
	int error = 0;
	for (uint64_t i = 0; !error && i < thread_count; i++) {
		reader[i].script = script;
		reader[i].cpu = cpus->cpu[i];
		for (int item = 0; item < ITEMS; item++)
			reader[i].reading[item] = populated(rounds * sizeof(uint64_t));
		error = reader[i].reading[ITEMS - 1] ? spread(&reader[i], (int)i) : -ENOMEM;
	}
	for (uint64_t i = 0; !error && i < thread_count; i++)
		if (pthread_create(&reader[i].thread, NULL, run_reader, &reader[i]))
			exit(report_failure(PROGRAM, "pthread_create", -EAGAIN, "a thread could not be started"));
	return error;
}

static int read_all(struct script *script, struct reader *reader, const struct cpu_list *cpus, struct report *report)
{
	struct counter_files files COUNTERS_CLOSED;
	int error = counters_open(&files);
	pthread_barrier_init(&script->barrier, NULL, (unsigned int)thread_count);
	counters_read(&files, cpus, (int)thread_count, &report->before);
	error = error ? error : start_readers(script, reader, cpus);
	for (uint64_t i = 0; !error && i < thread_count; i++)
		pthread_join(reader[i].thread, NULL);
	for (uint64_t i = 0; !error && i < thread_count; i++)
		error = reader[i].error;
	counters_read(&files, cpus, (int)thread_count, &report->after);
	return error;
}

/* Enough reads that the call and the clock are nothing beside them, and whole turns of the chain. */
static uint64_t reads_of(uint64_t length)
{
	return length < LEAST_READS ? LEAST_READS / length * length : length;
}

static int link_sets(struct directmap *map, struct page_set *sets, const struct chain_order *order,
		     struct script *script)
{
	for (int i = 0; i < SETS; i++) {
		struct page_set *set = &sets[i];
		if (!set->pages)
			continue;
		if (pattern == PATTERN_SEQUENTIAL)
			page_set_sort(set);
		for (uint64_t page = 0; page < set->pages; page++)
			set->page[page].kernel_address = directmap_address(map, set->frame[page]);
		const struct chain chain = chain_link(order, set->page);
		const uint64_t reads = reads_of(chain.length);
		script->item[i * READERS + KERNEL] = (struct item){chain.kernel_start, reads, true};
		script->item[i * READERS + USER] = (struct item){chain.user_start, reads, true};
	}
	return 0;
}

/* A line that points at itself: what a turn costs when nothing is waited for. */
static int link_loop(struct directmap *map, struct script *script)
{
	uint64_t frame, *line = populated(4096);
	const int error = line ? frames_read(line, 1, &frame) : -ENOMEM;
	if (error)
		return error;
	line[0] = directmap_address(map, frame);
	line[1] = (uint64_t)(uintptr_t)&line[1];
	script->item[SETS * READERS + KERNEL] = (struct item){line[0], LEAST_READS, true};
	script->item[SETS * READERS + USER] = (struct item){line[1], LEAST_READS, true};
	return 0;
}

static int write_script(struct directmap *map, struct page_set *sets, struct random *random, struct script *script)
{
	struct chain_order order ORDER_FREED;
	int error = chain_order_make(random, (enum chain_pattern)pattern, footprint / 4096, &order);
	error = error ? error : link_sets(map, sets, &order, script);
	error = error ? error : link_loop(map, script);
	script->map = map;
	script->order = calloc(rounds * ITEMS, sizeof(*script->order));
	if (!script->order)
		return -ENOMEM;
	for (uint64_t round = 0; round < rounds; round++)
		random_order(random, script->order + round * ITEMS, ITEMS);
	return error;
}

static void describe(struct report *report, const struct page_set *sets, const struct script *script,
		     const struct reader *reader, uint64_t spent_bytes)
{
	static struct series series[ITEMS * MAX_CPUS];
	static struct setting settings[11];
	static char lacking[SETS * 16];
	page_sets_lacking(sets, lacking, sizeof(lacking));
	const struct setting all[] = {
		{"footprint", NULL, footprint},
		{"pattern", PATTERNS[pattern], 0},
		{"threads", NULL, thread_count},
		{"rounds", NULL, rounds},
		{"seed", NULL, seed},
		{"split_bytes", NULL, spent_bytes},
		{"reads", NULL, script->item[ITEMS - 1].reads},
		{"read_by", script->map->bare ? "load" : "helper", 0},
		{"lacking", lacking, 0},
		{"cpus", cpus_text ? cpus_text : "all", 0},
		{NULL, NULL, 0},
	};
	memcpy(settings, all, sizeof(all));
	for (int i = 0; i < ITEMS; i++)
		for (uint64_t t = 0; script->item[i].there && t < thread_count; t++)
			series[report->series_count++] =
				(struct series){METRICS[i], (int)t, rounds, reader[t].reading[i], .settled = true};
	report->settings = settings;
	report->series = series;
}

static int measure(const struct cpu_list *cpus, struct report *report)
{
	static struct script script;
	static struct reader reader[MAX_CPUS];
	static struct page_set sets[SETS];
	struct directmap map DIRECTMAP_CLOSED = {.object = NULL};
	struct holding holding HOLDING_CLOSED = {.mount = -1};
	seed = seed ? seed : report->begun_raw_ns;
	struct random random = random_from(seed);
	const char *step = "";
	const uint64_t begun = clock_begin();
	int error = directmap_open(&map, &step);
	error = error ? error : holding_open(&map, seed, split_budget, &holding, &step);
	holding.most = (int)look_through;
	error = error ? error : page_sets_take(&holding, footprint, sets, &step);
	if (error)
		return report_refusal(PROGRAM, step, error, "pages of each size could not be had");
	report->host_backing =
		(struct host_backing){(uint64_t)holding.taken * CHUNK_PAGES, "ramfs", clock_end() - begun};
	error = write_script(&map, sets, &random, &script);
	error = error ? error : read_all(&script, reader, cpus, report);
	if (error)
		return report_failure(PROGRAM, "read", error, "a chain could not be followed");
	describe(report, sets, &script, reader, split_budget - holding.budget_bytes);
	return EXIT_OK;
}

int main(int argc, char **argv)
{
	const struct measurement measurement = {.table = &TABLE,
						.samples_path = &samples_path,
						.cpus_text = &cpus_text,
						.cpu_count = &thread_count,
						.work = measure};
	return measurement_run(&measurement, argc, argv);
}
