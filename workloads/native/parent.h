/* The parent: a process that is to end together with the one that started it. */
#ifndef LAB_PARENT_H
#define LAB_PARENT_H

#include <sys/types.h>

/* Be killed when `parent` ends. Returns 0, or -ESRCH where it is not, or no longer, the parent. */
int parent_follow(pid_t parent);
/*
 * Follow the parent where LAB_PARENT_PID names it, as the harness does, which leaves nothing behind even when it is
 * killed; a program that a person starts by hand outlives the shell as any other. Returns 0 or -ESRCH.
 */
int parent_follow_as_told(void);

#endif
