/*
 * uncached: what work takes on memory that no cache holds, which a flag of memfd_secret(2) was to give until v11.
 *
 * Four kinds of work, each on memory as it is, which is cached; after all lines that it reads were flushed; and after
 * as many other lines were. The flush comes before what is timed. Beside it, in the same process, a locked memfd.
 * With --caching uncached: the same work on a reserved range that the user names, mapped uncached through /dev/mem, and
 * after a flush there as well, which changes nothing where no cache holds it.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "flush.h"
#include "measurement.h"
#include "memory.h"
#include "reserved.h"
#include "work.h"

static const char ORDINARY[] = "memfd_locked", NO_RANGE[] = "none", PROGRAM[] = "uncached";
/* A reading is the mean of so many uses, each timed by itself: so it is finer than the step of the clock. */
enum { USES = 8, DEFAULT_BYTES = 16384, DEFAULT_ROUNDS = 32 };

enum caching { FLUSHED_CACHES, NO_CACHES };
static const char *const CACHINGS[] = {"flushed", "uncached", NULL};
static const char *backing_name = "secret", *range_text = NO_RANGE, *folder, *cpus_text, *samples_path;
static uint64_t caching = FLUSHED_CACHES, bytes = DEFAULT_BYTES, rounds = DEFAULT_ROUNDS;

static const struct option_spec OPTIONS[] = {
	TEXT_OPTION("backing", &backing_name, "kind of memory that is flushed: one with 4 KB pages [secret]"),
	CHOICE_OPTION("caching", &caching, CACHINGS, "what keeps it out of the caches"),
	TEXT_OPTION("range", &range_text, "uncached: reserved physical range, as 10000000-100fffff [none]"),
	NUMBER_OPTION("bytes", &bytes, PAGE_BYTES, 1 << 24, "size of what is worked on, whole pages"),
	NUMBER_OPTION("rounds", &rounds, 1, 1 << 16, "readings of each work in each state"),
	TEXT_OPTION("folder", &folder, "holds iomem and mem in place of /proc and /dev [those]"),
	TEXT_OPTION("cpus", &cpus_text, "CPUs; the first one is used [all]"),
	TEXT_OPTION("samples", &samples_path, "file for the raw readings, u64 nanoseconds"),
	{0},
};
static const struct option_table TABLE = {PROGRAM, "the time that work takes on memory which no cache holds",
					  "uncached --backing secret --bytes 16384", OPTIONS};

/* How the lines of a work are when it begins. */
enum state { CACHED, FLUSHED, ELSEWHERE, LIKE_IT, UNCACHED, STATES };
static const char *const METRICS[WORKS][STATES] = {
	{"aes_cached", "aes_flushed", "aes_elsewhere", "aes_ordinary", "aes_uncached"},
	{"table_cached", "table_flushed", "table_elsewhere", "table_ordinary", "table_uncached"},
	{"copy_cached", "copy_flushed", "copy_elsewhere", "copy_ordinary", "copy_uncached"},
	{"chase_cached", "chase_flushed", "chase_elsewhere", "chase_ordinary", "chase_uncached"},
};

/* A work in a state; `flushed` is the place whose lines go before each use, NULL: none. */
struct trial {
	const struct work *work;
	struct place *place;
	const struct place *flushed;
	uint64_t *ticks;
	const char *metric;
};

struct room {
	struct region given, spare, ordinary;
	struct reserved reserved;
	struct place on_given, on_spare, on_ordinary, on_reserved;
	struct trial trial[WORKS * STATES];
	uint64_t trials;
};

/* One untimed use leaves all lines as any use does. */
static uint64_t time_uses(const struct trial *trial)
{
	uint64_t ticks = 0;
	trial->work->act(trial->place);
	for (int i = 0; i < USES; i++) {
		if (trial->flushed)
			trial->work->flush(trial->flushed);
		flush_fence();
		const uint64_t begun = clock_begin();
		trial->work->act(trial->place);
		ticks += clock_end() - begun;
	}
	return ticks / USES;
}

/* Round 0 is not kept: it warms everything up. */
static void go_rounds(struct room *room, uint64_t seed)
{
	struct random random = random_from(seed);
	uint64_t order[WORKS * STATES];
	for (uint64_t round = 0; round <= rounds; round++) {
		random_order(&random, order, room->trials);
		for (uint64_t i = 0; i < room->trials; i++) {
			const struct trial *trial = &room->trial[order[i]];
			const uint64_t ticks = time_uses(trial);
			if (round)
				trial->ticks[round - 1] = ticks;
		}
	}
}

static int add_trial(struct room *room, int work, enum state state, struct place *place)
{
	const struct place *const flushed[STATES] = {[FLUSHED] = place, [ELSEWHERE] = &room->on_spare};
	uint64_t *const ticks = populated(rounds * sizeof(*ticks));
	room->trial[room->trials++] = (struct trial){&WORK[work], place, flushed[state], ticks, METRICS[work][state]};
	return ticks ? 0 : -ENOMEM;
}

static int add_trials(struct room *room)
{
	struct place *const flushed = caching == NO_CACHES ? &room->on_reserved : &room->on_given;
	struct place *const of_state[STATES] = {&room->on_given, flushed, &room->on_given, &room->on_ordinary,
						&room->on_reserved};
	int error = 0;
	for (int work = 0; work < WORKS; work++)
		for (int state = 0; state < STATES && !error; state++)
			if (of_state[state]->buffer && work_is_possible(&WORK[work]))
				error = add_trial(room, work, (enum state)state, of_state[state]);
	return error;
}

static int lay_out(struct place *place, char *memory, struct random *random, const char **step)
{
	*step = "malloc";
	*place = (struct place){.bytes = bytes, .copy = populated(bytes)};
	place->order = populated(bytes / LINE_BYTES * sizeof(uint64_t));
	if (!place->copy || !place->order)
		return -ENOMEM;
	*step = "aes";
	return place_lay_out(place, memory, random) ? 0 : -EBADMSG;
}

static int map_and_lay_out(const struct backing *backing, struct region *region, struct place *place,
			   struct random *random, const char **step)
{
	const int error = region_map(backing, place_bytes(bytes), region, step);
	if (error)
		return error;
	region_touch(region, PAGE_BYTES, place_bytes(bytes) / PAGE_BYTES);
	return lay_out(place, region->address, random, step);
}

static int prepare_flushed(const struct backing *backing, struct room *room, struct random *random, const char **step)
{
	const int error = map_and_lay_out(backing, &room->given, &room->on_given, random, step);
	return error ? error : map_and_lay_out(backing, &room->spare, &room->on_spare, random, step);
}

static int prepare_uncached(struct room *room, struct random *random, const char **step, const char **why)
{
	struct memory_range range;
	*step = "range";
	*why = "no reserved range of physical memory was named";
	if (!strcmp(range_text, NO_RANGE))
		return -EOPNOTSUPP;
	reserved_read(range_text, &range);
	const int error = reserved_map(folder, &range, place_bytes(bytes), &room->reserved, step, why);
	return error ? error : lay_out(&room->on_reserved, room->reserved.address, random, step);
}

static int prepare(const struct backing *backing, struct room *room, uint64_t seed, const char **step, const char **why)
{
	struct random random = random_from(seed);
	*step = "flush";
	if (!flush_instruction())
		return -ENOSYS;
	int error = caching == NO_CACHES ? prepare_uncached(room, &random, step, why)
					 : prepare_flushed(backing, room, &random, step);
	if (!error)
		error = map_and_lay_out(backing_find(ORDINARY), &room->ordinary, &room->on_ordinary, &random, step);
	return error ? error : add_trials(room);
}

static int measure(const struct backing *backing, const struct cpu_list *cpus, struct room *room, struct report *report)
{
	const char *step = "malloc", *why = "the memory could not be had";
	struct counter_files files COUNTERS_CLOSED;
	int error = counters_open(&files);
	error = error ? error : prepare(backing, room, report->begun_raw_ns, &step, &why);
	if (error)
		return report_refusal(PROGRAM, step, error, why);
	counters_read(&files, cpus, 1, &report->before);
	go_rounds(room, report->begun_raw_ns);
	counters_read(&files, cpus, 1, &report->after);
	return EXIT_OK;
}

static void describe(struct report *report, const struct room *room)
{
	static struct setting settings[8];
	static struct series series[WORKS * STATES];
	const char *const memory = caching == NO_CACHES ? "reserved" : backing_name;
	const struct setting all[] = {
		{"backing", memory, 0},
		{"caching", CACHINGS[caching], 0},
		{"range", range_text, 0},
		{"bytes", NULL, bytes},
		{"rounds", NULL, rounds},
		{"flush", flush_instruction(), 0},
		{"aes", aes_is_built_in() ? "instructions" : "none", 0},
		{NULL, NULL, 0},
	};
	memcpy(settings, all, sizeof(all));
	for (uint64_t i = 0; i < room->trials; i++)
		series[i] = (struct series){room->trial[i].metric, 0, rounds, room->trial[i].ticks, false};
	report->settings = settings;
	report->series = series;
	report->series_count = (int)room->trials;
	report->host_backing = (struct host_backing){0, memory, 0};
}

static int work(const struct cpu_list *cpus, struct report *report)
{
	static struct room room = {
		.given.descriptor = -1, .spare.descriptor = -1, .ordinary.descriptor = -1, .reserved.device = -1};
	const int status = measure(backing_find(backing_name), cpus, &room, report);
	reserved_unmap(&room.reserved);
	region_unmap(&room.given);
	region_unmap(&room.spare);
	region_unmap(&room.ordinary);
	if (status == EXIT_OK)
		describe(report, &room);
	return status;
}

static const char *check(void)
{
	struct memory_range range;
	if (bytes % PAGE_BYTES)
		return "--bytes takes whole pages of 4096 bytes";
	if (strcmp(range_text, NO_RANGE) && reserved_read(range_text, &range))
		return "--range takes whole pages, hexadecimal as in /proc/iomem: 10000000-100fffff";
	return NULL;
}

int main(int argc, char **argv)
{
	const struct measurement measurement = {.table = &TABLE,
						.samples_path = &samples_path,
						.cpus_text = &cpus_text,
						.backing_name = &backing_name,
						.check = check,
						.work = work};
	return measurement_run(&measurement, argc, argv);
}
