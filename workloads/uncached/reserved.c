#include "reserved.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "memory.h"

enum { PAGE_BYTES = 4096, PATH_BYTES = 4096 };
static const uint64_t PROBE = 0x5ec7e7a11ab0a7e5;

int reserved_read(const char *text, struct memory_range *range)
{
	uint64_t last;
	int end = 0;
	if (sscanf(text, "%" SCNx64 "-%" SCNx64 "%n", &range->first, &last, &end) != 2 || text[end] || text[0] == '-')
		return -EINVAL;
	range->end = last + 1;
	return range->first < range->end && !(range->first % PAGE_BYTES) && !(range->end % PAGE_BYTES) ? 0 : -EINVAL;
}

static int check(const char *folder, const struct memory_range *range, size_t bytes, const char **why)
{
	char path[PATH_BYTES];
	snprintf(path, sizeof(path), "%s/iomem", folder ? folder : "/proc");
	*why = "the range that was named is smaller than what is to lie in it";
	if (range->end - range->first < bytes)
		return -EACCES;
	const int error = iomem_check_reserved(path, range);
	*why = error == -EPERM ? "the memory map is told without addresses"
			       : "the range that was named is not wholly reserved memory that nothing else is in";
	return error;
}

/* The device answers with EPERM where the kernel is locked down, or is built to keep it from such memory. */
static int open_device(const char *folder, struct reserved *reserved, const char **why)
{
	char path[PATH_BYTES];
	snprintf(path, sizeof(path), "%s/mem", folder ? folder : "/dev");
	reserved->device = open(path, O_RDWR | O_SYNC | O_CLOEXEC);
	*why = "memory cannot be reached by its physical address: there is no /dev/mem";
	if (reserved->device < 0 && errno == ENOENT)
		return -ENODEV;
	*why = "the kernel does not let /dev/mem be opened";
	return reserved->device < 0 ? -errno : 0;
}

/* Every word on its own, and none wider than 8 bytes: it may be memory that is mapped as a device's. */
static void move_words(volatile uint64_t *to, const volatile uint64_t *from, size_t bytes)
{
	for (size_t i = 0; i < bytes / sizeof(*to); i++)
		to[i] = from ? from[i] : 0;
}

/* One word, which is put back at once. */
static bool is_memory(volatile uint64_t *word)
{
	const uint64_t found = *word;
	*word = PROBE;
	const bool kept = *word == PROBE;
	*word = found;
	return kept;
}

static int map(const struct memory_range *range, struct reserved *reserved, const char **why)
{
	*why = "the kernel does not map that range of /dev/mem";
	void *address =
		mmap(NULL, reserved->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, reserved->device, (off_t)range->first);
	if (address == MAP_FAILED)
		return -errno;
	reserved->address = address;
	return 0;
}

/* Take the range over: what lay there is kept, and it is zero then. */
static int take(struct reserved *reserved, const char **why)
{
	volatile uint64_t *words = (volatile uint64_t *)(void *)reserved->address;
	*why = "the range that was named does not hold what is written to it";
	for (size_t at = 0; at < reserved->bytes; at += PAGE_BYTES)
		if (!is_memory(words + at / sizeof(*words)))
			return -EACCES;
	*why = "there is no room to keep what lies in the range";
	reserved->found = populated(reserved->bytes);
	if (!reserved->found)
		return -ENOMEM;
	move_words(reserved->found, words, reserved->bytes);
	move_words(words, NULL, reserved->bytes);
	return 0;
}

int reserved_map(const char *folder, const struct memory_range *range, size_t bytes, struct reserved *reserved,
		 const char **step, const char **why)
{
	*reserved = (struct reserved){.bytes = bytes, .device = -1};
	*step = "reserved";
	int error = check(folder, range, bytes, why);
	if (error)
		return error;
	*step = "dev-mem";
	error = open_device(folder, reserved, why);
	error = error ? error : map(range, reserved, why);
	if (error)
		return error;
	*step = "reserved";
	return take(reserved, why);
}

void reserved_unmap(struct reserved *reserved)
{
	if (reserved->found) {
		move_words((volatile uint64_t *)(void *)reserved->address, reserved->found, reserved->bytes);
		munmap(reserved->found, reserved->bytes);
	}
	if (reserved->address)
		munmap(reserved->address, reserved->bytes);
	if (reserved->device >= 0)
		close(reserved->device);
	*reserved = (struct reserved){.device = -1};
}
