/*
 * A victim that sleeps until it is due: by how much it is late is the delay of the scheduler and of what holds it up.
 *
 * Beside it, on its CPU, a process spins that gives way to all others (SCHED_IDLE): an idle virtual CPU would have to be
 * woken by its host first, and that would be what is measured (docs/methodology.md).
 */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "parent.h"
#include "victim.h"

static const uint64_t PERIOD_NS = 500000;

struct timer {
	uint64_t due_ns;
	pid_t spinner;
};

static _Noreturn void spin(pid_t parent)
{
	if (parent_follow(parent) || sched_setscheduler(0, SCHED_IDLE, &(struct sched_param){0}))
		_exit(EXIT_FAILURE);
	for (volatile uint64_t turns = 0;; turns++)
		;
}

static int set_up(void **state, const char **step)
{
	static struct timer timer;
	const pid_t parent = getpid();
	*state = &timer;
	*step = "prctl";
	if (prctl(PR_SET_TIMERSLACK, 1))
		return -errno;
	*step = "fork";
	timer.spinner = fork();
	if (timer.spinner == 0)
		spin(parent);
	return timer.spinner < 0 ? -errno : 0;
}

/* A due time that has passed meanwhile, after a long delay, is left out: one delay is noted once. */
static int wake(void *state, struct turn *turn)
{
	struct timer *timer = state;
	const uint64_t now_ns = monotonic_ns();
	timer->due_ns = timer->due_ns ? timer->due_ns + PERIOD_NS : now_ns + PERIOD_NS;
	if (timer->due_ns <= now_ns)
		timer->due_ns = now_ns + PERIOD_NS;
	sleep_until(timer->due_ns);
	const uint64_t late_ns = monotonic_ns() - timer->due_ns;
	turn->latency_ns = late_ns ? late_ns : 1;
	return 0;
}

static void end_spinner(void *state)
{
	struct timer *timer = state;
	if (!timer || timer->spinner <= 0)
		return;
	kill(timer->spinner, SIGKILL);
	waitpid(timer->spinner, NULL, 0);
}

const struct victim TIMER = {"timer", true, set_up, wake, end_spinner};
