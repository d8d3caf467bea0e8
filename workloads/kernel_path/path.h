/*
 * The paths: ways through the kernel on which it reads or writes, at their addresses in its direct map, pages that this
 * process chose. Each visits a track once. Functions return 0 or -errno.
 */
#ifndef LAB_PATH_H
#define LAB_PATH_H

#include "track.h"

enum { MOST_PIECES = 1024, PIPE_PIECES = 256 };

/* What paths need beside the pages; the same for all sets. */
struct tools {
	char *buffer;    /* MOST_PIECES pieces: where copies go */
	uint64_t copied; /* of the track's last pieces, how many lie in the buffer */
	int pipe[2];
	int sender, receiver; /* the two ends of a TCP connection over 127.0.0.1 */
};

struct path {
	const char *name;
	int (*open)(struct tools *tools, const char **step); /* NULL: it needs nothing */
	int (*visit)(struct tools *tools, const struct track *track);
};

enum { PATH_USER, PATH_READV, PATH_PREAD, PATH_PWRITE, PATH_PIPE, PATH_SEND, PATH_CLEAR, PATH_ALG, PATHS };
/* "clear" and "alg" have no visit: fresh.h does the first. */
extern const struct path PATH[PATHS];

int tools_open(struct tools *tools);
void tools_close(struct tools *tools);
#define TOOLS_CLOSED __attribute__((cleanup(tools_close)))
/* Whether the buffer holds what the track's last pages hold. */
bool tools_copied(const struct tools *tools, const struct track *track);

int visit_user(struct tools *tools, const struct track *track);
int visit_readv(struct tools *tools, const struct track *track);
int visit_pread(struct tools *tools, const struct track *track);
int visit_pwrite(struct tools *tools, const struct track *track);
int open_pipe(struct tools *tools, const char **step);
int visit_pipe(struct tools *tools, const struct track *track);
int open_send(struct tools *tools, const char **step);
int visit_send(struct tools *tools, const struct track *track);
/* Always an error: why encryption by AF_ALG is not timed. */
int open_alg(struct tools *tools, const char **step);

#endif
