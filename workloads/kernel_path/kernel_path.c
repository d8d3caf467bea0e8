/*
 * kernel_path: the time of whole paths through the kernel, by the size of the direct map's entries that they go through.
 *
 * This process owns pages in each size (native/holding.h). In every round each path visits each set, 64 bytes of every
 * page, in a random order of paths and sets; once untimed and then timed. A second set in 1 GB entries is compared with
 * the first: the two should differ by nothing.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "cleanup.h"
#include "fresh.h"
#include "measurement.h"
#include "memory.h"
#include "path.h"

static const char PROGRAM[] = "kernel_path";
enum { ITEMS = PATHS * SETS };
static const char *const METRICS[PATHS][SETS] = {
	[PATH_USER] = {"user_4k", "user_2m", "user_2m_other", "user_1g", "user_1g_other"},
	[PATH_READV] = {"readv_4k", "readv_2m", "readv_2m_other", "readv_1g", "readv_1g_other"},
	[PATH_PREAD] = {"pread_4k", "pread_2m", "pread_2m_other", "pread_1g", "pread_1g_other"},
	[PATH_PWRITE] = {"pwrite_4k", "pwrite_2m", "pwrite_2m_other", "pwrite_1g", "pwrite_1g_other"},
	[PATH_PIPE] = {"pipe_4k", "pipe_2m", "pipe_2m_other", "pipe_1g", "pipe_1g_other"},
	[PATH_SEND] = {"send_4k", "send_2m", "send_2m_other", "send_1g", "send_1g_other"},
	[PATH_CLEAR] = {"clear_4k", "clear_2m", "clear_2m_other", "clear_1g", "clear_1g_other"},
};

static const char *cpus_text, *samples_path;
static uint64_t footprint = 64 << 20, rounds = 10, split_budget, seed, look_through = MOST_CHUNKS;

static const struct option_spec OPTIONS[] = {
	NUMBER_OPTION("footprint", &footprint, 8192, 4ull << 30, "bytes of the pages that are visited, in each set"),
	NUMBER_OPTION("rounds", &rounds, 1, 10000, "how often each set is visited by each path"),
	NUMBER_OPTION("split-budget", &split_budget, 0, 1ull << 40, "bytes of direct map to turn to 4 KB, for good"),
	NUMBER_OPTION("look-through", &look_through, 32, MOST_CHUNKS, "2 MB pieces of memory to look through at most"),
	NUMBER_OPTION("seed", &seed, 0, UINT64_MAX, "of the order of pages, paths and sets; 0: a new one"),
	TEXT_OPTION("cpus", &cpus_text, "CPUs, the timed one first [all]"),
	TEXT_OPTION("samples", &samples_path, "file for the raw readings, u64 picoseconds a page"),
	{0},
};
static const struct option_table TABLE = {
	PROGRAM,
	"whole paths through the kernel, by the page size of the direct map",
	"kernel_path --footprint 67108864 --split-budget 134217728",
	OPTIONS,
};

struct reading {
	uint64_t count, *ps;
};

struct bench {
	struct directmap *map;
	struct random random;
	struct tools tools;
	struct track track[SETS];
	struct fresh fresh[SETS];
	int refused[PATHS]; /* 0 or -errno of opening a path, and where */
	const char *step[PATHS];
	struct reading reading[PATHS][SETS];
	uint64_t changed, visit_faults; /* of pages that a path, but for clearing, met: none should be */
};

static uint64_t faults_until_now(void)
{
	struct rusage used;
	getrusage(RUSAGE_SELF, &used);
	return (uint64_t)(used.ru_minflt + used.ru_majflt);
}

static bool is_there(const struct bench *bench, int path, int set)
{
	if (path == PATH_CLEAR)
		return bench->fresh[set].count > 0;
	return PATH[path].visit && !bench->refused[path] && bench->track[set].count;
}

static int visit_twice(struct bench *bench, int path, int set, uint64_t *ps)
{
	const struct track *track = &bench->track[set];
	const uint64_t faults = faults_until_now();
	int error = PATH[path].visit(&bench->tools, track);
	const uint64_t begun = clock_raw_ns();
	error = error ? error : PATH[path].visit(&bench->tools, track);
	*ps = (clock_raw_ns() - begun) * 1000 / track->count;
	bench->visit_faults += faults_until_now() - faults;
	if (!error && !tools_copied(&bench->tools, track))
		return -EBADMSG;
	return error;
}

static int take_reading(struct bench *bench, int path, int set, const char **step)
{
	struct reading *reading = &bench->reading[path][set];
	uint64_t ps = 0;
	*step = PATH[path].name;
	const int error = path == PATH_CLEAR ? fresh_visit(bench->map, &bench->fresh[set], page_set_level(set),
							   &bench->random, &ps)
					     : visit_twice(bench, path, set, &ps);
	if (!error && ps)
		reading->ps[reading->count++] = ps;
	return error;
}

static int visit_all(struct bench *bench, const char **step)
{
	int error = 0;
	uint64_t order[ITEMS];
	for (uint64_t round = 0; !error && round < rounds; round++) {
		random_order(&bench->random, order, ITEMS);
		for (int i = 0; !error && i < ITEMS; i++) {
			const int path = (int)order[i] / SETS, set = (int)order[i] % SETS;
			error = is_there(bench, path, set) ? take_reading(bench, path, set, step) : 0;
		}
	}
	return error;
}

/* A path that this machine does not offer is no failure: the others go on, and the report says what it said. */
static int prepare(struct bench *bench)
{
	const int error = tools_open(&bench->tools);
	for (int path = 0; !error && path < PATHS; path++) {
		bench->refused[path] = PATH[path].open ? PATH[path].open(&bench->tools, &bench->step[path]) : 0;
		for (int set = 0; set < SETS; set++)
			if (!(bench->reading[path][set].ps = populated(rounds * sizeof(uint64_t))))
				return -ENOMEM;
	}
	return error;
}

static int read_all(struct bench *bench, const struct cpu_list *cpus, struct report *report, const char **step)
{
	struct counter_files files COUNTERS_CLOSED;
	*step = "prepare";
	int error = counters_open(&files);
	error = error ? error : prepare(bench);
	counters_read(&files, cpus, 1, &report->before);
	error = error ? error : visit_all(bench, step);
	counters_read(&files, cpus, 1, &report->after);
	if (!error) {
		*step = "look";
		error = tracks_changed(bench->map, bench->track, &bench->changed);
	}
	return error;
}

/* "alg at socket(AF_ALG), EAFNOSUPPORT; clear_1g at holding, too few of the size": what there is no reading of although its set was had. */
static void tell_paths(const struct bench *bench, char *text, size_t room)
{
	size_t length = 0;
	text[0] = '\0';
	for (int path = 0; path < PATHS; path++)
		if (bench->refused[path])
			length += (size_t)snprintf(text + length, room - length, "%s%s at %s, %s", length ? "; " : "",
						   PATH[path].name, bench->step[path],
						   strerrorname_np(-bench->refused[path]));
	for (int set = 0; set < SETS; set++)
		if (bench->track[set].count && !bench->reading[PATH_CLEAR][set].count)
			length += (size_t)snprintf(text + length, room - length, "%s%s at %s", length ? "; " : "",
						   METRICS[PATH_CLEAR][set],
						   bench->fresh[set].count ? "frames, too few of the size"
									   : "holding, too few of the size");
}

static void tell_fresh(const struct bench *bench, char *text, size_t room)
{
	size_t length = 0;
	for (int set = 0; set < SETS; set++)
		length += (size_t)snprintf(text + length, room - length, "%s%s %llu/%llu", length ? " " : "",
					   SET_NAMES[set], (unsigned long long)bench->fresh[set].counted,
					   (unsigned long long)bench->fresh[set].touched);
}

static void describe(struct report *report, const struct page_set *sets, const struct bench *bench,
		     uint64_t spent_bytes)
{
	static struct series series[ITEMS];
	static struct setting settings[11];
	static char lacking[SETS * 16], paths[1024], fresh[256];
	page_sets_lacking(sets, lacking, sizeof(lacking));
	tell_paths(bench, paths, sizeof(paths));
	tell_fresh(bench, fresh, sizeof(fresh));
	const struct setting all[] = {
		{"footprint", NULL, footprint},
		{"rounds", NULL, rounds},
		{"seed", NULL, seed},
		{"split_bytes", NULL, spent_bytes},
		{"lacking", lacking, 0},
		{"paths_lacking", paths, 0},
		{"fresh", fresh, 0},
		{"changed_pages", NULL, bench->changed},
		{"visit_faults", NULL, bench->visit_faults},
		{"cpus", cpus_text ? cpus_text : "all", 0},
		{NULL, NULL, 0},
	};
	memcpy(settings, all, sizeof(all));
	for (int path = 0; path < PATHS; path++)
		for (int set = 0; set < SETS; set++) {
			const struct reading *reading = &bench->reading[path][set];
			if (reading->count)
				series[report->series_count++] = (struct series){METRICS[path][set], 0, reading->count,
										 reading->ps, .settled = true};
		}
	report->settings = settings;
	report->series = series;
}

static int measure(const struct cpu_list *cpus, struct report *report)
{
	static struct bench bench;
	static struct page_set sets[SETS];
	struct directmap map DIRECTMAP_CLOSED = {.object = NULL};
	struct holding holding HOLDING_CLOSED = {.mount = -1};
	seed = seed ? seed : report->begun_raw_ns;
	const char *step = "";
	const uint64_t begun = clock_begin();
	bench.map = &map;
	bench.random = random_from(seed);
	int error = directmap_open(&map, &step);
	error = error ? error : holding_open(&map, seed, split_budget, &holding, &step);
	holding.most = (int)look_through;
	error = error ? error : page_sets_take(&holding, footprint, sets, &step);
	step = error ? step : "tracks";
	error = error ? error : tracks_make(&bench.random, sets, footprint / 4096, bench.track);
	error = error ? error : fresh_take(&holding, footprint, sets, bench.fresh, &step);
	if (error)
		return report_refusal(PROGRAM, step, error, "pages of each size could not be had");
	report->host_backing =
		(struct host_backing){(uint64_t)holding.taken * CHUNK_PAGES, "ramfs", clock_end() - begun};
	error = read_all(&bench, cpus, report, &step);
	tools_close(&bench.tools);
	if (error)
		return report_failure(PROGRAM, step, error, "a path could not be followed");
	describe(report, sets, &bench, split_budget - holding.budget_bytes);
	return EXIT_OK;
}

int main(int argc, char **argv)
{
	const struct measurement measurement = {
		.table = &TABLE, .samples_path = &samples_path, .cpus_text = &cpus_text, .work = measure};
	return measurement_run(&measurement, argc, argv);
}
