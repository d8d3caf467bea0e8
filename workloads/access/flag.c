#include "flag.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cleanup.h"

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

static bool is_taken(unsigned int flags)
{
	CLOSED const int descriptor = (int)syscall(SYS_memfd_secret, flags);
	const int set = descriptor < 0 ? 0 : fcntl(descriptor, F_GETFD);
	return descriptor >= 0 && !(set & FD_CLOEXEC) == !(flags & O_CLOEXEC);
}

static bool is_refused(unsigned int flags)
{
	CLOSED const int descriptor = (int)syscall(SYS_memfd_secret, flags);
	return descriptor < 0 && errno == EINVAL;
}

int flags_try(uint64_t taken[2], uint64_t refused[FLAG_BITS - 1])
{
	CLOSED const int descriptor = (int)syscall(SYS_memfd_secret, 0);
	if (descriptor < 0)
		return -errno;
	taken[0] = is_taken(0);
	taken[1] = is_taken(O_CLOEXEC);
	for (int bit = 0, place = 0; bit < FLAG_BITS; bit++)
		if (1u << bit != O_CLOEXEC)
			refused[place++] = is_refused(1u << bit);
	return 0;
}
