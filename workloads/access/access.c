/*
 * access: who gets at the bytes of some memory, and how. Every way is tried in processes of its own: one that crashes is
 * an outcome. Nothing is tried that could hurt the machine. The readings are codes; see way.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "flag.h"
#include "frame.h"
#include "measurement.h"
#include "memory.h"
#include "stage.h"

static const char PROGRAM[] = "access";
static const char *const WHO[] = {"owner", "child", "other", "root", NULL};
static const char *const ANSWERS[] = {"no", "yes", NULL};

static const char *backing_name = "secret", *folder = "/var/tmp", *cpus_text, *samples_path;
static uint64_t who = OWNER, guarded;

static const struct option_spec OPTIONS[] = {
	CHOICE_OPTION("who", &who, WHO, "who tries"),
	CHOICE_OPTION("guarded", &guarded, ANSWERS,
		      "whether an owner that others look into forbids it: PR_SET_DUMPABLE"),
	TEXT_OPTION("backing", &backing_name, "kind of memory: one with 4 KB pages [secret]"),
	TEXT_OPTION("folder", &folder, "on a disk: where files for O_DIRECT and core files go [/var/tmp]"),
	TEXT_OPTION("cpus", &cpus_text, "CPUs, the program's first [all]"),
	TEXT_OPTION("samples", &samples_path, "file for the raw readings, u64"),
	{0},
};
static const struct option_table TABLE = {PROGRAM, "who gets at the bytes of some memory, and how",
					  "access --who other --backing secret", OPTIONS};

static const struct way *const TABLES[] = {PLAIN_WAYS,   COPY_WAYS,    RING_WAYS,     PIN_WAYS,  DESCRIPTOR_WAYS,
					   PROCESS_WAYS, TOLD_WAYS,    DEBUGGER_WAYS, CORE_WAYS, GUEST_WAYS,
					   KERNEL_WAYS,  MAPPING_WAYS, ADVICE_WAYS};
/* The metric that says of each way of a family whether it was reached. */
static const char *const FAMILIES[] = {
	[FAMILY_PLAIN] = "reached_plain",
	[FAMILY_COPY] = "reached_copy",
	[FAMILY_PIN] = "reached_pin",
	[FAMILY_DMA] = "reached_dma",
	[FAMILY_GUEST] = "reached_guest",
	[FAMILY_DESCRIPTOR] = "reached_descriptor",
	[FAMILY_OUTSIDE] = "reached_outside",
	[FAMILY_TAKEOVER] = "reached_takeover",
	[FAMILY_TOLD] = "reached_told",
	[FAMILY_CORE] = "reached_core",
	[FAMILY_BY_MAPPING] = "reached_by_mapping",
	[FAMILY_KERNEL] = "reached_kernel",
	[FAMILY_MACHINE] = "reached_machine",
	[FAMILY_AFTER] = "reached_after",
	[FAMILY_MAPPING] = "reached_mapping",
	[FAMILY_ADVICE] = "reached_advice",
};
enum {
	TABLE_COUNT = sizeof(TABLES) / sizeof(TABLES[0]),
	MOST_WAYS = 128,
};

/* What came of all ways: of each the code, and of each family, way by way, whether it was reached. */
struct matrix {
	const struct way *way[MOST_WAYS];
	uint64_t code[MOST_WAYS];
	int count;
	uint64_t reached[FAMILY_COUNT][MOST_WAYS];
	uint64_t tried[FAMILY_COUNT];
	char lacking[2048];
	uint64_t flag_taken[2], flag_refused[FLAG_BITS - 1];
	bool has_flags;
};

static void note_lacking(struct matrix *matrix, const struct way *way, uint64_t code)
{
	const size_t used = strlen(matrix->lacking);
	const char *name = strerrorname_np((int)(code - NOT_HERE));
	snprintf(matrix->lacking + used, sizeof(matrix->lacking) - used, "%s%s:%s", used ? " " : "", way->name,
		 name ? name : "unknown");
}

static void note(struct matrix *matrix, const struct way *way, uint64_t code)
{
	if (code >= NOT_HERE) {
		note_lacking(matrix, way, code);
		return;
	}
	const enum family family = way->family;
	matrix->reached[family][matrix->tried[family]++] = code == REACHED;
	matrix->way[matrix->count] = way;
	matrix->code[matrix->count++] = code;
}

static int try_all(struct stage *stage, struct matrix *matrix, const char **step)
{
	int error = 0;
	for (int table = 0; table < TABLE_COUNT; table++)
		for (const struct way *way = TABLES[table]; !error && way->name; way++) {
			uint64_t code;
			if (!stage_suits(stage, way))
				continue;
			error = stage_try(stage, way, &code, step);
			if (!error)
				note(matrix, way, code);
		}
	return error;
}

static bool is_secret(void)
{
	return !strcmp(backing_name, "secret");
}

static int observe(struct stage *stage, struct matrix *matrix, const char **step)
{
	int error = stage_open(stage, step);
	if (!error)
		error = try_all(stage, matrix, step);
	if (!error && is_secret() && stage->who == OWNER) {
		*step = "memfd_secret";
		error = flags_try(matrix->flag_taken, matrix->flag_refused);
		matrix->has_flags = !error;
	}
	stage_close(stage);
	return error;
}

static struct series series_of(const char *metric, uint64_t count, uint64_t *reading)
{
	return (struct series){metric, 0, count, reading, true};
}

static void describe(struct report *report, struct matrix *matrix)
{
	static struct setting settings[6];
	static struct series series[MOST_WAYS + FAMILY_COUNT + 2];
	const struct setting all[] = {
		{"who", WHO[who], 0},
		{"guarded", ANSWERS[guarded], 0},
		{"backing", backing_name, 0},
		{"user", geteuid() ? "ordinary" : "root", 0},
		{"ways_lacking", matrix->lacking, 0},
		{NULL, NULL, 0},
	};
	int count = 0;
	memcpy(settings, all, sizeof(all));
	for (int i = 0; i < matrix->count; i++)
		series[count++] = series_of(matrix->way[i]->name, 1, &matrix->code[i]);
	for (int i = 0; i < FAMILY_COUNT; i++)
		if (matrix->tried[i])
			series[count++] = series_of(FAMILIES[i], matrix->tried[i], matrix->reached[i]);
	if (matrix->has_flags) {
		series[count++] = series_of("flag_taken", 2, matrix->flag_taken);
		series[count++] = series_of("flag_refused", FLAG_BITS - 1, matrix->flag_refused);
	}
	report->settings = settings;
	report->series = series;
	report->series_count = count;
	report->host_backing = (struct host_backing){0, backing_name, 0};
}

static int measure(const struct cpu_list *cpus, struct report *report)
{
	static struct matrix matrix;
	struct stage stage = {backing_find(backing_name), (enum who)who, guarded, !geteuid(), folder,
			      report->begun_raw_ns,       NULL,          -1};
	const char *step = "malloc";
	if (who == ROOT_USER && geteuid())
		return report_refusal(PROGRAM, "root", -EPERM, "only root can try what root can do");
	struct counter_files files COUNTERS_CLOSED;
	int error = counters_open(&files);
	if (error)
		return report_refusal(PROGRAM, step, error, "the counters cannot be read");
	counters_read(&files, cpus, 1, &report->before);
	error = observe(&stage, &matrix, &step);
	counters_read(&files, cpus, 1, &report->after);
	if (error)
		return report_refusal(PROGRAM, step, error, "the memory could not be had");
	describe(report, &matrix);
	return EXIT_OK;
}

int main(int argc, char **argv)
{
	const struct measurement measurement = {.table = &TABLE,
						.samples_path = &samples_path,
						.cpus_text = &cpus_text,
						.backing_name = &backing_name,
						.work = measure};
	return measurement_run(&measurement, argc, argv);
}
