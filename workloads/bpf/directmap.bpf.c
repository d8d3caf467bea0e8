/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The kernel's own reads of its direct map. Run by hand (BPF_PROG_TEST_RUN) on behalf of a process that has CAP_BPF and
 * CAP_PERFMON; attached to nothing. Which addresses are read is the process's affair: see native/directmap.h.
 *
 * A program of the kind "syscall" gets its context from ctx_in and writes its answer back into it.
 */
#include <linux/bpf.h>
/* These want what is above. */
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "directmap_context.h"

char LICENSE[] SEC("license") = "Dual MIT/GPL";

struct mm_struct {
	void *pgd;
} __attribute__((preserve_access_index));

struct task_struct {
	struct mm_struct *mm;
} __attribute__((preserve_access_index));

struct page {
	__u64 word[WORDS_A_PAGE];
};

/* Where to read; after the call, 0 or -errno for each. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, MOST_READS);
	__type(key, __u32);
	__type(value, __u64);
} address SEC(".maps");

/* What was read. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, MOST_READS);
	__type(key, __u32);
	__type(value, struct page);
} page SEC(".maps");

/* The top page table of this process, whose kernel half all processes share. */
SEC("syscall")
int find_root(struct directmap_context *context)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	context->at = (__u64)BPF_CORE_READ(task, mm, pgd);
	return 0;
}

/* Inlined, so that the size is a constant to the verifier. */
static __always_inline long copy(__u32 index, __u32 bytes)
{
	__u64 *from = bpf_map_lookup_elem(&address, &index);
	struct page *to = bpf_map_lookup_elem(&page, &index);
	if (!from || !to)
		return 1;
	*from = (__u64)bpf_probe_read_kernel(to, bytes, (void *)*from);
	return 0;
}

static long copy_page(__u32 index, void *unused)
{
	return copy(index, sizeof(struct page));
}

/* Copy `count` whole pages, 4 KB each. */
SEC("syscall")
int copy_pages(struct directmap_context *context)
{
	bpf_loop(context->count, copy_page, NULL, 0);
	return 0;
}

static long copy_word(__u32 index, void *unused)
{
	return copy(index, sizeof(__u64));
}

/* Read the first word of `count` places. */
SEC("syscall")
int copy_words(struct directmap_context *context)
{
	bpf_loop(context->count, copy_word, NULL, 0);
	return 0;
}

static long follow_one(__u32 index, void *at)
{
	return bpf_probe_read_kernel(at, sizeof(__u64), (void *)*(__u64 *)at) != 0;
}

/* Follow a chain in which each word read is the address of the next, and time the whole of it; see loads.bpf.c. */
SEC("syscall")
int follow(struct directmap_context *context)
{
	__u64 at = context->at;
	const __u64 begun = bpf_ktime_get_ns();
	context->count = bpf_loop(context->count, follow_one, &at, 0);
	context->ns = bpf_ktime_get_ns() - begun;
	context->at = at;
	return 0;
}

/* Read a word of the calling process by its own mapping, as code that may not sleep; `at` is where, then what. */
SEC("syscall")
int read_user(struct directmap_context *context)
{
	__u64 word = 0;
	context->count = bpf_probe_read_user(&word, sizeof(word), (void *)context->at);
	context->at = word;
	return 0;
}

/* The same as a system call does it. */
SEC("syscall")
int copy_user(struct directmap_context *context)
{
	__u64 word = 0;
	context->count = bpf_copy_from_user(&word, sizeof(word), (void *)context->at);
	context->at = word;
	return 0;
}
