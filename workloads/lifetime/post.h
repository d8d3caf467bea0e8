/* The post: a descriptor sent over a unix socket (SCM_RIGHTS), received, or looked at while it is still on its way. */
#ifndef LAB_POST_H
#define LAB_POST_H

#include <stdbool.h>

/* Returns 0 or -errno. */
int post_send(int line, int descriptor);
/* Returns the descriptor or -errno. With `stays` the message is left where it is, and what comes is a copy. */
int post_receive(int line, bool stays);

#endif
