#include "companion.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "parent.h"

enum { RANDOM_BYTES = 4096 };

static void spin_in_user_space(void)
{
	for (volatile uint64_t turns = 0;; turns++)
		;
}

/* The generator computes inside the kernel and touches next to no memory. */
static void spin_in_kernel(void)
{
	char bytes[RANDOM_BYTES];
	for (;;)
		if (getrandom(bytes, sizeof(bytes), 0) < 0)
			_exit(EXIT_FAILURE);
}

static _Noreturn void accompany(enum company company, int cpu, pid_t parent, int ready)
{
	if (parent_follow(parent) || pin_to(cpu) || write(ready, "", 1) != 1)
		_exit(EXIT_FAILURE);
	close(ready);
	if (company == COMPANY_SPIN_USER)
		spin_in_user_space();
	spin_in_kernel();
	_exit(EXIT_FAILURE);
}

static int start_one(enum company company, int cpu, int ready, pid_t *pid)
{
	const pid_t parent = getpid();
	*pid = fork();
	if (*pid == 0)
		accompany(company, cpu, parent, ready);
	return *pid < 0 ? -errno : 0;
}

/* One byte from each; end of file before that means that one could not be pinned. */
static int wait_for(int ready, int count)
{
	for (char byte; count > 0; count--)
		if (read(ready, &byte, 1) != 1)
			return -ECHILD;
	return 0;
}

int companions_start(enum company company, const struct cpu_list *cpus, int first, struct companions *all)
{
	int ends[2], error = 0;
	all->count = 0;
	if (company == COMPANY_IDLE)
		return 0;
	if (pipe(ends))
		return -errno;
	CLOSED const int reader = ends[0];
	for (int i = first; i < cpus->count && !error; i++) {
		error = start_one(company, cpus->cpu[i], ends[1], &all->pid[all->count]);
		all->count += !error;
	}
	close(ends[1]);
	if (!error)
		error = wait_for(reader, all->count);
	if (error)
		companions_end(all);
	return error;
}

void companions_end(struct companions *all)
{
	for (int i = 0; i < all->count; i++)
		kill(all->pid[i], SIGKILL);
	for (int i = 0; i < all->count; i++)
		waitpid(all->pid[i], NULL, 0);
	all->count = 0;
}
