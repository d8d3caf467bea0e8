/*
 * The memory given to a virtual machine as its own: a guest of five instructions reads a byte of it. x86 alone.
 *
 * Where the hardware runs the guest, the page has to be mapped for it, which takes a pin. Where KVM emulates the code of
 * real mode, it copies by the owner's mapping.
 */
#include <errno.h>

#include "way.h"

#ifdef __x86_64__
#include <fcntl.h>
#include <linux/kvm.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "cleanup.h"

enum { CODE_AT = 0x1000, DATA_AT = 0x10000, PORT = 0x10, SYSTEM_AT = 0xfffbd000 };

/* mov ax, 0x1000; mov ds, ax; mov al, [0]; out PORT, al; hlt */
static const unsigned char CODE[] = {0xb8, 0x00, 0x10, 0x8e, 0xd8, 0xa0, 0x00, 0x00, 0xe6, PORT, 0xf4};

static int give(int machine, uint32_t slot, uint64_t at, uint64_t bytes, const void *memory)
{
	const struct kvm_userspace_memory_region region = {
		.slot = slot, .guest_phys_addr = at, .memory_size = bytes, .userspace_addr = (uintptr_t)memory};
	return ioctl(machine, KVM_SET_USER_MEMORY_REGION, &region) ? -errno : 0;
}

static int start_at_code(int processor)
{
	struct kvm_sregs segments;
	const struct kvm_regs registers = {.rip = CODE_AT, .rflags = 2};
	if (ioctl(processor, KVM_GET_SREGS, &segments))
		return -errno;
	segments.cs.base = 0;
	segments.cs.selector = 0;
	return ioctl(processor, KVM_SET_SREGS, &segments) || ioctl(processor, KVM_SET_REGS, &registers) ? -errno : 0;
}

/* -EFAULT: the host could not have the page. Any other end than the OUT means that guests do not run here like this. */
static int run(int processor, const struct kvm_run *state, const struct target *target)
{
	if (ioctl(processor, KVM_RUN, 0))
		return errno == EFAULT ? -EFAULT : not_here(errno);
	if (state->exit_reason != KVM_EXIT_IO || state->io.port != PORT)
		return not_here(ENOEXEC);
	const unsigned char byte = *((const unsigned char *)state + state->io.data_offset);
	return byte == (unsigned char)target->word ? REACHED : -WITHOUT_EFFECT;
}

static int set_up(int machine, const struct target *target)
{
	void *code = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (code == MAP_FAILED)
		return -errno;
	memcpy(code, CODE, sizeof(CODE));
	ioctl(machine, KVM_SET_TSS_ADDR, SYSTEM_AT); /* for real mode on Intel; others do not know it */
	const int error = give(machine, 0, CODE_AT, PAGE_BYTES, code);
	return error ? error : give(machine, 1, DATA_AT, target->bytes, target->address);
}

/* Linux 6.11, which the system's headers may be older than. */
struct range_ahead {
	uint64_t gpa, size, flags, padding[5];
};
#define MAP_AHEAD _IOWR(KVMIO, 0xd5, struct range_ahead) /* KVM_PRE_FAULT_MEMORY */

/* Have the page mapped for the guest without running it; only where the hardware walks two tables. */
static int map_ahead(int processor)
{
	struct range_ahead range = {.gpa = DATA_AT, .size = PAGE_BYTES};
	if (!ioctl(processor, MAP_AHEAD, &range))
		return 0;
	return errno == EFAULT ? -EFAULT : not_here(errno);
}

static int run_guest(int kvm, int processor, const struct target *target)
{
	const int bytes = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	const void *state =
		bytes < 0 ? MAP_FAILED : mmap(NULL, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_SHARED, processor, 0);
	if (state == MAP_FAILED || start_at_code(processor))
		return not_here(errno);
	return run(processor, state, target);
}

static int use_guest(struct target *target, int runs)
{
	CLOSED const int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	CLOSED const int machine = kvm < 0 ? -1 : ioctl(kvm, KVM_CREATE_VM, 0);
	if (machine < 0)
		return not_here(errno);
	const int error = set_up(machine, target);
	if (error)
		return error;
	CLOSED const int processor = ioctl(machine, KVM_CREATE_VCPU, 0);
	if (processor < 0)
		return not_here(errno);
	return runs ? run_guest(kvm, processor, target) : map_ahead(processor);
}
#else
static int use_guest(struct target *target, int runs)
{
	(void)target, (void)runs;
	return not_here(ENOSYS);
}
#endif

const struct way GUEST_WAYS[] = {
	{"kvm_run", FAMILY_GUEST, OWN, use_guest, true},
	{"kvm_prefault", FAMILY_GUEST, OWN, use_guest, false},
	{0},
};
