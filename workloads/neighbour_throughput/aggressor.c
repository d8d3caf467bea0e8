#include "aggressor.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <time.h>

static const struct aggressor *const AGGRESSORS[] = {&NONE,   &SPIN,        &ANONYMOUS,   &MEMFD,    &MEMFD_LOCKED,
						     &SECRET, &SECRET_HELD, &FORK_SECRET, &MPROTECT, &MUNMAP};
enum { PIECES_A_SECOND = 100, SPINS = 200 };

const struct aggressor *aggressor_find(const char *name)
{
	for (size_t i = 0; i < sizeof(AGGRESSORS) / sizeof(AGGRESSORS[0]); i++)
		if (!strcmp(AGGRESSORS[i]->name, name))
			return AGGRESSORS[i];
	return NULL;
}

/* Since the fix of CVE-2026-93243 a secret page beyond the limit is refused by SIGBUS at its first touch. */
static sigjmp_buf refused;

static void come_back(int number)
{
	(void)number;
	siglongjmp(refused, 1);
}

static uint64_t cpu_now_ns(void)
{
	struct timespec used;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
	return (uint64_t)used.tv_sec * 1000000000u + (uint64_t)used.tv_nsec;
}

/* Busy without harm: nothing is touched that another CPU could want. */
static void spin_until(uint64_t when_ns)
{
	while (monotonic_ns() < when_ns)
		for (volatile int i = 0; i < SPINS; i++)
			;
}

/* As many pages a turn as give about a hundred turns a second; the same for all kinds at one rate. */
static uint64_t piece_of(uint64_t rate, uint64_t chunk_pages)
{
	const uint64_t piece = rate == RATE_MAX ? chunk_pages : rate / PIECES_A_SECOND;
	return piece < 1 ? 1 : piece < chunk_pages ? piece : chunk_pages;
}

/* What one aggressor does in one window. */
struct task {
	const struct schedule *schedule;
	int window;
	const struct aggressor *kind;
	uint64_t rate; /* of this one */
	struct aggression *mine;
	struct aggressor_record *record;
};

/* Turn after turn, each when it is due; what was late is made up for as fast as it goes. */
static int work(const struct task *task, const char **step)
{
	const uint64_t end_ns = window_end(task->schedule, task->window);
	const uint64_t piece = task->record->window[task->window].piece_pages;
	const uint64_t between_ns = task->rate == RATE_MAX ? 0 : 1000000000u * piece / task->rate;
	uint64_t due_ns = window_begin(task->schedule, task->window) + between_ns;
	for (int error = 0; !error;) {
		spin_until(due_ns < end_ns ? due_ns : end_ns);
		if (monotonic_ns() >= end_ns)
			break;
		error = task->kind->turn(task->mine, piece, step);
		if (error)
			return error;
		aggressor_note(task->record, task->schedule, task->window, monotonic_ns(), piece);
		due_ns += between_ns;
	}
	return 0;
}

static int live(const struct task *task, const char **step)
{
	int error = task->kind->open ? task->kind->open(task->mine, step) : 0;
	if (!error && task->kind->paced && task->rate)
		error = work(task, step);
	return error;
}

/* One window, to its end, whatever happens in it. */
static void live_window(const struct task *task)
{
	struct aggressor_window *noted = &task->record->window[task->window];
	const uint64_t end_ns = window_end(task->schedule, task->window);
	const char *volatile step = "touch";
	const char *told = "open";
	sleep_until(window_begin(task->schedule, task->window));
	const uint64_t cpu_ns = cpu_now_ns();
	noted->piece_pages = task->kind->paced && task->rate ? piece_of(task->rate, task->mine->chunk_pages) : 0;
	if (sigsetjmp(refused, 1) == 0) {
		noted->error = live(task, &told);
		step = told;
	} else {
		noted->error = -EFAULT;
	}
	strncpy(noted->step, noted->error ? step : "", sizeof(noted->step) - 1);
	if (task->kind->sleeps)
		sleep_until(end_ns);
	else
		spin_until(end_ns);
	if (task->kind->close)
		task->kind->close(task->mine);
	noted->cpu_ns = cpu_now_ns() - cpu_ns;
}

/* Its part of a rate; what cannot be divided goes to the first ones. */
static uint64_t part_of(uint64_t rate, const struct assignment *assignment)
{
	if (rate == RATE_MAX)
		return RATE_MAX;
	return rate / assignment->share + (assignment->turn < rate % assignment->share);
}

void aggressor_run(const struct assignment *assignment)
{
	struct schedule *schedule = assignment->schedule;
	if (!assignment->inside)
		signal(SIGBUS, come_back);
	schedule_arrive(schedule);
	for (int w = 0; w < schedule->windows; w++) {
		const struct window *window = &schedule->window[w];
		const uint64_t rate = part_of(window->rate, assignment);
		struct aggression mine = {.chunk_pages = assignment->chunk_pages};
		if (window->aggressor->inside != assignment->inside)
			continue;
		if (window->aggressor->backing)
			mine.backing = backing_find(window->aggressor->backing);
		live_window(&(struct task){schedule, w, window->aggressor, rate, &mine, assignment->record});
	}
}
