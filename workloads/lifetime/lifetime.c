/*
 * lifetime: who keeps secret memory, and when it goes back.
 *
 * A process fills an area and notes the frames of its pages. Part of what holds the area goes: its mapping, its
 * descriptor, its process. What is left has to keep it: that is looked at from inside the kernel's direct map (BPF), and
 * by whoever has it. Then the last thing goes, on one CPU, while this process looks from another one again and again
 * whether the pages are back: in the direct map, and in the allocator.
 */
#include <errno.h>
#include <string.h>

#include "account.h"
#include "frame.h"
#include "life.h"
#include "measurement.h"
#include "watch.h"

static const char PROGRAM[] = "lifetime";
enum { ACTING, WATCHING, CPUS }; /* of the list of CPUs */

static const char *backing_name = "secret", *cpus_text, *samples_path;
static uint64_t life = LIFE_CLOSED, pages = 256, repeats = 4;

static const struct option_spec OPTIONS[] = {
	CHOICE_OPTION("life", &life, LIFE_NAMES, "who keeps the area, and what ends it"),
	TEXT_OPTION("backing", &backing_name, "kind of memory: one with 4 KB pages and a descriptor [secret]"),
	NUMBER_OPTION("pages", &pages, 2, 1 << 20, "pages of 4 KB"),
	NUMBER_OPTION("repeats", &repeats, 1, 1 << 16, "how often, each time with processes of its own"),
	TEXT_OPTION("cpus", &cpus_text, "CPUs: of who has the area, of who watches [all]"),
	TEXT_OPTION("samples", &samples_path, "file for the raw readings, u64"),
	{0},
};
static const struct option_table TABLE = {PROGRAM, "who keeps secret memory, and when it goes back",
					  "lifetime --life in_flight --pages 256", OPTIONS};

/* Readings of each page, then those of each repeat. */
enum reading {
	OUT_WHILE_KEPT,
	READABLE_AFTER,
	WORD_WHILE_KEPT,
	FREE_AFTER,
	OF_PAGES,
	ENTRIES_BACK = OF_PAGES,
	PAGES_FREE,
	BACK_APART,
	FREE_APART,
	COUNTED_HELD,
	COUNTED_KEPT,
	MLOCKED_HELD,
	MLOCKED_KEPT,
	UNEVICTABLE_HELD,
	UNEVICTABLE_KEPT,
	OPEN_AFTER_EXECVE,
	READINGS
};
static const char *const METRICS[READINGS] = {
	"out_while_kept", "readable_after", "word_while_kept",  "free_after",         "entries_back",
	"pages_free",     "back_apart",     "free_apart",       "counted_while_held", "counted_while_kept",
	"mlocked_held",   "mlocked_kept",   "unevictable_held", "unevictable_kept",   "open_after_execve",
};

struct trial {
	struct cast cast;
	struct watch watch;
	uint64_t *reading[READINGS], count[READINGS];
	struct account empty;
};

static void note(struct trial *trial, enum reading reading, uint64_t value)
{
	trial->reading[reading][trial->count[reading]++] = value;
}

static uint64_t above(uint64_t value, uint64_t base)
{
	return value > base ? value - base : 0;
}

static void note_account(struct trial *trial, enum reading counted, enum reading mlocked, enum reading unevictable)
{
	const struct account now = account_read();
	note(trial, counted, trial->cast.area.notice->locked_bytes >= pages * FRAME_BYTES);
	note(trial, mlocked, above(now.mlocked_bytes, trial->empty.mlocked_bytes));
	note(trial, unevictable, above(now.unevictable_bytes, trial->empty.unevictable_bytes));
}

/* Ordinary memory is in the direct map all the while, and there is nothing to see of it there. */
static bool is_secret(void)
{
	return !strcmp(backing_name, "secret");
}

static int look_while_kept(struct trial *trial)
{
	const uint64_t *frame = trial->cast.area.notice->frame;
	uint64_t *out = trial->reading[OUT_WHILE_KEPT] + trial->count[OUT_WHILE_KEPT];
	const int error = watch_readable(&trial->watch, frame, pages, out);
	for (uint64_t i = 0; i < pages; i++)
		out[i] = !out[i];
	memcpy(trial->reading[WORD_WHILE_KEPT] + trial->count[WORD_WHILE_KEPT], area_same(&trial->cast.area),
	       pages * sizeof(*out));
	trial->count[OUT_WHILE_KEPT] += pages;
	trial->count[WORD_WHILE_KEPT] += pages;
	return error;
}

static int look_afterwards(struct trial *trial)
{
	const uint64_t *frame = trial->cast.area.notice->frame;
	int error = watch_readable(&trial->watch, frame, pages,
				   trial->reading[READABLE_AFTER] + trial->count[READABLE_AFTER]);
	if (!error)
		error = watch_free(&trial->watch, frame, pages, trial->reading[FREE_AFTER] + trial->count[FREE_AFTER]);
	trial->count[READABLE_AFTER] += pages;
	trial->count[FREE_AFTER] += pages;
	return error;
}

/* What was not seen within a second has no time, and shows in the readings of pages. */
static int end_and_watch(struct trial *trial)
{
	struct sighting seen;
	const struct notice *notice = trial->cast.area.notice;
	*trial->cast.area.step = "watch";
	int error = life_end(life, &trial->cast);
	if (!error)
		error = watch_return(&trial->watch, notice->frame, pages, &seen);
	if (!error)
		error = life_wait(life, &trial->cast);
	if (error)
		return error;
	if (is_secret() && seen.back) {
		note(trial, ENTRIES_BACK, above(seen.back, notice->begun));
		note(trial, BACK_APART, seen.back_apart);
	}
	if (seen.free) {
		note(trial, PAGES_FREE, above(seen.free, notice->begun));
		note(trial, FREE_APART, seen.free_apart);
	}
	if (life == LIFE_EXECUTED || life == LIFE_EXECUTED_OPEN)
		note(trial, OPEN_AFTER_EXECVE, notice->open_after_execve);
	return 0;
}

/* The others are where this process was when it made them; it watches from another CPU. */
static int live(struct trial *trial, const struct cpu_list *cpus)
{
	struct cast *cast = &trial->cast;
	trial->empty = account_read();
	pin_to(cpus->cpu[ACTING]);
	int error = life_begin(life, cast);
	if (error)
		return error;
	note_account(trial, COUNTED_HELD, MLOCKED_HELD, UNEVICTABLE_HELD);
	error = life_part(life, cast);
	if (!error)
		error = life_check(life, cast);
	if (error)
		return error;
	note_account(trial, COUNTED_KEPT, MLOCKED_KEPT, UNEVICTABLE_KEPT);
	pin_to(cpus->cpu[WATCHING]);
	*cast->area.step = "bpf-run";
	error = look_while_kept(trial);
	if (!error)
		error = end_and_watch(trial);
	return error ? error : look_afterwards(trial);
}

static int make_room(struct trial *trial)
{
	uint64_t *room = populated((OF_PAGES * pages + READINGS) * repeats * sizeof(*room));
	for (int i = 0; room && i < READINGS; i++) {
		trial->reading[i] = room;
		room += (i < OF_PAGES ? pages : 1) * repeats;
	}
	return room ? 0 : -ENOMEM;
}

static int live_often(struct trial *trial, const struct cpu_list *cpus)
{
	int error = 0;
	for (uint64_t i = 0; !error && i < repeats; i++) {
		error = live(trial, cpus);
		life_close(&trial->cast);
	}
	return error;
}

static int open_all(struct trial *trial, const struct cpu_list *cpus, const char **step)
{
	int error = make_room(trial);
	*step = "memfd_create";
	if (!error)
		error = area_open(&trial->cast.area, backing_find(backing_name), pages, cpus);
	return error ? error : watch_open(&trial->watch, pages, !is_secret(), step);
}

static void describe(struct report *report, const struct trial *trial)
{
	static struct setting settings[6];
	static struct series series[READINGS];
	const struct setting all[] = {
		{"life", LIFE_NAMES[life], 0},
		{"backing", backing_name, 0},
		{"pages", NULL, pages},
		{"repeats", NULL, repeats},
		{"cpus", cpus_text ? cpus_text : "all", 0},
		{NULL, NULL, 0},
	};
	memcpy(settings, all, sizeof(all));
	report->settings = settings;
	report->series = series;
	for (int i = 0; i < READINGS; i++) {
		const bool is_of_map = i == OUT_WHILE_KEPT || i == READABLE_AFTER;
		const bool is_time = i == ENTRIES_BACK || i == PAGES_FREE || i == BACK_APART || i == FREE_APART;
		if (trial->count[i] && (is_secret() || !is_of_map))
			series[report->series_count++] =
				(struct series){METRICS[i], 0, trial->count[i], trial->reading[i], !is_time};
	}
	report->host_backing = (struct host_backing){0, backing_name, 0};
}

static int measure(const struct cpu_list *cpus, struct report *report)
{
	static struct trial trial;
	const char *step = "malloc";
	struct counter_files files COUNTERS_CLOSED;
	int error = counters_open(&files);
	if (!error)
		error = open_all(&trial, cpus, &step);
	if (error)
		return report_refusal(PROGRAM, step, error, "the direct map, or the state of frames, cannot be read");
	counters_read(&files, cpus, CPUS, &report->before);
	error = live_often(&trial, cpus);
	counters_read(&files, cpus, CPUS, &report->after);
	step = *trial.cast.area.step;
	watch_close(&trial.watch);
	area_close(&trial.cast.area);
	if (error)
		return report_refusal(PROGRAM, step, error, "the area could not be had, or not be looked at");
	describe(report, &trial);
	return EXIT_OK;
}

static const char *check(void)
{
	const struct backing *backing = backing_find(backing_name);
	const bool fits = backing && backing->page_bytes == FRAME_BYTES && backing->create;
	return fits ? NULL : "--backing takes memfd, memfd_locked or secret";
}

int main(int argc, char **argv)
{
	static struct area arrived;
	const uint64_t cpu_count = CPUS;
	const struct measurement measurement = {.table = &TABLE,
						.samples_path = &samples_path,
						.cpus_text = &cpus_text,
						.cpu_count = &cpu_count,
						.check = check,
						.work = measure};
	if (keeper_arrive(argc, argv, area_work, &arrived))
		return EXIT_OK;
	return measurement_run(&measurement, argc, argv);
}
