/*
 * A way to get at the bytes of some memory: an attempt that is made in a process of its own, by its owner, by a child
 * that has it too, or from outside by another process.
 *
 * An attempt returns 0 where it did what it is for (the right bytes came or went, or the kernel did as asked), -errno
 * where the kernel refused, and else minus one of the codes below. What is recorded is the code without the sign.
 */
#ifndef LAB_WAY_H
#define LAB_WAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum outcome {
	REACHED = 0,           /* 1 to 4095: the errno of the refusal */
	KILLED = 4096,         /* and the number of the signal that ended the process */
	WITHOUT_EFFECT = 8192, /* the kernel said yes, and the bytes were not there, or nothing was done */
	NOT_HERE = 16384,      /* and the errno: what the way needs is not to be had here, so it was not tried */
};

enum { PAGE_BYTES = 4096, PAGES = 4 };

/* What an attempt is made on; shared by the processes of an attempt. */
struct target {
	char *address;
	size_t bytes;
	int descriptor;
	pid_t owner;
	uint64_t word;  /* stands at `address` */
	uint64_t other; /* what is to stand there after a way that writes */
	uint64_t given; /* what the owner handed over; see debugger.c */
	char folder[256];
};

typedef int (*attempt_function)(struct target *target, int argument);

/* Who tries a way, and how it is looked at afterwards. */
enum {
	OWN = 1,       /* on memory of the process itself: the owner, a child, root */
	OUTSIDE = 2,   /* on memory of another process: another of the same user, root */
	ROOT = 4,      /* root alone */
	WRITES = 8,    /* afterwards `other` has to stand at the address */
	FILE_TOO = 16, /* it needs a descriptor */
};

/* What ways have in common; proofs are about families. */
enum family {
	FAMILY_PLAIN,      /* instructions by the own mapping */
	FAMILY_COPY,       /* system calls that copy by the caller's mapping */
	FAMILY_PIN,        /* system calls that pin the page for another part of the kernel */
	FAMILY_DMA,        /* the same for a device */
	FAMILY_GUEST,      /* memory of a virtual machine */
	FAMILY_DESCRIPTOR, /* the file instead of the mapping */
	FAMILY_OUTSIDE,    /* by the number of a process */
	FAMILY_TAKEOVER,   /* what the right to debug the owner brings */
	FAMILY_TOLD,       /* not the bytes, but that there are some */
	FAMILY_CORE,       /* core files */
	FAMILY_BY_MAPPING, /* kernel code by the owner's mapping */
	FAMILY_KERNEL,     /* kernel code by its own map of all memory */
	FAMILY_MACHINE,    /* files of all memory of the machine */
	FAMILY_AFTER,      /* the same when the page was given up */
	FAMILY_MAPPING,    /* what is done with the mapping and its file */
	FAMILY_ADVICE,     /* madvise */
	FAMILY_COUNT,
};

struct way {
	const char *name;
	enum family family;
	unsigned int by;
	attempt_function attempt;
	int argument;
};

/* Each ends with a NULL name. */
extern const struct way PLAIN_WAYS[], COPY_WAYS[], RING_WAYS[], PIN_WAYS[], DESCRIPTOR_WAYS[], PROCESS_WAYS[],
	DEBUGGER_WAYS[], MAPPING_WAYS[], ADVICE_WAYS[], TOLD_WAYS[], CORE_WAYS[], GUEST_WAYS[], KERNEL_WAYS[];

static inline uint64_t word_at(const void *address)
{
	return *(const volatile uint64_t *)address;
}

static inline int judge(const struct target *target, uint64_t word)
{
	return word == target->word ? REACHED : -WITHOUT_EFFECT;
}

static inline int not_here(int error)
{
	return -(NOT_HERE + error);
}

/* The frame of a page of any process, or -errno; -EPERM where the kernel hides it. */
int64_t frame_of(pid_t owner, const void *address);
/* Whether the mapping at an address has a two-letter flag in the VmFlags of smaps; -errno where that cannot be read. */
int has_flag(pid_t owner, const void *address, const char *flag);

#endif
