#include "life.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

const char *const LIFE_NAMES[] = {"unmapped",      "closed", "exited", "killed",    "executed",
				  "executed_open", "forked", "passed", "in_flight", NULL};

/* What ends each: a wish to the owner or to the other one; SIGKILL is sent and not wished. */
static const struct ending {
	char wish, check;
	bool by_other;
} ENDINGS[LIVES] = {
	[LIFE_UNMAPPED] = {UNMAP, CHECK, false},
	[LIFE_CLOSED] = {CLOSE, CHECK, false},
	[LIFE_EXITED] = {LEAVE, CHECK, false},
	[LIFE_KILLED] = {0, CHECK, false},
	[LIFE_EXECUTED] = {KEEPER_EXECUTES, CHECK, false},
	[LIFE_EXECUTED_OPEN] = {CLOSE, CHECK, false},
	[LIFE_FORKED] = {LEAVE, CHECK, true},
	[LIFE_PASSED] = {CLOSE, CHECK, true},
	[LIFE_IN_FLIGHT] = {HANG_UP, PEEK, true},
};

static struct keeper *last_of(enum life life, struct cast *cast)
{
	return ENDINGS[life].by_other ? &cast->other : &cast->owner;
}

/* Made before the processes, so that they have both ends. */
static int open_lines(enum life life, struct area *area)
{
	*area->step = "socketpair";
	if (life == LIFE_FORKED)
		return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, area->line) ? -errno : 0;
	if (life == LIFE_PASSED || life == LIFE_IN_FLIGHT)
		return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, area->post) ? -errno : 0;
	return 0;
}

static void close_pair(int *pair)
{
	for (int i = 0; i < 2; i++) {
		if (pair[i] >= 0)
			close(pair[i]);
		pair[i] = -1;
	}
}

int life_begin(enum life life, struct cast *cast)
{
	int error = open_lines(life, &cast->area);
	*cast->area.step = "fork";
	if (!error && (life == LIFE_PASSED || life == LIFE_IN_FLIGHT))
		error = keeper_start(&cast->other, area_work, &cast->area);
	if (!error)
		error = keeper_start(&cast->owner, area_work, &cast->area);
	close_pair(cast->area.post);
	return error ? error : keeper_ask(&cast->owner, FILL);
}

/* The child has the mapping alone; the line to it is this process's from now on. */
static int have_child(struct cast *cast)
{
	struct area *area = &cast->area;
	const int error = keeper_ask(&cast->owner, BEAR);
	if (error)
		return error;
	cast->other = (struct keeper){area->notice->child, area->line[0]};
	area->line[0] = -1;
	close_pair(area->line);
	return keeper_ask(&cast->other, CLOSE);
}

static int send_over(enum life life, struct cast *cast)
{
	const int error = keeper_ask(&cast->owner, SEND);
	return error || life == LIFE_IN_FLIGHT ? error : keeper_ask(&cast->other, RECEIVE);
}

static int leave_open(struct cast *cast)
{
	const int error = keeper_ask(&cast->owner, LEAVE_OPEN);
	return error ? error : keeper_execute(&cast->owner);
}

static int hand_over(enum life life, struct cast *cast)
{
	const int error = life == LIFE_FORKED ? have_child(cast) : send_over(life, cast);
	keeper_kill(&cast->owner);
	return error;
}

int life_part(enum life life, struct cast *cast)
{
	switch (life) {
	case LIFE_UNMAPPED:
		return keeper_ask(&cast->owner, CLOSE);
	case LIFE_CLOSED:
		return keeper_ask(&cast->owner, UNMAP);
	case LIFE_EXECUTED_OPEN:
		return leave_open(cast);
	case LIFE_FORKED:
	case LIFE_PASSED:
	case LIFE_IN_FLIGHT:
		return hand_over(life, cast);
	default: /* exit, SIGKILL and execve take both at once */
		return 0;
	}
}

int life_check(enum life life, struct cast *cast)
{
	memset(area_same(&cast->area), 0, cast->area.notice->pages * sizeof(uint64_t));
	return keeper_ask(last_of(life, cast), ENDINGS[life].check);
}

int life_end(enum life life, struct cast *cast)
{
	if (life != LIFE_KILLED)
		return keeper_tell(last_of(life, cast), ENDINGS[life].wish);
	area_stamp(&cast->area);
	return kill(cast->owner.pid, SIGKILL) ? -errno : 0;
}

int life_wait(enum life life, struct cast *cast)
{
	const bool dies = life == LIFE_KILLED || ENDINGS[life].wish == LEAVE;
	const int error = dies ? 0 : keeper_hear(last_of(life, cast));
	return error || life != LIFE_EXECUTED ? error : keeper_ask(&cast->owner, ARRIVE);
}

void life_close(struct cast *cast)
{
	keeper_end(&cast->owner);
	keeper_end(&cast->other);
	close_pair(cast->area.line);
	close_pair(cast->area.post);
}
