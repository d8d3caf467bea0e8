/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The chain of directmap.bpf.c's follow(), by loads of the CPU alone: bpf_rdonly_cast (Linux 6.2) says that an address
 * is that of a list_head, and its `next` is then read by a single instruction, whose fault gives 0. Called once a read,
 * the helper takes 6 to 45 ns by itself, and what takes no longer is done meanwhile and not seen.
 */
#include <linux/bpf.h>
/* These want what is above. */
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "directmap_context.h"

enum { LOADS = 64 };

char LICENSE[] SEC("license") = "Dual MIT/GPL";

struct list_head {
	struct list_head *next;
} __attribute__((preserve_access_index));

extern void *bpf_rdonly_cast(const void *at, __u32 type) __ksym;

static __always_inline long read(__u64 *at)
{
	return bpf_probe_read_kernel(at, sizeof(*at), (void *)*at) != 0;
}

static long follow_one(__u32 index, void *at)
{
	return read(at);
}

/* The last by the helper: what it gives is a number again to the verifier. */
static long follow_some(__u32 index, void *place)
{
	__u64 *at = place;
	struct list_head *link = bpf_rdonly_cast((void *)*at, bpf_core_type_id_kernel(struct list_head));
#pragma unroll
	for (int i = 1; i < LOADS; i++)
		link = link->next;
	return bpf_probe_read_kernel(at, sizeof(*at), link) != 0;
}

SEC("syscall")
int follow(struct directmap_context *context)
{
	__u64 at = context->at;
	const __u64 count = context->count, begun = bpf_ktime_get_ns();
	bpf_loop(count / LOADS, follow_some, &at, 0);
	bpf_loop(count % LOADS, follow_one, &at, 0);
	context->ns = bpf_ktime_get_ns() - begun;
	context->at = at;
	return 0;
}
