#include "keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "parent.h"

static const char ARRIVED[] = "--arrived"; /* how the new image is called; not for people */
enum { DIGITS = 16 };

static int answer(int line, int error)
{
	return write(line, &error, sizeof(error)) == sizeof(error) ? 0 : -EPIPE;
}

/* The line goes along; whatever else is open was opened to be closed by it. Returns only where it failed. */
static int execute(keeper_work work, void *context, int line)
{
	char number[DIGITS];
	work(KEEPER_EXECUTES, context);
	snprintf(number, sizeof(number), "%d", line);
	fcntl(line, F_SETFD, 0);
	execv("/proc/self/exe", (char *const[]){(char *)"keeper", (char *)ARRIVED, number, NULL});
	return -errno;
}

_Noreturn void keeper_serve(keeper_work work, void *context, int line)
{
	char wish;
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0}); /* no core file of a page that is refused */
	signal(SIGBUS, SIG_DFL);
	while (read(line, &wish, 1) == 1)
		if (answer(line, wish == KEEPER_EXECUTES ? execute(work, context, line) : work(wish, context)))
			break;
	_exit(EXIT_SUCCESS);
}

int keeper_start(struct keeper *keeper, keeper_work work, void *context)
{
	int line[2];
	const pid_t parent = getpid();
	*keeper = (struct keeper){.pid = 0};
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line))
		return -errno;
	const pid_t child = fork();
	if (child == 0) {
		close(line[0]);
		if (parent_follow(parent))
			_exit(EXIT_FAILURE);
		keeper_serve(work, context, line[1]);
	}
	close(line[1]);
	if (child < 0) {
		close(line[0]);
		return -EAGAIN;
	}
	*keeper = (struct keeper){.pid = child, .line = line[0]};
	return 0;
}

int keeper_tell(const struct keeper *keeper, char wish)
{
	return send(keeper->line, &wish, 1, MSG_NOSIGNAL) == 1 ? 0 : -EFAULT;
}

int keeper_hear(const struct keeper *keeper)
{
	int error;
	return read(keeper->line, &error, sizeof(error)) == sizeof(error) ? error : -EFAULT;
}

int keeper_ask(struct keeper *keeper, char wish)
{
	const int error = keeper_tell(keeper, wish);
	return error ? error : keeper_hear(keeper);
}

int keeper_execute(struct keeper *keeper)
{
	return keeper_ask(keeper, KEEPER_EXECUTES);
}

bool keeper_arrive(int argc, char **argv, keeper_work work, void *context)
{
	char wish;
	if (argc != 3 || strcmp(argv[1], ARRIVED))
		return false;
	const int line = atoi(argv[2]);
	int error = answer(line, 0);
	while (!error && read(line, &wish, 1) == 1)
		error = work ? answer(line, work(wish, context)) : 0;
	return true;
}

/* Shut down, and not only closed: a keeper that was started later holds a copy of this end. */
void keeper_end(struct keeper *keeper)
{
	if (!keeper->pid)
		return;
	shutdown(keeper->line, SHUT_RDWR);
	waitpid(keeper->pid, NULL, 0);
	close(keeper->line);
	*keeper = (struct keeper){.pid = 0};
}

void keeper_kill(struct keeper *keeper)
{
	if (keeper->pid)
		kill(keeper->pid, SIGKILL);
	keeper_end(keeper);
}
