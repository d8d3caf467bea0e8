#include "crew.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aggressor.h"
#include "parent.h"

static bool needs_guests(const struct schedule *schedule)
{
	for (int w = 0; w < schedule->windows; w++)
		if (schedule->window[w].aggressor->inside)
			return true;
	return false;
}

/*
 * Aggressors that are threads of victims in some windows: one each. None where no window needs them: in a process with
 * threads the kernel does more, as at each look at a descriptor (fdget), and a victim would be another one.
 */
static int guest_count(const struct crew *crew)
{
	if (!needs_guests(crew->schedule))
		return 0;
	return crew->victims < crew->aggressors ? crew->victims : crew->aggressors;
}

static struct assignment assign(struct crew *crew, int aggressor, bool inside)
{
	return (struct assignment){
		.schedule = crew->schedule,
		.record = crew->aggressor_record[aggressor],
		.chunk_pages = crew->chunk_pages,
		.share = (uint64_t)(inside ? guest_count(crew) : crew->aggressors),
		.turn = (uint64_t)aggressor,
		.inside = inside,
	};
}

struct guest {
	struct assignment assignment;
	int cpu;
};

static void *live_inside(void *given)
{
	const struct guest *guest = given;
	if (pin_to(guest->cpu) == 0)
		aggressor_run(&guest->assignment);
	return NULL;
}

/* A victim, and beside it, on an aggressor's CPU, the thread that is its aggressor in some windows. */
static int live_as_victim(struct crew *crew, int victim)
{
	static struct guest guest;
	pthread_t thread;
	if (victim < guest_count(crew)) {
		guest = (struct guest){assign(crew, victim, true), crew->aggressor_cpus.cpu[victim]};
		if (pthread_create(&thread, NULL, live_inside, &guest))
			return -EAGAIN;
	}
	return victim_run(crew->victim[victim], crew->schedule, crew->victim_record[victim]);
}

static _Noreturn void live(struct crew *crew, int member, pid_t parent)
{
	const int aggressor = member - crew->victims;
	const int cpu = aggressor < 0 ? crew->victim_cpus.cpu[member] : crew->aggressor_cpus.cpu[aggressor];
	int error = parent_follow(parent);
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	if (!error)
		error = pin_to(cpu);
	if (!error && aggressor < 0)
		error = live_as_victim(crew, member);
	if (!error && aggressor >= 0) {
		const struct assignment assignment = assign(crew, aggressor, false);
		aggressor_run(&assignment);
	}
	_exit(error ? EXIT_FAILURE : EXIT_SUCCESS);
}

int crew_size(const struct crew *crew)
{
	return crew->victims + crew->aggressors + guest_count(crew);
}

static int make_records(struct crew *crew)
{
	for (int i = 0; i < crew->victims; i++)
		if (!(crew->victim_record[i] = victim_record_make(crew->schedule)))
			return -ENOMEM;
	for (int i = 0; i < crew->aggressors; i++)
		if (!(crew->aggressor_record[i] = aggressor_record_make(crew->schedule)))
			return -ENOMEM;
	return 0;
}

int crew_start(struct crew *crew, const char **step)
{
	const pid_t parent = getpid();
	*step = "mmap";
	int error = make_records(crew);
	for (int i = 0; i < crew->victims + crew->aggressors && !error; i++) {
		*step = "fork";
		crew->pid[i] = fork();
		if (crew->pid[i] == 0)
			live(crew, i, parent);
		error = crew->pid[i] < 0 ? -errno : 0;
	}
	if (error)
		crew_end(crew);
	return error;
}

/* Why a member ended as it did: what it noted, else that it died. */
static int complaint(struct crew *crew, int member, const char **step)
{
	*step = member < crew->victims ? "victim" : "aggressor";
	if (member >= crew->victims || !crew->victim_record[member]->error)
		return -ECHILD;
	*step = crew->victim_record[member]->step;
	return crew->victim_record[member]->error;
}

/* Look after one; returns 0 while it lives or where it ended well. */
static int look_after(struct crew *crew, int member, int options, const char **step)
{
	int status;
	if (crew->pid[member] <= 0 || waitpid(crew->pid[member], &status, options) != crew->pid[member])
		return 0;
	crew->pid[member] = 0;
	return status ? complaint(crew, member, step) : 0;
}

static int look_after_all(struct crew *crew, int options, const char **step)
{
	int error = 0;
	for (int i = 0; i < crew->victims + crew->aggressors && !error; i++)
		error = look_after(crew, i, options, step);
	return error;
}

int crew_check(struct crew *crew, const char **step)
{
	return look_after_all(crew, WNOHANG, step);
}

int crew_wait(struct crew *crew, const char **step)
{
	return look_after_all(crew, 0, step);
}

void crew_end(struct crew *crew)
{
	for (int i = 0; i < crew->victims + crew->aggressors; i++)
		if (crew->pid[i] > 0)
			kill(crew->pid[i], SIGKILL);
	for (int i = 0; i < crew->victims + crew->aggressors; i++)
		if (crew->pid[i] > 0)
			waitpid(crew->pid[i], NULL, 0);
}
