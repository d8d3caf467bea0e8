/* One process into the memory of another, or of itself, by its number. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "cleanup.h"
#include "way.h"

enum { WORD = sizeof(uint64_t) };
static const uint64_t PRESENT = 1ull << 63, FRAME_BITS = (1ull << 55) - 1;

static int read_process(struct target *target, int argument)
{
	uint64_t word = 0;
	const struct iovec here = {&word, WORD}, there = {target->address, WORD};
	(void)argument;
	return process_vm_readv(target->owner, &here, 1, &there, 1, 0) < 0 ? -errno : judge(target, word);
}

static int write_process(struct target *target, int argument)
{
	const struct iovec here = {&target->other, WORD}, there = {target->address, WORD};
	(void)argument;
	return process_vm_writev(target->owner, &here, 1, &there, 1, 0) < 0 ? -errno : 0;
}

static int open_of(pid_t owner, const char *name, int how)
{
	char path[64];
	snprintf(path, sizeof(path), "/proc/%d/%s", owner, name);
	return open(path, how | O_CLOEXEC);
}

static int use_memory_file(struct target *target, int writes)
{
	uint64_t word = 0;
	const off_t at = (off_t)(uintptr_t)target->address;
	CLOSED const int file = open_of(target->owner, "mem", O_RDWR);
	if (file < 0)
		return -errno;
	if (writes)
		return pwrite(file, &target->other, WORD, at) < 0 ? -errno : 0;
	return pread(file, &word, WORD, at) < 0 ? -errno : judge(target, word);
}

int64_t frame_of(pid_t owner, const void *address)
{
	uint64_t entry = 0;
	const off_t at = (off_t)((uintptr_t)address / PAGE_BYTES * sizeof(entry));
	CLOSED const int file = open_of(owner, "pagemap", O_RDONLY);
	if (file < 0 || pread(file, &entry, sizeof(entry), at) != sizeof(entry))
		return -errno;
	if (!(entry & PRESENT))
		return -ENXIO;
	return entry & FRAME_BITS ? (int64_t)(entry & FRAME_BITS) : -EPERM;
}

int has_flag(pid_t owner, const void *address, const char *flag)
{
	char line[1024];
	unsigned long long begin, end;
	bool here = false;
	snprintf(line, sizeof(line), "/proc/%d/smaps", owner);
	FCLOSED FILE *file = fopen(line, "re");
	if (!file)
		return -errno;
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%llx-%llx ", &begin, &end) == 2)
			here = begin <= (uintptr_t)address && (uintptr_t)address < end;
		else if (here && !strncmp(line, "VmFlags:", 8))
			return strstr(line, flag) != NULL;
	}
	return -ENOENT;
}

static int find_frame(struct target *target, int argument)
{
	const int64_t frame = frame_of(target->owner, target->address);
	(void)argument;
	return frame < 0 ? (int)frame : 0;
}

/* That a secret is there, how large, and since a name goes with it, that it is one. */
static int find_mapping(struct target *target, int argument)
{
	const int found = has_flag(target->owner, target->address, " sh");
	(void)argument;
	return found < 0 ? found : 0;
}

const struct way PROCESS_WAYS[] = {
	{"process_vm_readv", FAMILY_OUTSIDE, OWN | OUTSIDE, read_process, 0},
	{"process_vm_writev", FAMILY_OUTSIDE, OWN | OUTSIDE | WRITES, write_process, 0},
	{"proc_mem_read", FAMILY_OUTSIDE, OWN | OUTSIDE, use_memory_file, false},
	{"proc_mem_write", FAMILY_OUTSIDE, OWN | OUTSIDE | WRITES, use_memory_file, true},
	{0},
};

const struct way TOLD_WAYS[] = {
	{"smaps", FAMILY_TOLD, OWN | OUTSIDE, find_mapping, 0},
	{"pagemap", FAMILY_TOLD, OWN | OUTSIDE, find_frame, 0},
	{0},
};
