/* What is attempted. Nothing is cleaned up: each is the last thing that its process does. */
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attempt.h"
#include "memory.h"

enum { PAGE_BYTES = 4096, LIMIT_BYTES = LIMIT_PAGES * PAGE_BYTES, MORE_THAN_HALF = LIMIT_PAGES / 2 + 1 };

static int create(int pages, const char **step)
{
	*step = "memfd_secret";
	const int file = secret_create(true);
	if (file < 0)
		return file;
	*step = "ftruncate";
	return ftruncate(file, (off_t)pages * PAGE_BYTES) ? -errno : file;
}

static int map(int file, int pages, uint64_t **address, const char **step)
{
	*step = "mmap";
	*address = mmap(NULL, (size_t)pages * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	return *address == MAP_FAILED ? -errno : 0;
}

static void touch(uint64_t *address, int pages, const char **step)
{
	*step = "touch";
	for (int i = 0; i < pages; i++)
		*(volatile uint64_t *)(address + i * (PAGE_BYTES / 8)) = 1;
}

/* A file of its own, mapped and touched. */
static int take(int pages, const char **step)
{
	uint64_t *address;
	const int file = create(pages, step);
	const int error = file < 0 ? file : map(file, pages, &address, step);
	if (!error)
		touch(address, pages, step);
	return error;
}

static int lock_ordinary(int pages, const char **step)
{
	void *address = populated((size_t)pages * PAGE_BYTES);
	*step = "mlock";
	return address && mlock(address, (size_t)pages * PAGE_BYTES) == 0 ? 0 : -errno;
}

static int size_beyond(const char **step)
{
	const int file = create(LIMIT_TIMES * LIMIT_PAGES, step);
	return file < 0 ? file : 0;
}

static int take_all(const char **step)
{
	return take(LIMIT_PAGES, step);
}

static int map_beyond(const char **step)
{
	uint64_t *address;
	const int file = create(LIMIT_PAGES + 1, step);
	return file < 0 ? file : map(file, LIMIT_PAGES + 1, &address, step);
}

static int take_beyond(const char **step)
{
	return take(LIMIT_PAGES + 1, step);
}

static int mlock_beyond(const char **step)
{
	return lock_ordinary(LIMIT_PAGES + 1, step);
}

static int two_files(const char **step)
{
	const int error = take(MORE_THAN_HALF, step);
	return error ? error : take(MORE_THAN_HALF, step);
}

static int one_file_twice(const char **step)
{
	uint64_t *address;
	const int file = create(MORE_THAN_HALF, step);
	int error = file < 0 ? file : map(file, MORE_THAN_HALF, &address, step);
	if (error)
		return error;
	touch(address, MORE_THAN_HALF, step);
	return map(file, MORE_THAN_HALF, &address, step);
}

static int beside_mlock(const char **step)
{
	const int error = lock_ordinary(MORE_THAN_HALF, step);
	return error ? error : take(MORE_THAN_HALF, step);
}

static int mlock_beside(const char **step)
{
	const int error = take(MORE_THAN_HALF, step);
	return error ? error : lock_ordinary(MORE_THAN_HALF, step);
}

/* Run in a child what ends by SIGBUS where it is refused then; its answer, or -EFAULT. */
static int ask_child(attempt_work work, const char **step)
{
	int status;
	*step = "fork";
	const pid_t child = fork();
	if (child == 0)
		_exit(-work(step));
	*step = "touch";
	if (child < 0 || waitpid(child, &status, 0) != child)
		return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EFAULT;
}

/* The other process is made first, so that it has nothing of this one's; it waits until this one has its pages. */
static int second_process(const char **step)
{
	int line[2], error;
	*step = "socketpair";
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, line))
		return -errno;
	const pid_t holder = fork();
	if (holder == 0) {
		error = take_all(step);
		_exit(write(line[1], &error, sizeof(error)) == sizeof(error) && pause());
	}
	close(line[1]);
	const bool holds = holder > 0 && read(line[0], &error, sizeof(error)) == sizeof(error) && !error;
	error = holds ? ask_child(take_all, step) : -ECHILD;
	if (holder > 0)
		kill(holder, SIGKILL);
	return error;
}

static int child_of_holder(const char **step)
{
	const int error = take_all(step);
	return error ? error : ask_child(take_all, step);
}

/* All that the limit allows, unmapped and kept by the descriptor; and that several times over. */
static int keep_unmapped(const char **step)
{
	uint64_t *address;
	int file[LIMIT_TIMES], error = 0;
	for (int i = 0; !error && i < LIMIT_TIMES; i++) {
		file[i] = create(LIMIT_PAGES, step);
		error = file[i] < 0 ? file[i] : map(file[i], LIMIT_PAGES, &address, step);
		if (!error)
			touch(address, LIMIT_PAGES, step);
		if (!error)
			munmap(address, LIMIT_BYTES);
	}
	for (int i = 0; !error && i < LIMIT_TIMES; i++) {
		error = map(file[i], LIMIT_PAGES, &address, step);
		if (!error && address[0] != 1)
			error = -ENODATA;
		if (!error)
			munmap(address, LIMIT_BYTES);
	}
	return error;
}

const struct attempt ATTEMPTS[] = {
	{"size_beyond", size_beyond, false},         {"take_all", take_all, false},
	{"map_beyond", map_beyond, false},           {"take_beyond", take_beyond, false},
	{"mlock_beyond", mlock_beyond, false},       {"two_files", two_files, false},
	{"one_file_twice", one_file_twice, false},   {"beside_mlock", beside_mlock, false},
	{"mlock_beside", mlock_beside, false},       {"second_process", second_process, false},
	{"child_of_holder", child_of_holder, false}, {"keep_unmapped", keep_unmapped, false},
	{"with_capability", take_beyond, true},
};
const char *const ATTEMPT_NAMES[] = {"size_beyond",     "take_all",
				     "map_beyond",      "take_beyond",
				     "mlock_beyond",    "two_files",
				     "one_file_twice",  "beside_mlock",
				     "mlock_beside",    "second_process",
				     "child_of_holder", "keep_unmapped",
				     "with_capability", NULL};
