/*
 * follower: becomes another program, pinned and as an ordinary user, that is to end together with the lab.
 *
 * What the kernel sends at the parent's death is lost when a process changes its user (commit_creds() in kernel/cred.c),
 * and kept over execve(2): so that it is asked for in between. It is the signal that the program itself ends by in good
 * order, so that a database gives back its shared memory even when the lab was killed.
 */
#include <errno.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "option.h"
#include "output.h"
#include "parent.h"
#include "pin.h"

static const char PROGRAM[] = "follower";
enum { MOST_SIGNALS = 64, MOST_USERS = 1 << 30, SAME = MOST_USERS };

static uint64_t death_signal = SIGTERM, user = SAME, group = SAME;
static const char *cpus;

static const struct option_spec OPTIONS[] = {
	NUMBER_OPTION("signal", &death_signal, 1, MOST_SIGNALS, "what it gets when the lab ends"),
	NUMBER_OPTION("user", &user, 1, MOST_USERS, "number of the user that it becomes, as root"),
	NUMBER_OPTION("group", &group, 1, MOST_USERS, "number of that user's group"),
	TEXT_OPTION("cpus", &cpus, "where it may run, as 1,0"),
	{0},
};
static const struct option_table TABLE = {
	PROGRAM,
	"becomes another program that ends together with the lab",
	"follower --signal 15 --cpus 1 -- /usr/bin/redis-server --port 0",
	OPTIONS,
};

static int stand_on(const struct cpu_list *list)
{
	cpu_set_t set;
	CPU_ZERO(&set);
	for (int i = 0; i < list->count; i++)
		CPU_SET(list->cpu[i], &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -errno : 0;
}

static int become_user(void)
{
	if (group != SAME && (setgroups(0, NULL) || setgid((gid_t)group)))
		return -errno;
	return user != SAME && setuid((uid_t)user) ? -errno : 0;
}

static int follow(void)
{
	const int error = parent_follow_as_told();
	return !error && prctl(PR_SET_PDEATHSIG, death_signal) ? -errno : error;
}

/*
 * A database's System V shared memory outlives a process that is killed (shmget(2)); in a namespace of its own it goes with
 * the last process in it. Where that may not be had, a server ends in good order or leaves some bytes.
 */
static void part_shared_memory(void)
{
	(void)!unshare(CLONE_NEWIPC);
}

/* Returns only where it failed. */
static int become(const struct cpu_list *list, char **words)
{
	int error = stand_on(list);
	if (error)
		return report_failure(PROGRAM, "sched_setaffinity", error, "it may not run on these CPUs");
	part_shared_memory();
	error = become_user();
	if (error)
		return report_failure(PROGRAM, "setuid", error, "it could not become that user");
	error = follow();
	if (error)
		return report_failure(PROGRAM, "prctl", error, "the lab has ended meanwhile");
	execv(words[0], words);
	return report_failure(PROGRAM, "execve", -errno, words[0]);
}

static int find_command(int argc, char **argv)
{
	int at = 1;
	while (at < argc && strcmp(argv[at], "--"))
		at++;
	return at;
}

int main(int argc, char **argv)
{
	const int command = find_command(argc, argv);
	struct cpu_list list;
	const int read = options_read(&TABLE, command, argv);
	if (read)
		return read > 0 ? EXIT_OK : report_usage(PROGRAM);
	if (cpus_choose(PROGRAM, cpus, 1, &list))
		return report_usage(PROGRAM);
	if (command + 1 >= argc) {
		fprintf(stderr, "%s: wants -- and a program; see %s --help\n", PROGRAM, PROGRAM);
		return report_usage(PROGRAM);
	}
	return become(&list, argv + command + 1);
}
