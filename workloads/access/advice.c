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

#define ADVICE(name, value) {name, FAMILY_ADVICE, OWN, advise, value}

const struct way ADVICE_WAYS[] = {
	ADVICE("madvise_normal", MADV_NORMAL),
	ADVICE("madvise_random", MADV_RANDOM),
	ADVICE("madvise_sequential", MADV_SEQUENTIAL),
	ADVICE("madvise_willneed", MADV_WILLNEED),
	ADVICE("madvise_dontneed", MADV_DONTNEED),
	ADVICE("madvise_free", MADV_FREE),
	ADVICE("madvise_remove", MADV_REMOVE),
	ADVICE("madvise_dontfork", MADV_DONTFORK),
	ADVICE("madvise_dofork", MADV_DOFORK),
	ADVICE("madvise_mergeable", MADV_MERGEABLE),
	ADVICE("madvise_unmergeable", MADV_UNMERGEABLE),
	ADVICE("madvise_hugepage", MADV_HUGEPAGE),
	ADVICE("madvise_nohugepage", MADV_NOHUGEPAGE),
	ADVICE("madvise_dontdump", MADV_DONTDUMP),
	ADVICE("madvise_dodump", MADV_DODUMP),
	ADVICE("madvise_wipeonfork", MADV_WIPEONFORK),
	ADVICE("madvise_keeponfork", MADV_KEEPONFORK),
	ADVICE("madvise_cold", MADV_COLD),
	ADVICE("madvise_pageout", MADV_PAGEOUT),
	ADVICE("madvise_populate_read", MADV_POPULATE_READ),
	ADVICE("madvise_populate_write", MADV_POPULATE_WRITE),
	ADVICE("madvise_dontneed_locked", MADV_DONTNEED_LOCKED),
	ADVICE("madvise_collapse", MADV_COLLAPSE),
	ADVICE("madvise_guard_install", MADV_GUARD_INSTALL),
	ADVICE("madvise_guard_remove", MADV_GUARD_REMOVE),
	{0},
};
