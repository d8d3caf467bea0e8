#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "cleanup.h"

static int connect_unix(const char *path)
{
	struct sockaddr_un place = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(place.sun_path))
		return -EINVAL;
	memcpy(place.sun_path, path, strlen(path) + 1);
	const int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (descriptor < 0 || !connect(descriptor, (struct sockaddr *)&place, sizeof(place)))
		return descriptor < 0 ? -errno : descriptor;
	const int error = -errno;
	close(descriptor);
	return error;
}

/* "127.0.0.1:6379", numbers alone: names would want a resolver. */
static int read_place(const char *address, struct sockaddr_in *place)
{
	char host[INET_ADDRSTRLEN] = "", *end;
	const char *colon = strchr(address, ':');
	if (!colon || (size_t)(colon - address) >= sizeof(host))
		return -EINVAL;
	memcpy(host, address, (size_t)(colon - address));
	const long port = strtol(colon + 1, &end, 10);
	*place = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	const int good = port > 0 && port <= UINT16_MAX && !*end && inet_pton(AF_INET, host, &place->sin_addr) == 1;
	return good ? 0 : -EINVAL;
}

static int connect_tcp(const char *address)
{
	const int at_once = 1;
	struct sockaddr_in place;
	if (read_place(address, &place))
		return -EINVAL;
	const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (descriptor < 0)
		return -errno;
	if (!connect(descriptor, (struct sockaddr *)&place, sizeof(place)) &&
	    !setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &at_once, sizeof(at_once)))
		return descriptor;
	const int error = -errno;
	close(descriptor);
	return error;
}

static int send_whole(int descriptor, const struct message *message)
{
	for (size_t sent = 0; sent < message->length;) {
		const ssize_t now = send(descriptor, message->bytes + sent, message->length - sent, MSG_NOSIGNAL);
		if (now < 0 && errno != EINTR)
			return errno == EPIPE ? -ECONNRESET : -errno;
		sent += now > 0 ? (size_t)now : 0;
	}
	return 0;
}

/* Returns the reply's length or -errno. */
static long receive(struct server *server)
{
	size_t length = 0;
	for (;;) {
		const ssize_t now = recv(server->descriptor, server->reply + length, sizeof(server->reply) - length, 0);
		if (now == 0)
			return length == sizeof(server->reply) ? -EMSGSIZE : -ECONNRESET;
		if (now < 0 && errno != EINTR)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		length += now > 0 ? (size_t)now : 0;
		const long end = server->protocol->reply_end(server->reply, length);
		if (end)
			return end;
	}
}

static long talk(struct server *server, const struct message *message)
{
	const int error = send_whole(server->descriptor, message);
	const long length = error ? error : receive(server);
	server->requests += length > 0;
	return length;
}

int server_open(const struct protocol *protocol, const char *address, struct server *server)
{
	const struct timeval patience = {.tv_sec = PATIENCE_S};
	server->protocol = protocol;
	server->requests = 0;
	server->descriptor = address[0] == '/' ? connect_unix(address) : connect_tcp(address);
	if (server->descriptor < 0)
		return server->descriptor;
	int error = setsockopt(server->descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) ? -errno : 0;
	if (!error && protocol->greeting.length) {
		const long length = talk(server, &protocol->greeting);
		error = length < 0 ? (int)length : 0;
	}
	if (error)
		server_close(server);
	return error;
}

void server_close(struct server *server)
{
	close_descriptor(&server->descriptor);
	server->descriptor = -1;
}

int server_ask(struct server *server)
{
	const long length = talk(server, &server->protocol->request);
	return length < 0 ? (int)length : 0;
}

int server_count(struct server *server, uint64_t *count)
{
	const long length = talk(server, &server->protocol->count_request);
	if (length < 0)
		return (int)length;
	const int error = server->protocol->read_count(server->reply, (size_t)length, count);
	if (!error && server->protocol->counts_requests)
		*count -= server->requests;
	return error;
}
