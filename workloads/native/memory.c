#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/memfd.h>
#include <linux/mman.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cleanup.h"

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

static const size_t SMALL = 4096, LARGE = (size_t)2 << 20, GIANT = (size_t)1 << 30;

int secret_create(bool close_on_exec)
{
	const int descriptor = (int)syscall(SYS_memfd_secret, close_on_exec ? O_CLOEXEC : 0);
	return descriptor < 0 ? -errno : descriptor;
}

static int sized(int descriptor, size_t bytes, const char **step)
{
	if (ftruncate(descriptor, (off_t)bytes) == 0)
		return descriptor;
	*step = "ftruncate";
	const int error = -errno;
	close(descriptor);
	return error;
}

static int create_secret(size_t bytes, const char **step)
{
	const int descriptor = secret_create(true);
	if (descriptor >= 0)
		return sized(descriptor, bytes, step);
	*step = "memfd_secret";
	return descriptor;
}

static int create_memfd(size_t bytes, const char **step)
{
	const int descriptor = memfd_create("lab", MFD_CLOEXEC);
	if (descriptor >= 0)
		return sized(descriptor, bytes, step);
	*step = "memfd_create";
	return -errno;
}

#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS)

const struct backing BACKINGS[] = {
	{"anonymous", SMALL, NULL, PRIVATE, MADV_NOHUGEPAGE, false},
	{"anonymous_locked", SMALL, NULL, PRIVATE, MADV_NOHUGEPAGE, true},
	{"memfd", SMALL, create_memfd, MAP_SHARED, MADV_NOHUGEPAGE, false},
	{"memfd_locked", SMALL, create_memfd, MAP_SHARED, MADV_NOHUGEPAGE, true},
	{"thp", LARGE, NULL, PRIVATE, MADV_HUGEPAGE, false},
	{"hugetlb_2m", LARGE, NULL, PRIVATE | MAP_HUGETLB | MAP_HUGE_2MB, 0, false},
	{"hugetlb_1g", GIANT, NULL, PRIVATE | MAP_HUGETLB | MAP_HUGE_1GB, 0, false},
	{"secret", SMALL, create_secret, MAP_SHARED, 0, false},
};
const size_t BACKING_COUNT = sizeof(BACKINGS) / sizeof(BACKINGS[0]);

const struct backing *backing_find(const char *name)
{
	for (size_t i = 0; i < BACKING_COUNT; i++)
		if (!strcmp(BACKINGS[i].name, name))
			return &BACKINGS[i];
	return NULL;
}

const char *backing_objection(const char *name)
{
	const struct backing *backing = backing_find(name);
	const bool fits = backing && backing->page_bytes == 4096;
	return fits ? NULL : "--backing takes a kind of memory with 4 KB pages; probe lists them";
}

/* Map at a multiple of `alignment`: a transparent huge page wants its whole 2 MB inside one mapping. */
static void *map_aligned(size_t bytes, size_t alignment, int flags)
{
	char *wide = mmap(NULL, bytes + alignment, PROT_READ | PROT_WRITE, flags, -1, 0);
	if (wide == MAP_FAILED)
		return MAP_FAILED;
	const size_t head = -(uintptr_t)wide & (alignment - 1);
	if (head)
		munmap(wide, head);
	munmap(wide + head + bytes, alignment - head);
	return wide + head;
}

static void *map_backing(const struct backing *backing, const struct region *region)
{
	if (backing->advice == MADV_HUGEPAGE)
		return map_aligned(region->bytes, backing->page_bytes, backing->flags);
	return mmap(NULL, region->bytes, PROT_READ | PROT_WRITE, backing->flags, region->descriptor, 0);
}

/* EINVAL from madvise means a kernel without huge pages: then all pages are small, as asked. */
static int treat(const struct backing *backing, const struct region *region, const char **step)
{
	*step = "madvise";
	if (backing->advice && madvise(region->address, region->bytes, backing->advice))
		if (errno != EINVAL || backing->advice == MADV_HUGEPAGE)
			return -errno;
	*step = "mlock2";
	if (backing->locked && syscall(SYS_mlock2, region->address, region->bytes, MLOCK_ONFAULT))
		return -errno;
	return 0;
}

int region_map(const struct backing *backing, size_t bytes, struct region *region, const char **step)
{
	*region = (struct region){.bytes = bytes, .descriptor = -1};
	if (backing->create) {
		region->descriptor = backing->create(bytes, step);
		if (region->descriptor < 0)
			return region->descriptor;
	}
	*step = "mmap";
	region->address = map_backing(backing, region);
	int error = region->address == MAP_FAILED ? -errno : treat(backing, region, step);
	if (error)
		region_unmap(region);
	return error;
}

void region_unmap(struct region *region)
{
	if (region->address && region->address != MAP_FAILED)
		munmap(region->address, region->bytes);
	if (region->descriptor >= 0)
		close(region->descriptor);
	*region = (struct region){.descriptor = -1};
}

void region_touch(const struct region *region, size_t page_bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		*(volatile char *)(region->address + i * page_bytes) = 1;
}

size_t region_huge_bytes(const struct region *region)
{
	char line[512];
	unsigned long long begin, end, kib;
	bool here = false;
	FCLOSED FILE *file = fopen("/proc/self/smaps", "re");
	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%llx-%llx ", &begin, &end) == 2)
			here = begin <= (uintptr_t)region->address && (uintptr_t)region->address < end;
		else if (here && sscanf(line, "AnonHugePages: %llu kB", &kib) == 1)
			return kib * 1024;
	}
	return 0;
}

struct answer {
	const char *step; /* of this image, so it means the same in parent and child */
	int error;
};

static _Noreturn void try_page(const struct backing *backing, struct answer *answer)
{
	struct region region;
	signal(SIGBUS, SIG_DFL);
	prctl(PR_SET_DUMPABLE, 0); /* no core file of a refusal */
	answer->error = region_map(backing, backing->page_bytes, &region, &answer->step);
	if (!answer->error) {
		answer->step = "touch";
		answer->error = -EFAULT;
		region_touch(&region, backing->page_bytes, 1);
		answer->error = 0;
	}
	_exit(EXIT_SUCCESS);
}

/* All of it in the child: a page that the parent had reserved in a pool of huge pages would not be the child's. */
int backing_try(const struct backing *backing, const char **step)
{
	struct answer *answer = mmap(NULL, sizeof(*answer), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	*step = "fork";
	if (answer == MAP_FAILED)
		return -errno;
	const pid_t child = fork();
	if (child == 0)
		try_page(backing, answer);
	int error = child < 0 || waitpid(child, NULL, 0) != child ? -errno : answer->error;
	if (child > 0)
		*step = answer->step;
	munmap(answer, sizeof(*answer));
	return error;
}

void *populated(size_t bytes)
{
	void *address = mmap(NULL, bytes, PROT_READ | PROT_WRITE, PRIVATE | MAP_POPULATE, -1, 0);
	if (address == MAP_FAILED)
		return NULL;
	memset(address, 0, bytes);
	return address;
}
