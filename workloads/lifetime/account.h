/* What the kernel says of the whole machine's locked memory (/proc/meminfo). */
#ifndef LAB_ACCOUNT_H
#define LAB_ACCOUNT_H

#include <stdint.h>

struct account {
	uint64_t mlocked_bytes, unevictable_bytes;
};

struct account account_read(void);

#endif
