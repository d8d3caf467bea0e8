#include "crew.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aggressor.h"
#include "parent.h"

static _Noreturn void live(struct crew *crew, int member, pid_t parent)
{
	const int aggressor = member - crew->victims;
	const bool is_victim = aggressor < 0;
	const int cpu = is_victim ? crew->victim_cpus.cpu[member] : crew->aggressor_cpus.cpu[aggressor];
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	if (parent_follow(parent) || pin_to(cpu))
		_exit(EXIT_FAILURE);
	if (is_victim)
		_exit(victim_run(crew->victim[member], crew->schedule, crew->victim_record[member]) ? EXIT_FAILURE
												    : EXIT_SUCCESS);
	aggressor_run(crew->schedule, crew->chunk_pages, (uint64_t)crew->aggressors, crew->aggressor_record[aggressor]);
	_exit(EXIT_SUCCESS);
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
