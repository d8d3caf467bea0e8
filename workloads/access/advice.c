/* madvise(2) of every kind but two: MADV_HWPOISON and MADV_SOFT_OFFLINE take memory away from the machine. */
#include <errno.h>
#include <linux/mman.h>
#include <sys/mman.h>
#include <unistd.h>

#include "way.h"

/* Guards: Linux 6.13. */
#ifndef MADV_GUARD_INSTALL
#define MADV_GUARD_INSTALL 102
#define MADV_GUARD_REMOVE 103
#endif
#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif
#ifndef MADV_DONTNEED_LOCKED
#define MADV_DONTNEED_LOCKED 24
#endif

/* Of memory that cannot be merged the kernel says yes, and marks nothing. */
static int is_marked(const struct target *target)
{
	const int found = has_flag(getpid(), target->address, " mg");
	return found < 0 ? found : found ? REACHED : -WITHOUT_EFFECT;
}

static int advise(struct target *target, int advice)
{
	if (madvise(target->address, target->bytes, advice))
		return -errno;
	return advice == MADV_MERGEABLE ? is_marked(target) : 0;
}

#define ADVICE(name, value) {"madvise_" name, FAMILY_ADVICE, OWN, advise, value}

const struct way ADVICE_WAYS[] = {
	ADVICE("normal", MADV_NORMAL),
	ADVICE("random", MADV_RANDOM),
	ADVICE("sequential", MADV_SEQUENTIAL),
	ADVICE("willneed", MADV_WILLNEED),
	ADVICE("dontneed", MADV_DONTNEED),
	ADVICE("free", MADV_FREE),
	ADVICE("remove", MADV_REMOVE),
	ADVICE("dontfork", MADV_DONTFORK),
	ADVICE("dofork", MADV_DOFORK),
	ADVICE("mergeable", MADV_MERGEABLE),
	ADVICE("unmergeable", MADV_UNMERGEABLE),
	ADVICE("hugepage", MADV_HUGEPAGE),
	ADVICE("nohugepage", MADV_NOHUGEPAGE),
	ADVICE("dontdump", MADV_DONTDUMP),
	ADVICE("dodump", MADV_DODUMP),
	ADVICE("wipeonfork", MADV_WIPEONFORK),
	ADVICE("keeponfork", MADV_KEEPONFORK),
	ADVICE("cold", MADV_COLD),
	ADVICE("pageout", MADV_PAGEOUT),
	ADVICE("populate_read", MADV_POPULATE_READ),
	ADVICE("populate_write", MADV_POPULATE_WRITE),
	ADVICE("dontneed_locked", MADV_DONTNEED_LOCKED),
	ADVICE("collapse", MADV_COLLAPSE),
	ADVICE("guard_install", MADV_GUARD_INSTALL),
	ADVICE("guard_remove", MADV_GUARD_REMOVE),
	{0},
};
