#include "job.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"
#include "clock.h"
#include "frame.h"

enum { MOST_WORDS = 64, MOST_NAME = 512, MOST_BYTES = 64 << 20, MS_A_SECOND = 1000 };

struct job {
	int number, timeout_s, out, complaint;
	char *word[MOST_WORDS + 1]; /* the program's path, its arguments, NULL */
};

static void send_file(const struct job *job, const char *what, int file)
{
	char name[MOST_NAME];
	snprintf(name, sizeof(name), "job/%d/%s", job->number, what);
	frame_send_file(name, file, MOST_BYTES);
}

static void send_status(const struct job *job, const char *how, int value, uint64_t ns)
{
	char name[MOST_NAME], text[MOST_NAME];
	snprintf(name, sizeof(name), "job/%d/status", job->number);
	const int length = snprintf(text, sizeof(text), "%s %d %" PRIu64, how, value, ns);
	frame_send(name, text, (size_t)length);
}

static _Noreturn void become(const struct job *job)
{
	setpgid(0, 0);
	dup2(job->out, STDOUT_FILENO);
	dup2(job->complaint, STDERR_FILENO);
	execv(job->word[0], job->word);
	dprintf(STDERR_FILENO, "%s: %s\n", job->word[0], strerror(errno));
	_exit(127);
}

/* Returns 1 where it ended in time, 0 where it did not. It is not reaped yet: its number cannot become another's. */
static int wait_for(pid_t pid, int timeout_s)
{
	CLOSED const int handle = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd wanted = {.fd = handle, .events = POLLIN};
	return handle < 0 || poll(&wanted, 1, timeout_s * MS_A_SECOND) != 0;
}

static void run(const struct job *job)
{
	const uint64_t begun_ns = clock_raw_ns();
	const pid_t pid = fork();
	if (pid == 0)
		become(job);
	if (pid < 0) {
		send_status(job, "failed", errno, 0);
		return;
	}
	int status = 0;
	const int in_time = wait_for(pid, job->timeout_s);
	kill(-pid, SIGKILL); /* whatever it left in its group */
	if (!in_time)
		kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	const uint64_t ns = clock_raw_ns() - begun_ns;
	send_file(job, "stdout", job->out);
	send_file(job, "stderr", job->complaint);
	if (!in_time)
		send_status(job, "timed-out", SIGKILL, ns);
	else if (WIFSIGNALED(status))
		send_status(job, "killed", WTERMSIG(status), ns);
	else
		send_status(job, "exited", WEXITSTATUS(status), ns);
}

/* Returns 0, or -EINVAL where the line is no job. */
static int read_line(char *line, struct job *job, char *path, const struct job_place *place)
{
	int count = 0;
	char *rest = line, *word = strsep(&rest, "\t");
	job->timeout_s = word ? atoi(word) : 0;
	while (count < MOST_WORDS && (word = strsep(&rest, "\t")))
		job->word[count++] = word;
	if (job->timeout_s <= 0 || !count)
		return -EINVAL;
	snprintf(path, MOST_NAME, "%s/%s", place->programs, job->word[0]);
	job->word[0] = path;
	return 0;
}

static void send_output(const struct job *job, const struct job_place *place)
{
	CLOSED const int output = open(place->output, O_RDONLY | O_CLOEXEC);
	if (output >= 0)
		send_file(job, "output", output);
}

void job_run(int number, char *line, const struct job_place *place)
{
	char path[MOST_NAME];
	CLOSED const int out = memfd_create("stdout", MFD_CLOEXEC), complaint = memfd_create("stderr", MFD_CLOEXEC);
	struct job job = {.number = number, .out = out, .complaint = complaint};
	unlink(place->output);
	if (out < 0 || complaint < 0 || read_line(line, &job, path, place)) {
		send_status(&job, "failed", EINVAL, 0);
		return;
	}
	run(&job);
	send_output(&job, place);
}
