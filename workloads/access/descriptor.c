/* The descriptor instead of the mapping: what a file of ordinary memory offers. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "way.h"

enum { WORD = sizeof(uint64_t) };

static int read_file(struct target *target, int argument)
{
	uint64_t word = 0;
	(void)argument;
	return pread(target->descriptor, &word, WORD, 0) == WORD ? judge(target, word) : -errno;
}

static int write_file(struct target *target, int argument)
{
	(void)argument;
	return pwrite(target->descriptor, &target->other, WORD, 0) == WORD ? 0 : -errno;
}

static int splice_file(struct target *target, int argument)
{
	int end[2];
	uint64_t word = 0;
	off_t from = 0;
	(void)argument;
	if (pipe2(end, O_CLOEXEC))
		return not_here(errno);
	if (splice(target->descriptor, &from, end[1], NULL, WORD, 0) < 0)
		return -errno;
	return read(end[0], &word, WORD) == WORD ? judge(target, word) : -WITHOUT_EFFECT;
}

static int send_file(struct target *target, int argument)
{
	int end[2];
	uint64_t word = 0;
	off_t from = 0;
	(void)argument;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, end))
		return not_here(errno);
	if (sendfile(end[0], target->descriptor, &from, WORD) < 0)
		return -errno;
	return recv(end[1], &word, WORD, 0) == WORD ? judge(target, word) : -WITHOUT_EFFECT;
}

/* Map a file anew and look. */
static int look_into(const struct target *target, int file)
{
	const void *again = mmap(NULL, PAGE_BYTES, PROT_READ, MAP_SHARED, file, 0);
	return again == MAP_FAILED ? -errno : judge(target, word_at(again));
}

static int map_again(struct target *target, int argument)
{
	(void)argument;
	return look_into(target, target->descriptor);
}

/* By its name in /proc: a file that was opened anew, by whoever may look there. */
static int reopen(struct target *target, int as_mapped)
{
	char path[96];
	const char *at = target->address;
	if (as_mapped)
		snprintf(path, sizeof(path), "/proc/%d/map_files/%lx-%lx", target->owner, (unsigned long)at,
			 (unsigned long)(at + target->bytes));
	else
		snprintf(path, sizeof(path), "/proc/%d/fd/%d", target->owner, target->descriptor);
	CLOSED const int file = open(path, O_RDWR | O_CLOEXEC);
	return file < 0 ? -errno : look_into(target, file);
}

/* To take a copy of another process's descriptor wants the right to debug it. */
static int take(struct target *target, int argument)
{
	CLOSED const int owner = (int)syscall(SYS_pidfd_open, target->owner, 0);
	(void)argument;
	if (owner < 0)
		return not_here(errno);
	CLOSED const int file = (int)syscall(SYS_pidfd_getfd, owner, target->descriptor, 0);
	return file < 0 ? -errno : look_into(target, file);
}

const struct way DESCRIPTOR_WAYS[] = {
	{"fd_read", FAMILY_DESCRIPTOR, OWN | FILE_TOO, read_file, 0},
	{"fd_write", FAMILY_DESCRIPTOR, OWN | WRITES | FILE_TOO, write_file, 0},
	{"splice", FAMILY_DESCRIPTOR, OWN | FILE_TOO, splice_file, 0},
	{"sendfile", FAMILY_DESCRIPTOR, OWN | FILE_TOO, send_file, 0},
	{"map_again", FAMILY_PLAIN, OWN | FILE_TOO, map_again, 0},
	{"proc_fd", FAMILY_OUTSIDE, OWN | OUTSIDE | FILE_TOO, reopen, false},
	{"proc_map_files", FAMILY_OUTSIDE, OUTSIDE | ROOT | FILE_TOO, reopen, true},
	{"pidfd_getfd", FAMILY_TAKEOVER, OUTSIDE | FILE_TOO, take, 0},
	{0},
};
