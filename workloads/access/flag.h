/* The flags of memfd_secret(2), each bit tried alone. */
#ifndef LAB_FLAG_H
#define LAB_FLAG_H

#include <stdint.h>

enum { FLAG_BITS = 32 };

/*
 * `taken`: of no flag and of O_CLOEXEC, 1 where the call takes it and the descriptor is as it says. `refused`: of every
 * other bit, 1 where the call says EINVAL. Returns 0, or -errno where there is no such call.
 */
int flags_try(uint64_t taken[2], uint64_t refused[FLAG_BITS - 1]);

#endif
