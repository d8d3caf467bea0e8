/*
 * alloc_latency: the time of every phase of a secret's life.
 *
 * Secrets of one size are made, filled and held together, then given up. Each phase of each is timed by itself; what
 * an arena does once for all its secrets is timed once.
 */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "canary.h"
#include "cleanup.h"
#include "memory.h"
#include "option.h"
#include "output.h"

static const char PROGRAM[] = "alloc_latency";
static const char *const WAYS[] = {"file_each", "arena", "arena_reuse", "malloc", "mmap_mlock", "memfd_mlock", NULL};
enum way { FILE_EACH, ARENA, ARENA_REUSE, MALLOC, MMAP_MLOCK, MEMFD_MLOCK };

/* In the order of a life. `ready` is all that a secret waits for before its use, `gone` all that its end takes. */
enum phase { CREATE, TRUNCATE, MAP, ALLOCATE, LOCK, FIRST_TOUCH, SECOND_TOUCH, WIPE, UNMAP, CLOSE, FREE, READY, GONE };
enum { PHASES = GONE + 1, PAGE_BYTES = 4096, MOST_SECRETS = 1 << 20 };
static const char *const PHASE_NAMES[PHASES] = {
	"create", "ftruncate", "mmap",  "malloc", "lock",  "first_touch", "second_touch",
	"wipe",   "munmap",    "close", "free",   "ready", "gone",
};

static const char *cpus_text, *samples_path;
static uint64_t way = FILE_EACH, size = PAGE_BYTES, count = 64;

static const struct option_spec OPTIONS[] = {
	CHOICE_OPTION("way", &way, WAYS, "how the secrets are held"),
	NUMBER_OPTION("size", &size, PAGE_BYTES, (uint64_t)1 << 40, "bytes of one secret"),
	NUMBER_OPTION("count", &count, 1, MOST_SECRETS, "secrets held at once"),
	TEXT_OPTION("cpus", &cpus_text, "CPUs; the first one is used [all]"),
	TEXT_OPTION("samples", &samples_path, "file for the raw readings, u64 nanoseconds"),
	{0},
};
static const struct option_table TABLE = {
	PROGRAM,
	"the time of every phase of a secret's life",
	"alloc_latency --way file_each --size 65536 --count 16",
	OPTIONS,
};

struct secret {
	char *address;
	int descriptor;
};

struct life {
	struct secret *secrets;
	struct secret arena;
	uint64_t *ticks[PHASES];
	uint64_t readings[PHASES];
	const char *step;
};

static void note(struct life *life, enum phase phase, uint64_t begin)
{
	life->ticks[phase][life->readings[phase]++] = clock_end() - begin;
}

static void touch(char *address, uint64_t bytes)
{
	for (uint64_t at = 0; at < bytes; at += PAGE_BYTES)
		*(volatile char *)(address + at) = 1;
}

static int create_file(struct life *life, struct secret *secret, uint64_t bytes)
{
	const bool ordinary = way == MEMFD_MLOCK;
	life->step = ordinary ? "memfd_create" : "memfd_secret";
	uint64_t begin = clock_begin();
	secret->descriptor = ordinary ? memfd_create("lab", MFD_CLOEXEC) : secret_create(true);
	note(life, CREATE, begin);
	if (secret->descriptor < 0)
		return ordinary ? -errno : secret->descriptor;
	life->step = "ftruncate";
	begin = clock_begin();
	const int failed = ftruncate(secret->descriptor, (off_t)bytes);
	note(life, TRUNCATE, begin);
	return failed ? -errno : 0;
}

static int map(struct life *life, struct secret *secret, uint64_t bytes)
{
	const int flags = secret->descriptor < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED;
	life->step = "mmap";
	const uint64_t begin = clock_begin();
	char *address = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, secret->descriptor, 0);
	note(life, MAP, begin);
	if (address == MAP_FAILED)
		return -errno;
	secret->address = address;
	return 0;
}

static int lock(struct life *life, const struct secret *secret)
{
	life->step = "mlock";
	const uint64_t begin = clock_begin();
	const int failed = mlock(secret->address, size);
	note(life, LOCK, begin);
	return failed ? -errno : 0;
}

static int allocate(struct life *life, struct secret *secret)
{
	life->step = "malloc";
	const uint64_t begin = clock_begin();
	secret->address = malloc(size);
	note(life, ALLOCATE, begin);
	return secret->address ? 0 : -ENOMEM;
}

static bool in_arena(void)
{
	return way == ARENA || way == ARENA_REUSE;
}

/* Have memory for one secret; what an arena gives is a block of what it has. */
static int acquire(struct life *life, uint64_t index)
{
	struct secret *secret = &life->secrets[index];
	int error = 0;
	if (in_arena()) {
		secret->address = life->arena.address + index * size;
		return 0;
	}
	if (way == MALLOC)
		return allocate(life, secret);
	if (way != MMAP_MLOCK)
		error = create_file(life, secret, size);
	if (!error)
		error = map(life, secret, size);
	return !error && (way == MMAP_MLOCK || way == MEMFD_MLOCK) ? lock(life, secret) : error;
}

static int make_ready(struct life *life, uint64_t index)
{
	const uint64_t whole = clock_begin();
	const int error = acquire(life, index);
	if (error)
		return error;
	const uint64_t begin = clock_begin();
	touch(life->secrets[index].address, size);
	note(life, FIRST_TOUCH, begin);
	note(life, READY, whole);
	const uint64_t again = clock_begin();
	touch(life->secrets[index].address, size);
	note(life, SECOND_TOUCH, again);
	return 0;
}

static void unmap_and_close(struct life *life, struct secret *secret, uint64_t bytes)
{
	const uint64_t begin = clock_begin();
	munmap(secret->address, bytes);
	note(life, UNMAP, begin);
	if (secret->descriptor >= 0) {
		const uint64_t closing = clock_begin();
		close(secret->descriptor);
		note(life, CLOSE, closing);
	}
	*secret = (struct secret){NULL, -1};
}

/* Memory from the heap and from an arena is used again by the same program, so it is wiped before it is given up. */
static void give_up(struct life *life, uint64_t index)
{
	struct secret *secret = &life->secrets[index];
	const uint64_t whole = clock_begin();
	if (way == MALLOC || in_arena()) {
		explicit_bzero(secret->address, size); /* which no compiler drops, though nobody reads it again */
		note(life, WIPE, whole);
	}
	if (way == MALLOC) {
		const uint64_t begin = clock_begin();
		free(secret->address);
		note(life, FREE, begin);
	} else if (!in_arena()) {
		unmap_and_close(life, secret, size);
	}
	note(life, GONE, whole);
}

static int open_arena(struct life *life)
{
	const int error = create_file(life, &life->arena, size * count);
	return error ? error : map(life, &life->arena, size * count);
}

/*
 * One whole life of all secrets. An arena that is to be used again was touched and wiped before; the counters are read
 * after that, for its faults are not those of the timed part.
 */
static int live(struct life *life, struct counter_files *files, const struct cpu_list *cpus, struct counters *before)
{
	counters_read(files, cpus, 1, before);
	int error = in_arena() ? open_arena(life) : 0;
	if (!error && way == ARENA_REUSE) {
		touch(life->arena.address, size * count);
		explicit_bzero(life->arena.address, size * count);
		counters_read(files, cpus, 1, before);
	}
	for (uint64_t i = 0; i < count && !error; i++)
		error = make_ready(life, i);
	for (uint64_t i = 0; i < count && !error; i++)
		give_up(life, i);
	if (!error && in_arena())
		unmap_and_close(life, &life->arena, size * count);
	return error;
}

static int set_up(struct life *life)
{
	*life = (struct life){.arena = {NULL, -1}, .step = "malloc"};
	life->secrets = populated(count * sizeof(*life->secrets));
	if (!life->secrets)
		return -ENOMEM;
	for (uint64_t i = 0; i < count; i++)
		life->secrets[i].descriptor = -1;
	for (int phase = 0; phase < PHASES; phase++) {
		life->ticks[phase] = populated(count * sizeof(uint64_t));
		if (!life->ticks[phase])
			return -ENOMEM;
	}
	return 0;
}

/*
 * A rehearsal first: then the pages come from where they were given back a moment ago, and the host has them. The heap
 * keeps what it is given back, all of it or a part: it is made to let go, so that a touch is a fault in every way.
 */
static int measure(struct life *life, const struct cpu_list *cpus, struct report *report)
{
	struct counter_files files COUNTERS_CLOSED;
	int error = counters_open(&files);
	const uint64_t begin = clock_begin();
	if (!error)
		error = live(life, &files, cpus, &report->before);
	report->host_backing = (struct host_backing){size * count / PAGE_BYTES, WAYS[way], clock_end() - begin};
	if (error)
		return error;
	malloc_trim(0);
	memset(life->readings, 0, sizeof(life->readings));
	error = live(life, &files, cpus, &report->before);
	counters_read(&files, cpus, 1, &report->after);
	return error;
}

static void describe(struct report *report, const struct life *life)
{
	static struct setting settings[5];
	static struct series series[PHASES];
	const struct setting all[] = {
		{"way", WAYS[way], 0},  {"size", NULL, size},
		{"count", NULL, count}, {"cpus", cpus_text ? cpus_text : "all", 0},
		{NULL, NULL, 0},
	};
	memcpy(settings, all, sizeof(all));
	report->settings = settings;
	report->series = series;
	for (int phase = 0; phase < PHASES; phase++)
		if (life->readings[phase])
			series[report->series_count++] = (struct series){PHASE_NAMES[phase], 0, life->readings[phase],
									 life->ticks[phase], false};
}

int main(int argc, char **argv)
{
	static struct report report;
	static struct cpu_list cpus;
	struct life life;
	report_open(&report, PROGRAM);
	const int read = options_read(&TABLE, argc, argv);
	if (read)
		return read > 0 ? EXIT_OK : report_usage(PROGRAM);
	if (size % PAGE_BYTES || cpus_choose(PROGRAM, cpus_text, 1, &cpus)) {
		fprintf(stderr, "%s: --size takes a multiple of %d\n", PROGRAM, PAGE_BYTES);
		return report_usage(PROGRAM);
	}
	prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0); /* large secrets are compared page by page */
	int error = pin_to(cpus.cpu[0]);
	if (error)
		return report_failure(PROGRAM, "pin", error, "the CPU could not be had");
	canary_sing(&report.canary_before);
	error = set_up(&life);
	error = error ? error : measure(&life, &cpus, &report);
	if (error)
		return report_refusal(PROGRAM, life.step, error, "a secret could not be had");
	canary_sing(&report.canary_after);
	describe(&report, &life);
	return report_write(&report, samples_path);
}
