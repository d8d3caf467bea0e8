/* The paths that hand pages on by reference and read them later: through a pipe, and through a TCP connection. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "cleanup.h"
#include "path.h"

enum { SOCKET_BYTES = 1 << 20, PATIENCE_S = 10 };

int open_pipe(struct tools *tools, const char **step)
{
	*step = "pipe2";
	if (pipe2(tools->pipe, O_CLOEXEC))
		return -errno;
	*step = "F_SETPIPE_SZ";
	return fcntl(tools->pipe[1], F_SETPIPE_SZ, PIPE_PIECES * 4096) < 0 ? -errno : 0;
}

/* vmsplice(2) puts the pages themselves into the pipe; read(2) copies out of them. */
static int through_pipe(struct tools *tools, const struct iovec *piece, uint64_t count)
{
	const ssize_t bytes = (ssize_t)(count * PIECE_BYTES);
	ssize_t done = vmsplice(tools->pipe[1], piece, count, 0);
	if (done == bytes)
		done = read(tools->pipe[0], tools->buffer, (size_t)bytes);
	if (done < 0)
		return -errno;
	return done == bytes ? 0 : -EIO;
}

int visit_pipe(struct tools *tools, const struct track *track)
{
	int error = 0;
	for (uint64_t at = 0; !error && at < track->count; at += tools->copied) {
		const uint64_t left = track->count - at;
		tools->copied = left < PIPE_PIECES ? left : PIPE_PIECES;
		error = through_pipe(tools, track->piece + at, tools->copied);
	}
	return error;
}

/* Room for a whole batch on both sides, so that nobody has to wait for the other; and an end to waiting. */
static void equip(int file)
{
	const int bytes = SOCKET_BYTES, on = 1;
	const struct timeval patience = {.tv_sec = PATIENCE_S};
	setsockopt(file, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	setsockopt(file, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof(bytes));
	setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

int open_send(struct tools *tools, const char **step)
{
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t length = sizeof(address);
	*step = "socket";
	CLOSED const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	tools->sender = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0 || tools->sender < 0)
		return -errno;
	equip(listener);
	equip(tools->sender);
	*step = "connect";
	if (bind(listener, (const struct sockaddr *)&address, length) || listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&address, &length) ||
	    connect(tools->sender, (const struct sockaddr *)&address, length))
		return -errno;
	tools->receiver = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	return tools->receiver < 0 ? -errno : 0;
}

static int cork(int file, int on)
{
	return setsockopt(file, IPPROTO_TCP, TCP_CORK, &on, sizeof(on)) ? -errno : 0;
}

static int send_some(const struct tools *tools, const struct track *track, uint64_t at, uint64_t count)
{
	int error = cork(tools->sender, 1);
	for (uint64_t i = at; !error && i < at + count; i++) {
		off_t offset = track->offset[i];
		const ssize_t done = sendfile(tools->sender, track->file[i], &offset, PIECE_BYTES);
		error = done < 0 ? -errno : done == PIECE_BYTES ? 0 : -EIO;
	}
	return error ? error : cork(tools->sender, 0);
}

/* sendfile(2) hands the pages on as fragments; the receiver's recv(2) copies out of them. */
int visit_send(struct tools *tools, const struct track *track)
{
	int error = 0;
	for (uint64_t at = 0; !error && at < track->count; at += tools->copied) {
		const uint64_t left = track->count - at;
		tools->copied = left < PIPE_PIECES ? left : PIPE_PIECES;
		const size_t bytes = tools->copied * PIECE_BYTES;
		error = send_some(tools, track, at, tools->copied);
		const ssize_t done = error ? 0 : recv(tools->receiver, tools->buffer, bytes, MSG_WAITALL);
		if (!error)
			error = done < 0 ? -errno : (size_t)done == bytes ? 0 : -EIO;
	}
	return error;
}
