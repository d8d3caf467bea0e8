/* Victims that use the kernel's memory management: the page cache, mappings, page faults, and processes. */
#include <errno.h>
#include <linux/memfd.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "random.h"
#include "victim.h"

enum { PAGE_BYTES = 4096, FILE_PAGES = 8192, AREA_PAGES = 512, MAP_PAGES = 16 };
static const uint64_t SEED = 2463534242u;

struct cached {
	int file;
	struct random random;
};

static int set_up_file(void **state, const char **step)
{
	static struct cached cached;
	static const char page[PAGE_BYTES];
	*state = &cached;
	*step = "memfd_create";
	cached = (struct cached){memfd_create("victim", MFD_CLOEXEC), random_from(SEED)};
	if (cached.file < 0)
		return -errno;
	*step = "write";
	for (int i = 0; i < FILE_PAGES; i++)
		if (write(cached.file, page, sizeof(page)) != sizeof(page))
			return -ENOSPC;
	return 0;
}

/* An operation is a page of the file, at a random place. */
static int read_file(void *state, struct turn *turn)
{
	static char page[PAGE_BYTES];
	struct cached *cached = state;
	for (uint64_t i = 0; i < turn->operations; i++) {
		const off_t place = (off_t)random_below(&cached->random, FILE_PAGES) * PAGE_BYTES;
		if (pread(cached->file, page, sizeof(page), place) != sizeof(page))
			return -EIO;
	}
	return 0;
}

static void *map_pages(size_t pages)
{
	return mmap(NULL, pages * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* An operation is a mapping of MAP_PAGES made, one page of it written, and taken away. */
static int map_and_unmap(void *state, struct turn *turn)
{
	(void)state;
	for (uint64_t i = 0; i < turn->operations; i++) {
		char *area = map_pages(MAP_PAGES);
		if (area == MAP_FAILED)
			return -errno;
		*(volatile char *)area = 1;
		munmap(area, (size_t)MAP_PAGES * PAGE_BYTES);
	}
	return 0;
}

struct area {
	char *address;
	size_t next;
};

static int set_up_area(void **state, const char **step)
{
	static struct area area;
	*state = &area;
	*step = "mmap";
	area = (struct area){map_pages(AREA_PAGES), 0};
	if (area.address == MAP_FAILED)
		return -errno;
	madvise(area.address, (size_t)AREA_PAGES * PAGE_BYTES, MADV_NOHUGEPAGE); /* EINVAL: there are none */
	return 0;
}

/* An operation is the first touch of a page; when all are touched they are given back, which is part of it. */
static int fault(void *state, struct turn *turn)
{
	struct area *area = state;
	for (uint64_t i = 0; i < turn->operations; i++) {
		if (area->next == AREA_PAGES) {
			if (madvise(area->address, (size_t)AREA_PAGES * PAGE_BYTES, MADV_DONTNEED))
				return -errno;
			area->next = 0;
		}
		*(volatile char *)(area->address + area->next++ * PAGE_BYTES) = 1;
	}
	return 0;
}

/* An operation is a child, from fork to the end of waitpid. */
static int fork_once(void *state, struct turn *turn)
{
	int status;
	(void)state;
	(void)turn;
	const pid_t child = fork();
	if (child == 0)
		_exit(EXIT_SUCCESS);
	return child < 0 || waitpid(child, &status, 0) != child || status ? -ECHILD : 0;
}

const struct victim PAGE_CACHE_READ = {"page_cache_read", false, set_up_file, read_file, NULL};
const struct victim MMAP_MUNMAP = {"mmap_munmap", false, NULL, map_and_unmap, NULL};
const struct victim PAGE_FAULT = {"page_fault", false, set_up_area, fault, NULL};
const struct victim FORK = {"fork", true, NULL, fork_once, NULL};
