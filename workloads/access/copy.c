/* System calls that copy to or from a pointer, by the caller's own mapping; and plain instructions. */
#include <errno.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "cleanup.h"
#include "way.h"

enum { WORD = sizeof(uint64_t) };

static int load(struct target *target, int argument)
{
	(void)argument;
	return judge(target, word_at(target->address));
}

static int store(struct target *target, int argument)
{
	(void)argument;
	*(volatile uint64_t *)target->address = target->other;
	return 0;
}

/* A file that is ordinary memory, to copy into and out of. */
static int sink(const struct target *target)
{
	const int file = memfd_create("sink", MFD_CLOEXEC);
	if (file >= 0 && pwrite(file, &target->other, WORD, 0) != WORD) {
		close(file);
		return -1;
	}
	return file;
}

static int found_in(int file, const struct target *target)
{
	uint64_t word = 0;
	return pread(file, &word, WORD, 0) == WORD ? judge(target, word) : -WITHOUT_EFFECT;
}

static int write_pointer(struct target *target, int vector)
{
	CLOSED const int file = sink(target);
	const struct iovec piece = {target->address, WORD};
	if (file < 0)
		return not_here(errno);
	const ssize_t done = vector ? writev(file, &piece, 1) : write(file, target->address, WORD);
	return done < 0 ? -errno : found_in(file, target);
}

static int read_pointer(struct target *target, int vector)
{
	CLOSED const int file = sink(target);
	const struct iovec piece = {target->address, WORD};
	if (file < 0)
		return not_here(errno);
	const ssize_t done = vector ? readv(file, &piece, 1) : read(file, target->address, WORD);
	return done < 0 ? -errno : 0;
}

static int send_pointer(struct target *target, int argument)
{
	uint64_t word = 0;
	int end[2];
	(void)argument;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, end))
		return not_here(errno);
	if (send(end[0], target->address, WORD, 0) < 0)
		return -errno;
	return recv(end[1], &word, WORD, 0) == WORD ? judge(target, word) : -WITHOUT_EFFECT;
}

static int receive_pointer(struct target *target, int argument)
{
	int end[2];
	(void)argument;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, end) || send(end[0], &target->other, WORD, 0) != WORD)
		return not_here(errno);
	return recv(end[1], target->address, WORD, 0) < 0 ? -errno : 0;
}

static int fill_random(struct target *target, int argument)
{
	(void)argument;
	if (getrandom(target->address, WORD, 0) != WORD)
		return -errno;
	return word_at(target->address) != target->word ? REACHED : -WITHOUT_EFFECT;
}

/* EAGAIN: the kernel has read the word, and it is not the one that was said. A shared futex pins the page first. */
static int futex(struct target *target, int private)
{
	const uint32_t wrong = ~(uint32_t)target->word;
	const long done = syscall(SYS_futex, target->address, FUTEX_WAIT | private, wrong, NULL, NULL, 0);
	return done < 0 && errno == EAGAIN ? REACHED : -errno;
}

const struct way PLAIN_WAYS[] = {
	{"load", FAMILY_PLAIN, OWN, load, 0},
	{"store", FAMILY_PLAIN, OWN | WRITES, store, 0},
	{0},
};

const struct way COPY_WAYS[] = {
	{"write", FAMILY_COPY, OWN, write_pointer, false},
	{"read", FAMILY_COPY, OWN | WRITES, read_pointer, false},
	{"writev", FAMILY_COPY, OWN, write_pointer, true},
	{"readv", FAMILY_COPY, OWN | WRITES, read_pointer, true},
	{"send", FAMILY_COPY, OWN, send_pointer, 0},
	{"recv", FAMILY_COPY, OWN | WRITES, receive_pointer, 0},
	{"getrandom", FAMILY_COPY, OWN, fill_random, 0},
	{"futex_private", FAMILY_COPY, OWN, futex, FUTEX_PRIVATE_FLAG},
	{"futex_shared", FAMILY_PIN, OWN, futex, 0},
	{0},
};
