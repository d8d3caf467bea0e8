/*
 * copy_latency: the time of a system call that copies one page of a program's memory in or out, page after page.
 *
 * What the kernel copies from or to is the program's own mapping; the other end is one page of ordinary memory, always
 * the same. Every round visits all pages in a new random order, once for each way, and each call is timed. The same is
 * done with a locked memfd in the same process, either of the two first by chance, so that both share its luck.
 */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "measurement.h"
#include "memory.h"
#include "random.h"

static const char ORDINARY[] = "memfd_locked";
static const char PROGRAM[] = "copy_latency";
enum { PAGE_BYTES = 4096, HALF = PAGE_BYTES / 2, WORDS = PAGE_BYTES / sizeof(uint64_t) };

static const char *backing_name = "secret", *cpus_text, *samples_path;
static uint64_t pages = 256, rounds = 8;

static const struct option_spec OPTIONS[] = {
	TEXT_OPTION("backing", &backing_name, "kind of memory: one with 4 KB pages [secret]"),
	NUMBER_OPTION("pages", &pages, 1, 1 << 20, "pages of 4 KB"),
	NUMBER_OPTION("rounds", &rounds, 1, 1 << 16, "how often each page is visited in each way"),
	TEXT_OPTION("cpus", &cpus_text, "CPUs; the first one is used [all]"),
	TEXT_OPTION("samples", &samples_path, "file for the raw readings, u64 nanoseconds"),
	{0},
};
static const struct option_table TABLE = {PROGRAM, "the time of system calls that copy a page in or out",
					  "copy_latency --backing secret --pages 256", OPTIONS};

/* The other ends of all copies. */
struct ends {
	int file, pipe[2], line[2];
	char page[PAGE_BYTES];
};

/* The sum has to be used, or the compiler would not read. */
static bool load(struct ends *ends, char *page)
{
	const volatile uint64_t *word = (const volatile uint64_t *)(void *)page;
	uint64_t sum = 0;
	for (int i = 0; i < WORDS; i++)
		sum += word[i];
	ends->page[0] = (char)sum;
	return true;
}

static bool store(struct ends *ends, char *page)
{
	volatile uint64_t *word = (volatile uint64_t *)(void *)page;
	(void)ends;
	for (int i = 0; i < WORDS; i++)
		word[i] = (uint64_t)i;
	return true;
}

static bool file_write(struct ends *ends, char *page)
{
	return pwrite(ends->file, page, PAGE_BYTES, 0) == PAGE_BYTES;
}

static bool file_read(struct ends *ends, char *page)
{
	return pread(ends->file, page, PAGE_BYTES, 0) == PAGE_BYTES;
}

static bool file_writev(struct ends *ends, char *page)
{
	const struct iovec half[2] = {{page, HALF}, {page + HALF, HALF}};
	return pwritev(ends->file, half, 2, 0) == PAGE_BYTES;
}

static bool file_readv(struct ends *ends, char *page)
{
	const struct iovec half[2] = {{page, HALF}, {page + HALF, HALF}};
	return preadv(ends->file, half, 2, 0) == PAGE_BYTES;
}

static bool pipe_write(struct ends *ends, char *page)
{
	return write(ends->pipe[1], page, PAGE_BYTES) == PAGE_BYTES;
}

static bool pipe_read(struct ends *ends, char *page)
{
	return read(ends->pipe[0], page, PAGE_BYTES) == PAGE_BYTES;
}

static bool socket_send(struct ends *ends, char *page)
{
	return send(ends->line[1], page, PAGE_BYTES, 0) == PAGE_BYTES;
}

static bool socket_recv(struct ends *ends, char *page)
{
	return recv(ends->line[0], page, PAGE_BYTES, 0) == PAGE_BYTES;
}

typedef bool (*step_function)(struct ends *ends, char *page);

/* What is timed, and what comes before and after it with the ordinary page, untimed. */
struct way {
	const char *metric, *of_ordinary;
	step_function act, before, after;
};

static const struct way WAYS[] = {
	{"user_read", "user_read_ordinary", load, NULL, NULL},
	{"user_write", "user_write_ordinary", store, NULL, NULL},
	{"file_write", "file_write_ordinary", file_write, NULL, NULL},
	{"file_read", "file_read_ordinary", file_read, NULL, NULL},
	{"file_writev", "file_writev_ordinary", file_writev, NULL, NULL},
	{"file_readv", "file_readv_ordinary", file_readv, NULL, NULL},
	{"pipe_write", "pipe_write_ordinary", pipe_write, NULL, pipe_read},
	{"pipe_read", "pipe_read_ordinary", pipe_read, pipe_write, NULL},
	{"socket_send", "socket_send_ordinary", socket_send, NULL, socket_recv},
	{"socket_recv", "socket_recv_ordinary", socket_recv, socket_send, NULL},
};
enum { WAY_COUNT = sizeof(WAYS) / sizeof(WAYS[0]) };
enum side { GIVEN, LIKE_IT, SIDES };

struct room {
	struct ends ends;
	struct region region[SIDES];
	uint64_t *order, *ticks[SIDES][WAY_COUNT];
};

static int open_ends(struct ends *ends, const char **step)
{
	*step = "memfd_create";
	ends->file = memfd_create("end", MFD_CLOEXEC);
	if (ends->file < 0 || pwrite(ends->file, ends->page, PAGE_BYTES, 0) != PAGE_BYTES)
		return -errno;
	*step = "pipe";
	if (pipe(ends->pipe))
		return -errno;
	*step = "socketpair";
	return socketpair(AF_UNIX, SOCK_STREAM, 0, ends->line) ? -errno : 0;
}

/* One visit, timed where `ticks` is not NULL. */
static int visit(const struct way *way, struct ends *ends, char *page, uint64_t *ticks)
{
	if (way->before && !way->before(ends, ends->page))
		return -errno;
	const uint64_t begun = clock_begin();
	const bool done = way->act(ends, page);
	const uint64_t taken = clock_end() - begun;
	if (!done)
		return -errno;
	if (ticks)
		*ticks = taken;
	return way->after && !way->after(ends, ends->page) ? -errno : 0;
}

/* One way through all pages of a side in a new order; `ticks` NULL: untimed. */
static int pass(const struct way *way, struct room *room, enum side side, struct random *random, uint64_t *ticks)
{
	char *first = room->region[side].address;
	int error = 0;
	random_order(random, room->order, pages);
	for (uint64_t i = 0; i < pages && !error; i++)
		error = visit(way, &room->ends, first + room->order[i] * PAGE_BYTES, ticks ? ticks + i : NULL);
	return error;
}

/* Round 0 is not timed: it warms everything up. */
static int go_round(struct room *room, uint64_t round, struct random *random, const char **step)
{
	int error = 0;
	for (int way = 0; way < WAY_COUNT && !error; way++) {
		const uint64_t turned = random_below(random, SIDES);
		*step = WAYS[way].metric;
		for (uint64_t i = 0; i < SIDES && !error; i++) {
			const enum side side = (enum side)((i + turned) % SIDES);
			error = pass(&WAYS[way], room, side, random,
				     round ? room->ticks[side][way] + (round - 1) * pages : NULL);
		}
	}
	return error;
}

static int visit_all(struct room *room, uint64_t seed, const char **step)
{
	struct random random = random_from(seed);
	int error = 0;
	for (uint64_t round = 0; round <= rounds && !error; round++)
		error = go_round(room, round, &random, step);
	return error;
}

static int prepare_side(struct room *room, enum side side, const struct backing *backing, const char **step)
{
	*step = "malloc";
	for (int way = 0; way < WAY_COUNT; way++)
		if (!(room->ticks[side][way] = populated(rounds * pages * sizeof(uint64_t))))
			return -ENOMEM;
	const int error = region_map(backing, pages * PAGE_BYTES, &room->region[side], step);
	if (!error)
		region_touch(&room->region[side], PAGE_BYTES, pages);
	return error;
}

static int prepare(struct room *room, const char **step)
{
	room->order = populated(pages * sizeof(*room->order));
	if (!room->order)
		return -ENOMEM;
	int error = prepare_side(room, GIVEN, backing_find(backing_name), step);
	if (!error)
		error = prepare_side(room, LIKE_IT, backing_find(ORDINARY), step);
	return error ? error : open_ends(&room->ends, step);
}

static int time_visits(struct room *room, const struct cpu_list *cpus, struct report *report)
{
	const char *step = "malloc";
	struct counter_files files COUNTERS_CLOSED;
	int error = counters_open(&files);
	error = error ? error : prepare(room, &step);
	if (error)
		return report_refusal(PROGRAM, step, error, "the memory could not be had");
	counters_read(&files, cpus, 1, &report->before);
	error = visit_all(room, report->begun_raw_ns, &step);
	counters_read(&files, cpus, 1, &report->after);
	return error ? report_refusal(PROGRAM, step, error, "a page of that memory was not copied") : EXIT_OK;
}

static void describe(struct report *report, const struct room *room)
{
	static struct setting settings[4];
	static struct series series[SIDES * WAY_COUNT];
	const struct setting all[] = {
		{"backing", backing_name, 0}, {"pages", NULL, pages}, {"rounds", NULL, rounds}, {NULL, NULL, 0}};
	memcpy(settings, all, sizeof(all));
	for (int way = 0; way < WAY_COUNT; way++) {
		const uint64_t count = rounds * pages;
		series[2 * way] = (struct series){WAYS[way].metric, 0, count, room->ticks[GIVEN][way], false};
		series[2 * way + 1] =
			(struct series){WAYS[way].of_ordinary, 0, count, room->ticks[LIKE_IT][way], false};
	}
	report->settings = settings;
	report->series = series;
	report->series_count = SIDES * WAY_COUNT;
	report->host_backing = (struct host_backing){0, backing_name, 0};
}

static int measure(const struct cpu_list *cpus, struct report *report)
{
	static struct room room = {.region = {{.descriptor = -1}, {.descriptor = -1}}};
	const int status = time_visits(&room, cpus, report);
	for (int side = 0; side < SIDES; side++)
		region_unmap(&room.region[side]);
	if (status == EXIT_OK)
		describe(report, &room);
	return status;
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
