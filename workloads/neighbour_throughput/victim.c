#include "victim.h"

#include <stddef.h>
#include <string.h>
#include <sys/resource.h>

static const struct victim *const VICTIMS[] = {
	&COMPUTE,         &NULL_SYSCALL, &CHASE_4K,        &CHASE_2M, &STREAM, &PIPE,   &FUTEX,
	&PAGE_CACHE_READ, &MMAP_MUNMAP,  &PAGE_FAULT,      &FORK,     &TIMER,  &SQLITE, &OPENSSL,
	&ASKED_REDIS,     &ASKED_NGINX,  &ASKED_POSTGRESQL};
enum { CALIBRATION_TURNS = 50, COARSE_TURNS = 50 };

const struct victim *victim_find(const char *name, int length)
{
	for (size_t i = 0; i < sizeof(VICTIMS) / sizeof(VICTIMS[0]); i++)
		if ((int)strlen(VICTIMS[i]->name) == length && !strncmp(VICTIMS[i]->name, name, (size_t)length))
			return VICTIMS[i];
	return NULL;
}

/* One turn of so many operations; the shortest of several is what it takes when nothing disturbs it. */
static int shortest(const struct victim *victim, void *state, uint64_t operations, uint64_t *ns)
{
	int error = 0;
	*ns = UINT64_MAX;
	for (int i = 0; i < CALIBRATION_TURNS && !error; i++) {
		struct turn turn = {operations, 0};
		const uint64_t begin = monotonic_ns();
		error = victim->take(state, &turn);
		const uint64_t took = monotonic_ns() - begin;
		*ns = took < *ns ? took : *ns;
	}
	return error;
}

/* How many operations take about TURN_NS. */
static int calibrate(const struct victim *victim, void *state, uint64_t *operations)
{
	uint64_t ns = 0;
	int error = 0;
	*operations = 1;
	if (victim->single)
		return 0;
	for (uint64_t tried = 1; ns < TURN_NS / 2 && !error; tried *= 2) {
		error = shortest(victim, state, tried, &ns);
		*operations = ns ? tried * TURN_NS / ns : tried;
	}
	*operations = *operations ? *operations : 1;
	return error;
}

/* What the process used until now. */
struct usage {
	uint64_t cpu_ns, voluntary, involuntary;
};

static struct usage usage_now(void)
{
	struct rusage used;
	getrusage(RUSAGE_THREAD, &used);
	const uint64_t seconds = (uint64_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec);
	const uint64_t micros = (uint64_t)(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
	return (struct usage){seconds * 1000000000u + micros * 1000, (uint64_t)used.ru_nvcsw, (uint64_t)used.ru_nivcsw};
}

/* Turns until `until_ns`; `now_ns` is when the last one ended. Returns 0 or -errno. */
static int turns_until(const struct victim *victim, void *state, const struct schedule *schedule, int window,
		       struct victim_record *record, uint64_t until_ns, uint64_t *now_ns)
{
	const int together = schedule->coarse_odd && window % 2 ? COARSE_TURNS : 1;
	const uint64_t asked = record->turn_operations;
	struct notes notes = {0};
	int error = 0;
	while (*now_ns < until_ns && !error) {
		uint64_t operations = 0;
		struct turn turn;
		for (int i = 0; i < together && !error; i++) {
			turn = (struct turn){asked, 0};
			error = victim->take(state, &turn);
			operations += turn.operations;
		}
		const uint64_t then_ns = monotonic_ns();
		const uint64_t took_ns = turn.latency_ns ? turn.latency_ns : then_ns - *now_ns;
		notes.note[notes.count++] = (struct note){then_ns, operations, took_ns};
		if (notes.count == NOTES)
			victim_note(record, schedule, window, &notes);
		*now_ns = then_ns;
	}
	victim_note(record, schedule, window, &notes);
	return error;
}

/* A turn on the border between two windows belongs to the one in which it began, and is counted in neither. */
static int live_window(const struct victim *victim, void *state, const struct schedule *schedule, int window,
		       struct victim_record *record, uint64_t *now_ns)
{
	struct victim_window *mine = &record->window[window];
	int error = turns_until(victim, state, schedule, window, record, window_counted(schedule, window), now_ns);
	const struct usage before = usage_now();
	if (!error)
		error = turns_until(victim, state, schedule, window, record, window_end(schedule, window), now_ns);
	const struct usage after = usage_now();
	mine->cpu_ns = after.cpu_ns - before.cpu_ns;
	mine->voluntary_switches = after.voluntary - before.voluntary;
	mine->involuntary_switches = after.involuntary - before.involuntary;
	return error;
}

static int live(const struct victim *victim, void *state, const struct schedule *schedule, struct victim_record *record)
{
	uint64_t now_ns = monotonic_ns();
	int error = 0;
	for (int window = 0; window < schedule->windows && !error; window++)
		error = live_window(victim, state, schedule, window, record, &now_ns);
	return error;
}

int victim_run(const struct victim *victim, struct schedule *schedule, struct victim_record *record)
{
	void *state = NULL;
	const char *step = "set_up";
	int error = victim->set_up ? victim->set_up(&state, &step) : 0;
	if (!error)
		error = calibrate(victim, state, &record->turn_operations);
	if (!error) {
		schedule_arrive(schedule);
		step = "turn";
		error = live(victim, state, schedule, record);
	}
	if (victim->tear_down)
		victim->tear_down(state);
	record->error = error;
	strncpy(record->step, error ? step : "", sizeof(record->step) - 1);
	return error;
}
