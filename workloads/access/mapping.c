/* What the kernel does with the mapping and its file when asked: lock, move, grow, change, watch, migrate. */
#include <errno.h>
#include <fcntl.h>
#include <linux/mempolicy.h>
#include <linux/userfaultfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"
#include "way.h"

static int lock(struct target *target, int argument)
{
	(void)argument;
	return mlock(target->address, target->bytes) ? -errno : 0;
}

/* Of secret memory the kernel says yes, and leaves it locked. */
static int unlock(struct target *target, int argument)
{
	(void)argument;
	if (munlock(target->address, target->bytes))
		return -errno;
	return has_flag(getpid(), target->address, " lo") > 0 ? -WITHOUT_EFFECT : REACHED;
}

static int move(struct target *target, int argument)
{
	void *to = mmap(NULL, target->bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	(void)argument;
	if (to == MAP_FAILED)
		return not_here(errno);
	char *moved = mremap(target->address, target->bytes, target->bytes, MREMAP_MAYMOVE | MREMAP_FIXED, to);
	return moved == MAP_FAILED ? -errno : judge(target, word_at(moved));
}

static int grow(struct target *target, int argument)
{
	const char *grown = mremap(target->address, target->bytes, 2 * target->bytes, MREMAP_MAYMOVE);
	(void)argument;
	return grown == MAP_FAILED ? -errno : judge(target, word_at(grown));
}

/* Of a shared mapping, an old size of 0 asks for a second one. */
static int duplicate(struct target *target, int argument)
{
	const char *second = mremap(target->address, 0, target->bytes, MREMAP_MAYMOVE);
	(void)argument;
	return second == MAP_FAILED ? -errno : judge(target, word_at(second));
}

static int make_executable(struct target *target, int argument)
{
	(void)argument;
	return mprotect(target->address, target->bytes, PROT_READ | PROT_EXEC) ? -errno : 0;
}

static int map_file(struct target *target, int flags)
{
	const void *again = mmap(NULL, target->bytes, PROT_READ | PROT_WRITE, flags, target->descriptor, 0);
	return again == MAP_FAILED ? -errno : judge(target, word_at(again));
}

static int resize(struct target *target, int pages)
{
	return ftruncate(target->descriptor, (off_t)pages * PAGE_BYTES) ? -errno : 0;
}

static int allocate(struct target *target, int argument)
{
	(void)argument;
	return fallocate(target->descriptor, 0, 0, (off_t)target->bytes) ? -errno : 0;
}

static int watch_faults(struct target *target, int argument)
{
	CLOSED const int watch = (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
	struct uffdio_api api = {.api = UFFD_API};
	struct uffdio_register range = {.range = {(uintptr_t)target->address, target->bytes},
					.mode = UFFDIO_REGISTER_MODE_MISSING};
	(void)argument;
	if (watch < 0 || ioctl(watch, UFFDIO_API, &api))
		return not_here(errno);
	return ioctl(watch, UFFDIO_REGISTER, &range) ? -errno : 0;
}

/* Node -1: only say where the page is. */
static int move_page(struct target *target, int node)
{
	void *page = target->address;
	int status = -EBUSY;
	if (node >= 0 && access("/sys/devices/system/node/node1", F_OK))
		return not_here(ENODEV);
	if (syscall(SYS_move_pages, 0, 1ul, &page, node < 0 ? NULL : &node, &status, MPOL_MF_MOVE) < 0)
		return -errno;
	return status < 0 ? status : 0;
}

const struct way MAPPING_WAYS[] = {
	{"mlock", FAMILY_MAPPING, OWN, lock, 0},
	{"munlock", FAMILY_MAPPING, OWN, unlock, 0},
	{"mremap_move", FAMILY_MAPPING, OWN, move, 0},
	{"mremap_grow", FAMILY_MAPPING, OWN, grow, 0},
	{"mremap_duplicate", FAMILY_MAPPING, OWN, duplicate, 0},
	{"mprotect_exec", FAMILY_MAPPING, OWN, make_executable, 0},
	{"map_private", FAMILY_MAPPING, OWN | FILE_TOO, map_file, MAP_PRIVATE},
	{"map_populate", FAMILY_MAPPING, OWN | FILE_TOO, map_file, MAP_SHARED | MAP_POPULATE},
	{"ftruncate_grow", FAMILY_MAPPING, OWN | FILE_TOO, resize, 2 * PAGES},
	{"ftruncate_shrink", FAMILY_MAPPING, OWN | FILE_TOO, resize, 0},
	{"fallocate", FAMILY_MAPPING, OWN | FILE_TOO, allocate, 0},
	{"userfaultfd", FAMILY_MAPPING, OWN, watch_faults, 0},
	{"move_pages_where", FAMILY_MAPPING, OWN, move_page, -1},
	{"move_pages_migrate", FAMILY_MAPPING, OWN, move_page, 1},
	{0},
};
