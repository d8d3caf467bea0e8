/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/* What passes between native/directmap.c and its BPF programs. */
#ifndef LAB_DIRECTMAP_CONTEXT_H
#define LAB_DIRECTMAP_CONTEXT_H

#include <linux/types.h>

enum { WORDS_A_PAGE = 512, MOST_READS = 512 };

struct directmap_context {
	__u64 at;
	__u64 count;
	__u64 ns;
};

#endif
