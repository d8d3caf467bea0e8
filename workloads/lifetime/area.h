/*
 * The area: memory of one kind as a process sees it that has it, or the descriptor of it, and what it can do with it.
 *
 * Each process of a trial has its own copy of `struct area`; what they tell each other is in the notice, which they
 * share, and which a new image finds again by its descriptor.
 */
#ifndef LAB_AREA_H
#define LAB_AREA_H

#include <stdint.h>
#include <sys/types.h>

#include "memory.h"
#include "pin.h"

/* What a process is asked, besides KEEPER_EXECUTES. Those that may end the area note the time just before they do. */
enum wish {
	FILL = 'f',
	CHECK = 'w', /* read the words, by a mapping made for it where there is none */
	PEEK = 'p',  /* the same with the descriptor that is still in the socket */
	UNMAP = 'u',
	CLOSE = 'c',
	LEAVE = 'x', /* exit */
	SEND = 's',
	RECEIVE = 'r',
	HANG_UP = 'h',    /* close the socket */
	LEAVE_OPEN = 'o', /* have the descriptor survive an execve */
	ARRIVE = 'a',     /* nothing but to be there, in a new image */
	BEAR = 'b',       /* fork */
};

struct notice {
	uint64_t pages, nonce, locked_bytes, begun;
	const char *step; /* of the first image, and valid in it alone */
	pid_t child;
	bool counter, open_after_execve;
	uint64_t frame[]; /* `pages` of them, and as many answers to CHECK */
};

struct area {
	const struct backing *backing;
	struct region region;
	int post[2]; /* what is sent to [0] waits in [1] */
	int line[2]; /* for a child of this process: the asker's end, the child's */
	const struct cpu_list *cpus;
	const char **step;
	struct notice *notice;
};

/* Make the notice, and the area with nothing in it. Returns 0 or -errno. */
int area_open(struct area *area, const struct backing *backing, uint64_t pages, const struct cpu_list *cpus);
void area_close(struct area *area);
/* The work of a keeper (keeper.h); in a new image it first finds what came along. */
int area_work(char wish, void *area);
/* The answers to CHECK: 1 for each page that holds its word. */
static inline uint64_t *area_same(const struct area *area)
{
	return area->notice->frame + area->notice->pages;
}
/* Note that what ends the area is about to happen. */
void area_stamp(const struct area *area);

#endif
