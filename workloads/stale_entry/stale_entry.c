/*
 * stale_entry: whether the kernel still reads a page that has become secret, through an entry that a TLB has kept.
 *
 * A keeper makes pages secret and gives them up, so that the kernel maps them again. The kernel reads them on behalf of
 * a reader, which leaves their entries in the TLB; then the keeper makes pages secret once more, mostly the same, and
 * the kernel tries again. Both are on one CPU, to which this process was pinned. Its own fault makes the CPU forget a page by INVLPG, which leaves alone
 * what other address spaces (PCIDs) have cached, unless it is Global (Intel SDM vol. 3, "Invalidation of TLBs and
 * Paging-Structure Caches"); and an entry of the direct map that was taken out comes back without that bit
 * (set_direct_map_default_noflush() in arch/x86/mm/pat/set_memory.c).
 *
 * Frames are read while they are free. That is RAM which the kernel has mapped, whoever has it next; what is there is
 * not looked at.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "directmap.h"
#include "frame.h"
#include "keeper.h"
#include "measurement.h"
#include "memory.h"
#include "word.h"

static const char PROGRAM[] = "stale_entry";
static const char *const KEEPERS[] = {"other", "own", NULL}, *const BETWEEN[] = {"nothing", "flush", NULL};
enum { OTHER, OWN };
enum { NOTHING, FLUSH };
enum { FILL = 'f', EMPTY = 'e' };
/* More pages at once and giving them up flushes all (tlb_single_page_flush_ceiling, 33, in arch/x86/mm/tlb.c). */
enum { MOST_PAGES = 32, FLUSHING_PAGES = 64 };

static const char *cpus_text, *samples_path;
static uint64_t keeper_kind = OTHER, between = NOTHING, pages = MOST_PAGES, rounds = 32;

static const struct option_spec OPTIONS[] = {
	CHOICE_OPTION("keeper", &keeper_kind, KEEPERS, "whose address space the secret pages are made in"),
	CHOICE_OPTION("between", &between, BETWEEN, "what the reader does before it reads again"),
	NUMBER_OPTION("pages", &pages, 1, MOST_PAGES, "pages of 4 KB"),
	NUMBER_OPTION("rounds", &rounds, 1, 10000, "how often"),
	TEXT_OPTION("cpus", &cpus_text, "CPUs, the one that is used first [all]"),
	TEXT_OPTION("samples", &samples_path, "file for the raw readings, u64"),
	{0},
};
static const struct option_table TABLE = {PROGRAM, "whether the kernel reads secret pages through what a TLB has kept",
					  "stale_entry --keeper other --rounds 32", OPTIONS};

enum reading { READABLE, REFUSED_SEEN, REFUSED_UNSEEN, SECRET_READ, READINGS };
static const char *const METRICS[] = {"readable_free", "refused_seen", "refused_unseen", "secret_read"};

struct trial {
	struct region region; /* the keeper's */
	struct keeper keeper;
	struct directmap map;
	uint64_t nonce, *frame; /* shared with the keeper */
	const char *step;
	uint64_t *seen, seen_count; /* frames that the reader has read until now */
	uint64_t *reading[READINGS], count[READINGS];
};

static int fill(struct trial *trial)
{
	const int error = region_map(backing_find("secret"), pages * FRAME_BYTES, &trial->region, &trial->step);
	if (error)
		return error;
	for (uint64_t i = 0; i < pages; i++)
		*(volatile uint64_t *)(trial->region.address + i * FRAME_BYTES) = word_of(trial->nonce, i);
	return frames_read(trial->region.address, pages, trial->frame);
}

static int work(char wish, void *context)
{
	struct trial *trial = context;
	if (wish == FILL)
		return fill(trial);
	region_unmap(&trial->region);
	return 0;
}

static int ask(struct trial *trial, char wish)
{
	return trial->keeper.pid ? keeper_ask(&trial->keeper, wish) : work(wish, trial);
}

static void note(struct trial *trial, enum reading reading, bool value)
{
	trial->reading[reading][trial->count[reading]++] = value;
}

/* Unmap so much that the kernel flushes all that this address space has cached, and not page by page. */
static int flush(void)
{
	char *room = populated(FLUSHING_PAGES * FRAME_BYTES);
	return room ? munmap(room, FLUSHING_PAGES * FRAME_BYTES) : -ENOMEM;
}

static bool was_seen(const struct trial *trial, uint64_t frame)
{
	for (uint64_t i = 0; i < trial->seen_count; i++)
		if (trial->seen[i] == frame)
			return true;
	return false;
}

/* Read what the keeper has had and given up, and keep which frames these are. */
static int see(struct trial *trial)
{
	uint64_t word[MOST_PAGES], *seen = trial->seen + trial->seen_count;
	bool failed[MOST_PAGES];
	int error = ask(trial, FILL);
	memcpy(seen, trial->frame, pages * sizeof(*seen));
	trial->seen_count += pages;
	error = error ? error : ask(trial, EMPTY);
	error = error ? error : directmap_read(&trial->map, seen, pages, word, failed);
	for (uint64_t i = 0; !error && i < pages; i++)
		note(trial, READABLE, !failed[i]);
	return error;
}

static int look_again(struct trial *trial)
{
	uint64_t word[MOST_PAGES];
	bool failed[MOST_PAGES];
	int error = ask(trial, FILL);
	if (!error && between == FLUSH)
		error = flush();
	error = error ? error : directmap_read(&trial->map, trial->frame, pages, word, failed);
	for (uint64_t i = 0; !error && i < pages; i++) {
		note(trial, was_seen(trial, trial->frame[i]) ? REFUSED_SEEN : REFUSED_UNSEEN, failed[i]);
		if (!failed[i])
			note(trial, SECRET_READ, word[i] == word_of(trial->nonce, i));
	}
	const int emptied = ask(trial, EMPTY);
	return error ? error : emptied;
}

static int observe(struct trial *trial)
{
	trial->step = "fork";
	int error = keeper_kind == OTHER ? keeper_start(&trial->keeper, work, trial) : 0;
	trial->step = "round";
	for (uint64_t round = 0; !error && round < rounds; round++) {
		error = see(trial);
		error = error ? error : look_again(trial);
	}
	return error;
}

static int make_room(struct trial *trial)
{
	const size_t bytes = MOST_PAGES * sizeof(*trial->frame);
	trial->frame = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	trial->seen = populated(rounds * pages * sizeof(uint64_t));
	for (int i = 0; i < READINGS; i++)
		if (!(trial->reading[i] = populated(rounds * pages * sizeof(uint64_t))))
			return -ENOMEM;
	return trial->frame == MAP_FAILED || !trial->seen ? -ENOMEM : 0;
}

static void describe(struct report *report, const struct trial *trial)
{
	static struct setting settings[6];
	static struct series series[READINGS];
	const struct setting all[] = {
		{"keeper", KEEPERS[keeper_kind], 0},
		{"between", BETWEEN[between], 0},
		{"pages", NULL, pages},
		{"rounds", NULL, rounds},
		{"cpus", cpus_text ? cpus_text : "all", 0},
		{NULL, NULL, 0},
	};
	memcpy(settings, all, sizeof(all));
	report->settings = settings;
	report->series = series;
	for (int i = 0; i < READINGS; i++)
		if (trial->count[i])
			series[report->series_count++] =
				(struct series){METRICS[i], 0, trial->count[i], trial->reading[i], true};
	report->host_backing = (struct host_backing){0, "secret", 0};
}

static int measure(const struct cpu_list *cpus, struct report *report)
{
	static struct trial trial = {.region = {.descriptor = -1}};
	struct counter_files files COUNTERS_CLOSED;
	trial.step = "mmap";
	trial.nonce = report->begun_raw_ns;
	int error = counters_open(&files);
	error = error ? error : make_room(&trial);
	error = error ? error : directmap_open(&trial.map, &trial.step);
	if (error)
		return report_refusal(PROGRAM, trial.step, error, "the direct map cannot be read");
	counters_read(&files, cpus, 1, &report->before);
	error = observe(&trial);
	counters_read(&files, cpus, 1, &report->after);
	keeper_end(&trial.keeper);
	region_unmap(&trial.region);
	directmap_close(&trial.map);
	if (error)
		return report_refusal(PROGRAM, trial.step, error, "the pages could not be had, or not be looked at");
	describe(report, &trial);
	return EXIT_OK;
}

int main(int argc, char **argv)
{
	const struct measurement measurement = {
		.table = &TABLE, .samples_path = &samples_path, .cpus_text = &cpus_text, .work = measure};
	return measurement_run(&measurement, argc, argv);
}
