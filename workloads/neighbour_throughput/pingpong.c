/*
 * Victims that hand a token to a partner and wait for it, both on one CPU: an operation is there and back, two switches
 * of context. The partner is a process, because that is how neighbours that talk are.
 */
#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "parent.h"
#include "victim.h"

struct pair {
	int there[2], back[2]; /* pipes */
	uint32_t *turn_of;     /* a word that both see: 0 is the victim, 1 the partner */
	pid_t partner;
};

static struct pair pair;

static _Noreturn void answer_by_pipe(void)
{
	char token;
	while (read(pair.there[0], &token, 1) == 1 && write(pair.back[1], &token, 1) == 1)
		;
	_exit(EXIT_FAILURE);
}

/* Wait until the word is ours; a spurious return is no harm. */
static void futex_wait(uint32_t mine)
{
	while (__atomic_load_n(pair.turn_of, __ATOMIC_ACQUIRE) != mine)
		syscall(SYS_futex, pair.turn_of, FUTEX_WAIT, !mine, NULL, NULL, 0);
}

static void futex_give(uint32_t other)
{
	__atomic_store_n(pair.turn_of, other, __ATOMIC_RELEASE);
	syscall(SYS_futex, pair.turn_of, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static _Noreturn void answer_by_futex(void)
{
	for (;;) {
		futex_wait(1);
		futex_give(0);
	}
}

static int find_partner(void (*answer)(void), const char **step)
{
	const pid_t parent = getpid();
	*step = "fork";
	pair.partner = fork();
	if (pair.partner == 0) {
		if (parent_follow(parent))
			_exit(EXIT_FAILURE);
		answer();
	}
	return pair.partner < 0 ? -errno : 0;
}

static int set_up_pipe(void **state, const char **step)
{
	(void)state;
	*step = "pipe";
	if (pipe(pair.there) || pipe(pair.back))
		return -errno;
	return find_partner(answer_by_pipe, step);
}

static int set_up_futex(void **state, const char **step)
{
	(void)state;
	*step = "mmap";
	pair.turn_of = mmap(NULL, sizeof(uint32_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (pair.turn_of == MAP_FAILED)
		return -errno;
	return find_partner(answer_by_futex, step);
}

static int play_by_pipe(void *state, struct turn *turn)
{
	char token = 0;
	(void)state;
	for (uint64_t i = 0; i < turn->operations; i++)
		if (write(pair.there[1], &token, 1) != 1 || read(pair.back[0], &token, 1) != 1)
			return -EPIPE;
	return 0;
}

static int play_by_futex(void *state, struct turn *turn)
{
	(void)state;
	for (uint64_t i = 0; i < turn->operations; i++) {
		futex_give(1);
		futex_wait(0);
	}
	return 0;
}

static void end_partner(void *state)
{
	(void)state;
	if (pair.partner <= 0)
		return;
	kill(pair.partner, SIGKILL);
	waitpid(pair.partner, NULL, 0);
}

const struct victim PIPE = {"pipe", false, set_up_pipe, play_by_pipe, end_partner};
const struct victim FUTEX = {"futex", false, set_up_futex, play_by_futex, end_partner};
