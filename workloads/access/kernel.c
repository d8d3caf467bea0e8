/*
 * The kernel itself, as root can have it read: BPF programs by the owner's mapping and by the direct map, and the files
 * of all memory. /dev/mem is read and never written.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cleanup.h"
#include "directmap.h"
#include "way.h"

/* In the owner's own context, so that the mapping is at hand. */
static int read_by_mapping(struct target *target, int may_sleep)
{
	struct directmap map DIRECTMAP_CLOSED = {.object = NULL};
	const char *step;
	uint64_t word = 0;
	const int error = directmap_open(&map, &step);
	if (error)
		return not_here(-error);
	const int refused = directmap_read_user(&map, target->address, may_sleep, &word);
	return refused ? refused : judge(target, word);
}

static int read_frame(struct directmap *map, const struct target *target, uint64_t frame)
{
	uint64_t word = 0;
	bool failed = false;
	const int error = directmap_read(map, &frame, 1, &word, &failed);
	if (error)
		return not_here(-error);
	if (failed)
		return -EFAULT;
	return word ? judge(target, word) : -ENODATA;
}

/*
 * Given up, the page is read where the kernel has it again. It is RAM that was this process's own a moment ago; of what
 * is there now, nothing is kept but whether it is still the word. ENODATA: it is zero.
 */
static int read_direct_map(struct target *target, int gives_up)
{
	struct directmap map DIRECTMAP_CLOSED = {.object = NULL};
	const char *step;
	const int64_t frame = frame_of(target->owner, target->address);
	const int error = frame < 0 ? (int)frame : directmap_open(&map, &step);
	if (error)
		return not_here(-error);
	if (gives_up) {
		munmap(target->address, target->bytes);
		close(target->descriptor);
	}
	return read_frame(&map, target, (uint64_t)frame);
}

static int read_device(struct target *target, int argument)
{
	uint64_t word = 0;
	(void)argument;
	CLOSED const int file = open("/dev/mem", O_RDONLY | O_CLOEXEC);
	const int64_t frame = file < 0 ? -errno : frame_of(target->owner, target->address);
	if (frame < 0)
		return not_here((int)-frame);
	return pread(file, &word, sizeof(word), (off_t)frame * PAGE_BYTES) < 0 ? -errno : judge(target, word);
}

/* Where a physical address is in /proc/kcore, by its program headers; 0 where it is nowhere. */
static off_t place_in_core(int core, uint64_t physical)
{
	Elf64_Ehdr head;
	Elf64_Phdr part;
	if (pread(core, &head, sizeof(head), 0) != sizeof(head))
		return 0;
	for (uint64_t i = 0; i < head.e_phnum; i++) {
		if (pread(core, &part, sizeof(part), (off_t)(head.e_phoff + i * sizeof(part))) != sizeof(part))
			return 0;
		const uint64_t inside = physical - part.p_paddr;
		if (part.p_type == PT_LOAD && part.p_paddr != UINT64_MAX && inside < part.p_memsz)
			return (off_t)(part.p_offset + inside);
	}
	return 0;
}

static int read_kernel_core(struct target *target, int argument)
{
	uint64_t word = 0;
	(void)argument;
	CLOSED const int core = open("/proc/kcore", O_RDONLY | O_CLOEXEC);
	const int64_t frame = core < 0 ? -errno : frame_of(target->owner, target->address);
	if (frame < 0)
		return not_here((int)-frame);
	const off_t at = place_in_core(core, (uint64_t)frame * PAGE_BYTES);
	if (!at)
		return not_here(ENXIO);
	return pread(core, &word, sizeof(word), at) < 0 ? -errno : judge(target, word);
}

const struct way KERNEL_WAYS[] = {
	{"bpf_probe_read_user", FAMILY_BY_MAPPING, OWN | ROOT, read_by_mapping, false},
	{"bpf_copy_from_user", FAMILY_BY_MAPPING, OWN | ROOT, read_by_mapping, true},
	{"direct_map", FAMILY_KERNEL, OUTSIDE | ROOT, read_direct_map, false},
	{"dev_mem", FAMILY_MACHINE, OUTSIDE | ROOT, read_device, 0},
	{"proc_kcore", FAMILY_MACHINE, OUTSIDE | ROOT, read_kernel_core, 0},
	{"after_free", FAMILY_AFTER, OWN | ROOT, read_direct_map, true},
	{0},
};
