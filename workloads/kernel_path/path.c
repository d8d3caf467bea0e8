#include "path.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cleanup.h"
#include "memory.h"

const struct path PATH[PATHS] = {
	[PATH_USER] = {"user", NULL, visit_user},      [PATH_READV] = {"readv", NULL, visit_readv},
	[PATH_PREAD] = {"pread", NULL, visit_pread},   [PATH_PWRITE] = {"pwrite", NULL, visit_pwrite},
	[PATH_PIPE] = {"pipe", open_pipe, visit_pipe}, [PATH_SEND] = {"send", open_send, visit_send},
	[PATH_CLEAR] = {"clear", NULL, NULL},          [PATH_ALG] = {"alg", open_alg, NULL},
};

int tools_open(struct tools *tools)
{
	*tools = (struct tools){.pipe = {-1, -1}, .sender = -1, .receiver = -1};
	tools->buffer = populated(MOST_PIECES * PIECE_BYTES);
	return tools->buffer ? 0 : -ENOMEM;
}

void tools_close(struct tools *tools)
{
	const int files[] = {tools->pipe[0], tools->pipe[1], tools->sender, tools->receiver};
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		close_descriptor(&files[i]);
}

bool tools_copied(const struct tools *tools, const struct track *track)
{
	const uint64_t first = track->count - tools->copied;
	for (uint64_t i = 0; i < tools->copied; i++) {
		const uint64_t *line = (const uint64_t *)(tools->buffer + i * PIECE_BYTES);
		if (line[FRAME_WORD] != track->frame[first + i])
			return false;
	}
	return true;
}

/* The kernel's own ciphers on a program's pages: looked for and not used (docs/methodology.md says why). */
int open_alg(struct tools *tools, const char **step)
{
	(void)tools;
	*step = "socket(AF_ALG)";
	CLOSED const int file = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	return file < 0 ? -errno : -EOPNOTSUPP;
}
