/*
 * A keeper: a child that does what it is asked, one byte at a time, and that ends as it is told: by its own exit, by
 * SIGKILL, or as another program that took its place by execve(2).
 */
#ifndef LAB_KEEPER_H
#define LAB_KEEPER_H

#include <stdbool.h>
#include <sys/types.h>

/*
 * Done in the child, with its copy of the context. Returns 0 or -errno. Before an execve it is told so by the wish
 * KEEPER_EXECUTES, and what it returns then counts for nothing.
 */
typedef int (*keeper_work)(char wish, void *context);
enum { KEEPER_EXECUTES = 0 };

struct keeper {
	pid_t pid; /* 0: there is none */
	int line;
};

/* Returns 0 or -errno, with none left. It ends when this process does. */
int keeper_start(struct keeper *keeper, keeper_work work, void *context);
/* Do what is asked on the other end of a line, for a child that was made otherwise. Ends with the line. */
_Noreturn void keeper_serve(keeper_work work, void *context, int line);
/* What the work returned; -EFAULT where the keeper died of it, as of a page beyond the limit. */
int keeper_ask(struct keeper *keeper, char wish);
/* The same in two: say it, and go on; wait for the answer. */
int keeper_tell(const struct keeper *keeper, char wish);
int keeper_hear(const struct keeper *keeper);
/* Have it execute this program's own file anew, and wait until that runs: main has to call keeper_arrive() first. */
int keeper_execute(struct keeper *keeper);
/*
 * In the new image: whether it is one; then it has been kept until it was ended, and main returns. It does what it is
 * asked; nothing where `work` is NULL.
 */
bool keeper_arrive(int argc, char **argv, keeper_work work, void *context);
/* Wait for its exit; ask for that first, or kill it. */
void keeper_end(struct keeper *keeper);
void keeper_kill(struct keeper *keeper);
#define ENDED __attribute__((cleanup(keeper_end)))

#endif
