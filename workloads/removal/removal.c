/*
 * removal: whether secret pages have left the kernel's direct map, page by page, and whether they come back.
 *
 * A process fills pages, each with a word of its own. Then the kernel itself (a BPF program) reads the pages' addresses
 * in its direct map, and its page tables are walked. Afterwards the pages are given up, and for secret ones both are
 * done again. Readings are 0 or 1 for every page.
 *
 * Ordinary pages are read only while their owner has them: their frames are looked up before and after, and where the
 * kernel moved one meanwhile, all are read again. Frames that were secret are read once more when they are free. That
 * is RAM which the kernel has mapped again, whoever has it next; only whether it could be read is kept.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "cleanup.h"
#include "directmap.h"
#include "frame.h"
#include "keeper.h"
#include "measurement.h"
#include "memory.h"
#include "word.h"

static const char PROGRAM[] = "removal";
static const char *const LIVES[] = {"held", "forked", "executed", "exited", "killed", NULL};
enum life { HELD, FORKED, EXECUTED, EXITED, KILLED };
enum { FILL = 'f', TELL = 't', MOST_TRIES = 4 };

static const char *backing_name = "secret", *cpus_text, *samples_path;
static uint64_t life = HELD, pages = 2048, thread_count = 1;

static const struct option_spec OPTIONS[] = {
	CHOICE_OPTION("life", &life, LIVES, "who has the pages, and how they are given up"),
	TEXT_OPTION("backing", &backing_name, "kind of memory: one with 4 KB pages [secret]"),
	NUMBER_OPTION("pages", &pages, 1, 1 << 22, "pages of 4 KB"),
	NUMBER_OPTION("threads", &thread_count, 1, MAX_CPUS, "threads that fill them at once"),
	TEXT_OPTION("cpus", &cpus_text, "CPUs, those of the threads first [all]"),
	TEXT_OPTION("samples", &samples_path, "file for the raw readings, u64"),
	{0},
};
static const struct option_table TABLE = {PROGRAM, "whether secret pages leave the kernel's direct map",
					  "removal --life forked --pages 2048", OPTIONS};

/* The pages as the process sees them that has them; a child has a copy of this, and what is pointed to in common. */
struct hold {
	const struct backing *backing;
	const struct cpu_list *cpus;
	struct region region;
	uint64_t nonce;
	const char **step;
	uint64_t *frame, *same;
};

enum reading { WHILE_READ, WHILE_WALKED, OWNER_READS, AFTER_READ, AFTER_WALKED, READINGS };

struct trial {
	struct hold hold;
	struct keeper keeper;
	struct directmap map;
	uint64_t *reading[READINGS];
	uint64_t *moved, *word;
	bool *failed;
};

static int fill(struct hold *hold)
{
	const int error = region_map(hold->backing, pages * FRAME_BYTES, &hold->region, hold->step);
	if (error)
		return error;
	*hold->step = "touch";
	return words_write(hold->region.address, pages, hold->nonce, thread_count, hold->cpus);
}

/*
 * Reading the words first also maps the pages: a child that was forked has them in the file alone. -EAGAIN where one
 * was swapped out since.
 */
static int tell(struct hold *hold)
{
	*hold->step = "pagemap";
	words_check(hold->region.address, pages, hold->nonce, hold->same);
	int error = frames_read(hold->region.address, pages, hold->frame);
	for (uint64_t i = 0; !error && i < pages; i++)
		error = hold->frame[i] == NO_FRAME ? -EAGAIN : 0;
	return error;
}

static int work(char wish, void *context)
{
	return wish == FILL ? fill(context) : wish == TELL ? tell(context) : 0;
}

static int ask(struct trial *trial, char wish)
{
	return trial->keeper.pid ? keeper_ask(&trial->keeper, wish) : work(wish, &trial->hold);
}

/* Whoever is to have the pages has them after this, and nobody else. */
static int settle(struct trial *trial)
{
	*trial->hold.step = "fork";
	int error = life == HELD || life == FORKED ? fill(&trial->hold) : 0;
	if (!error && life != HELD)
		error = keeper_start(&trial->keeper, work, &trial->hold);
	if (error || life == HELD)
		return error;
	if (life != FORKED)
		return keeper_ask(&trial->keeper, FILL);
	region_unmap(&trial->hold.region);
	return 0;
}

static int give_up(struct trial *trial)
{
	*trial->hold.step = "execve";
	if (life == EXECUTED)
		return keeper_execute(&trial->keeper);
	if (life == KILLED)
		keeper_kill(&trial->keeper);
	keeper_end(&trial->keeper);
	region_unmap(&trial->hold.region);
	return 0;
}

static bool is_secret(const struct trial *trial)
{
	return !strcmp(trial->hold.backing->name, "secret");
}

/* An entry of 4 KB that says "not present" is what the kernel leaves of a page that it took out. */
static bool is_like(const struct stretch *stretch, bool absent)
{
	const bool present = stretch && (stretch->flags & FLAG_PRESENT);
	return stretch && (absent ? stretch->level == MAPPED_4K && !present : present);
}

/* Look each frame up in the page tables: 1 where it is absent, or present, as is asked. */
static int walk(struct trial *trial, bool absent, uint64_t *reading)
{
	struct atlas atlas ATLAS_FREED;
	const struct pagetable table = directmap_tables(&trial->map);
	*trial->hold.step = "walk";
	const int error = pagetable_walk(&table, &atlas);
	for (uint64_t i = 0; !error && i < pages; i++)
		reading[i] = is_like(atlas_find(&atlas, trial->hold.frame[i]), absent);
	return error;
}

/* While the owner has the pages. -EAGAIN where the kernel moved one of them every time. */
static int look(struct trial *trial)
{
	const bool secret = is_secret(trial);
	const size_t bytes = pages * sizeof(*trial->moved);
	const uint64_t *frame = trial->hold.frame;
	int error = -EAGAIN;
	for (int i = 0; i < MOST_TRIES && error == -EAGAIN; i++) {
		error = ask(trial, TELL);
		memcpy(trial->moved, frame, bytes);
		error = error ? error : directmap_read(&trial->map, frame, pages, trial->word, trial->failed);
		error = error ? error : walk(trial, secret, trial->reading[WHILE_WALKED]);
		error = error ? error : ask(trial, TELL);
		if (!error && memcmp(trial->moved, frame, bytes))
			error = -EAGAIN;
	}
	for (uint64_t i = 0; !error && i < pages; i++) {
		const bool is_own = !trial->failed[i] && trial->word[i] == word_of(trial->hold.nonce, i);
		trial->reading[WHILE_READ][i] = secret ? trial->failed[i] : is_own;
	}
	return error;
}

static int look_again(struct trial *trial)
{
	int error = directmap_read(&trial->map, trial->hold.frame, pages, trial->word, trial->failed);
	for (uint64_t i = 0; !error && i < pages; i++)
		trial->reading[AFTER_READ][i] = !trial->failed[i];
	return error ? error : walk(trial, false, trial->reading[AFTER_WALKED]);
}

static int observe(struct trial *trial)
{
	int error = settle(trial);
	if (!error)
		error = look(trial);
	if (error || !is_secret(trial))
		return error;
	error = give_up(trial);
	return error ? error : look_again(trial);
}

/* One piece, shared with the keeper, in which all arrays lie. */
static int make_room(struct trial *trial, const char **step)
{
	const size_t arrays = READINGS + 4, bytes = arrays * pages * sizeof(uint64_t) + FRAME_BYTES;
	uint64_t *room = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	*step = "malloc";
	if (room == MAP_FAILED)
		return -ENOMEM;
	for (int i = 0; i < READINGS; i++, room += pages)
		trial->reading[i] = room;
	trial->hold.same = trial->reading[OWNER_READS];
	trial->hold.frame = room;
	trial->moved = room + pages;
	trial->word = room + 2 * pages;
	trial->failed = (bool *)(room + 3 * pages);
	trial->hold.step = (const char **)(room + 4 * pages);
	*trial->hold.step = *step;
	return 0;
}

static const char *explain(int error)
{
	return error == -EAGAIN ? "the kernel moved pages every time that they were read"
				: "the pages could not be had, or not be looked at";
}

static void describe(struct report *report, const struct trial *trial)
{
	static struct setting settings[6];
	static struct series series[READINGS];
	static const char *const secret[] = {"refused_while_held", "absent_while_held", "owner_reads", "readable_after",
					     "mapped_after"};
	static const char *const ordinary[] = {"word_read", "mapped_while_held", "owner_reads"};
	const char *const *names = is_secret(trial) ? secret : ordinary;
	const struct setting all[] = {
		{"life", LIVES[life], 0},
		{"backing", backing_name, 0},
		{"pages", NULL, pages},
		{"threads", NULL, thread_count},
		{"cpus", cpus_text ? cpus_text : "all", 0},
		{NULL, NULL, 0},
	};
	memcpy(settings, all, sizeof(all));
	report->settings = settings;
	report->series = series;
	report->series_count = is_secret(trial) ? READINGS : AFTER_READ;
	for (int i = 0; i < report->series_count; i++)
		series[i] = (struct series){names[i], 0, pages, trial->reading[i], true};
	report->host_backing = (struct host_backing){0, backing_name, 0};
}

static int measure(const struct cpu_list *cpus, struct report *report)
{
	static struct trial trial = {.hold = {.region = {.descriptor = -1}}};
	const char *step = "malloc";
	struct counter_files files COUNTERS_CLOSED;
	int error = counters_open(&files);
	trial.hold.backing = backing_find(backing_name);
	trial.hold.cpus = cpus;
	trial.hold.nonce = report->begun_raw_ns;
	error = error ? error : make_room(&trial, &step);
	if (!error)
		error = directmap_open(&trial.map, &step);
	if (error)
		return report_refusal(PROGRAM, step, error, "the direct map cannot be read");
	counters_read(&files, cpus, (int)thread_count, &report->before);
	error = observe(&trial);
	counters_read(&files, cpus, (int)thread_count, &report->after);
	keeper_end(&trial.keeper);
	region_unmap(&trial.hold.region);
	directmap_close(&trial.map);
	if (error)
		return report_refusal(PROGRAM, *trial.hold.step, error, explain(error));
	describe(report, &trial);
	return EXIT_OK;
}

int main(int argc, char **argv)
{
	const struct measurement measurement = {.table = &TABLE,
						.samples_path = &samples_path,
						.cpus_text = &cpus_text,
						.cpu_count = &thread_count,
						.backing_name = &backing_name,
						.work = measure};
	if (keeper_arrive(argc, argv, NULL, NULL))
		return EXIT_OK;
	return measurement_run(&measurement, argc, argv);
}
