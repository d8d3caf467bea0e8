/*
 * fragmentation: what secret memory does to the kernel's direct map, and what of it stays.
 *
 * Secret memory is had in one way or another, in rounds; after each round all of it is given up. On the way it is read
 * how often the direct map was split; after a round, what of that stays. What is split stays so until the next boot:
 * the program stops where its budget is spent, says so, and keeps what it measured.
 *
 * Where the direct map cannot be read (native/directmap.h) the kernel's counters tell how often it was split, and not
 * where: the readings of blocks and of scars are missing then, and the settings say why.
 */
#include <errno.h>
#include <string.h>

#include "cleanup.h"
#include "measurement.h"
#include "round.h"

static const char PROGRAM[] = "fragmentation";
static const char *const USES[] = {"one_size", "mixed", "churn", "processes", "steered", "steered_one", NULL};
static const char *const GROUNDS[] = {"as_found", "used_up", NULL};
static const char *const BETWEEN[] = {"none", "busy", NULL};
enum { MOST_PAGES = 2048, MOST_ROUNDS = 1024, MOST_STEPS = 4096, STEP_SPARE = 4 };

static const char *cpus_text, *samples_path;
static uint64_t kind = ONE_SIZE, ground, between, pages = 1024, steps = 64, rounds = 1, processes = 4, seed = 1,
		split_budget = 64 << 20, share;

static const struct option_spec OPTIONS[] = {
	CHOICE_OPTION("use", &kind, USES, "in which pieces secret memory is had"),
	CHOICE_OPTION("ground", &ground, GROUNDS, "whether pages that were split before are used up first"),
	NUMBER_OPTION("pages", &pages, 1, 1 << 22, "pages of secret memory a round, of 4 KB"),
	NUMBER_OPTION("steps", &steps, 1, MOST_STEPS, "readings a round"),
	NUMBER_OPTION("rounds", &rounds, 1, MOST_ROUNDS, "how often all is had and given up"),
	CHOICE_OPTION("between", &between, BETWEEN, "what else uses memory between two rounds"),
	NUMBER_OPTION("processes", &processes, 1, MOST_PROCESSES, "for --use processes"),
	NUMBER_OPTION("seed", &seed, 1, 1ull << 62, "of what is drawn"),
	NUMBER_OPTION("split-budget", &split_budget, 0, 1ull << 50,
		      "bytes of direct map that may be turned to 4 KB for good"),
	NUMBER_OPTION("share", &share, 0, 1ull << 50, "how much of the budget this run may take at most; 0: all"),
	TEXT_OPTION("cpus", &cpus_text, "CPUs; one is used, and by --use processes all [all]"),
	TEXT_OPTION("samples", &samples_path, "file for the raw readings, u64"),
	{0},
};
static const struct option_table TABLE = {PROGRAM, "what secret memory does to the kernel's direct map",
					  "fragmentation --use mixed --pages 512 --split-budget 8388608", OPTIONS};

static struct use use;
static struct rounds done;

static uint64_t allowed_bytes(void)
{
	return share && share < split_budget ? share : split_budget;
}

static int set_up(const struct cpu_list *cpus)
{
	const bool steered = kind == STEERED || kind == STEERED_ONE; /* then a split is what gives a reading */
	const uint64_t step_pages = steered ? UINT64_MAX : (pages + steps - 1) / steps;
	const uint64_t readings = steered ? pages : STEP_SPARE * steps;
	use.kind = (enum use_kind)kind;
	use.pages = pages;
	use.processes = processes;
	use.random = random_from(seed);
	use.cpus = cpus;
	int error = course_open(allowed_bytes(), step_pages, readings * rounds + 1, &use.course);
	if (!error)
		error = areas_open(pages + 1, &use.areas);
	if (!error)
		error = plug_open((uint64_t)sysconf(_SC_PHYS_PAGES), &use.plug);
	return error ? error : rounds_open(rounds, pages, &done);
}

static int prepare(const char **step)
{
	*step = "ground";
	const int error = ground ? use_up_ground(&use) : 0;
	if (error)
		return error;
	course_begin(&use.course);
	*step = "walk";
	return rounds_begin(&done);
}

static int go(struct counter_files *files, const struct cpu_list *cpus, struct report *report, const char **step)
{
	int error = prepare(step);
	counters_read(files, cpus, 1, &report->before);
	for (uint64_t i = 0; i < rounds && !error && !course_stopped(&use.course); i++) {
		error = rounds_go(&done, &use, between && i + 1 < rounds);
		*step = use_step(&use);
	}
	counters_read(files, cpus, 1, &report->after);
	return error;
}

static const char *explain(const char *step)
{
	if (!strcmp(step, "ground"))
		return "budget or memory ended before free pages that were split before were used up";
	return "secret memory could not be had";
}

static const char *stopped_by(void)
{
	if (course_stopped(&use.course))
		return allowed_bytes() == split_budget ? "budget" : "share";
	return use.short_of_memory ? "memory" : "end";
}

static void describe(struct report *report)
{
	static struct setting settings[16];
	const struct setting all[] = {
		{"use", USES[kind], 0},
		{"ground", GROUNDS[ground], 0},
		{"pages", NULL, pages},
		{"steps", NULL, steps},
		{"rounds", NULL, rounds},
		{"between", BETWEEN[between], 0},
		{"processes", NULL, processes},
		{"seed", NULL, seed},
		{"split_budget", NULL, split_budget},
		{"share", NULL, share},
		{"cpus", cpus_text ? cpus_text : "all", 0},
		{"stopped_by", stopped_by(), 0},
		{"rounds_made", NULL, done.count},
		{"plug_pages", NULL, use.plug.pages},
		{"place", done.without[0] ? done.without : "seen", 0},
		{NULL, NULL, 0},
	};
	memcpy(settings, all, sizeof(all));
	report->settings = settings;
	report->host_backing = (struct host_backing){0, "secret", 0};
}

static void add_series(struct report *report, const char *const *names, uint64_t *const *reading, int count,
		       uint64_t readings)
{
	static struct series series[STEP_READINGS + ROUND_READINGS + REGION_READINGS];
	report->series = series;
	for (int i = 0; i < count; i++)
		series[report->series_count++] = (struct series){names[i], 0, readings, reading[i], true};
}

static void add_readings(struct report *report)
{
	static const char *const on_the_way[] = {"touched_bytes", "peak_bytes", "level2_splits", "level3_splits"};
	static const char *const counted[] = {"round_touched_bytes", "round_level2_splits", "round_level3_splits"};
	static const char *const seen[] = {"round_scar_bytes", "round_unglobal_bytes", "round_table_bytes",
					   "round_table_blocks", "round_healed_regions"};
	static const char *const beside[] = {"region_secret_pages", "region_free_pages",    "region_user_pages",
					     "region_kernel_pages", "region_unnamed_pages", "region_level_before"};
	const bool sees = !done.without[0];
	add_series(report, on_the_way, use.course.reading, STEP_READINGS, use.course.steps);
	add_series(report, counted, done.reading, ROUND_SCAR, done.count);
	if (sees)
		add_series(report, seen, done.reading + ROUND_SCAR, ROUND_READINGS - ROUND_SCAR, done.count);
	if (sees && done.regions)
		add_series(report, beside, done.region, REGION_READINGS, done.regions);
}

static int measure(const struct cpu_list *cpus, struct report *report)
{
	const char *step = "counters";
	struct counter_files files COUNTERS_CLOSED;
	int error = counters_open(&files);
	if (allowed_bytes() < REGION_BYTES)
		return report_refusal(PROGRAM, "split-budget", -EAGAIN, "not one more split of 2 MB is allowed");
	if (!error)
		error = set_up(cpus);
	if (error)
		return report_refusal(PROGRAM, step, error, "splits are not counted here, or there is no memory");
	error = go(&files, cpus, report, &step);
	use_let_go(&use);
	plug_close(&use.plug);
	rounds_close(&done);
	if (error)
		return report_refusal(PROGRAM, step, error, explain(step));
	describe(report);
	add_readings(report);
	return EXIT_OK;
}

static const char *check(void)
{
	const bool is_too_much = (kind == STEERED || kind == STEERED_ONE) && pages > MOST_PAGES;
	return is_too_much ? "a steered use keeps to the usual limit: --pages 2048 at most" : NULL;
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
