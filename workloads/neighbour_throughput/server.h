/*
 * A server that is asked over its own protocol: one request after the other, and how much it has done for everybody.
 *
 * The requests are few, open loop and the same in all windows. They time the server; its load comes from its usual
 * generator beside them.
 */
#ifndef LAB_SERVER_H
#define LAB_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { REPLY_BYTES = 16384, PATIENCE_S = 5 };

struct message {
	const char *bytes;
	size_t length;
};

/* How one kind of server is spoken to. */
struct protocol {
	const char *name;
	struct message greeting; /* none: length 0 */
	struct message request, count_request;
	bool counts_requests; /* whether its count has these requests in it */
	/* Where the first whole reply ends; 0: not all of it is there; -EPROTO: it is a complaint, or none at all. */
	long (*reply_end)(const char *reply, size_t length);
	/* Read the count out of a whole reply; returns 0 or -EPROTO. */
	int (*read_count)(const char *reply, size_t length, uint64_t *count);
};

struct server {
	const struct protocol *protocol;
	int descriptor;
	uint64_t requests; /* that were answered */
	char reply[REPLY_BYTES];
};

extern const struct protocol REDIS, NGINX, POSTGRESQL;

/*
 * Connect to "/a/unix/socket" or "127.0.0.1:6379" and greet. Returns 0 or -errno: -EPROTO where it is not what it should
 * be, -EINVAL where the address is none, -ETIMEDOUT where it is silent for PATIENCE_S.
 */
int server_open(const struct protocol *protocol, const char *address, struct server *server);
void server_close(struct server *server);
#define SERVER_CLOSED __attribute__((cleanup(server_close)))
/* Ask once and wait for the whole answer. Returns 0 or -errno: -ECONNRESET where the server has gone. */
int server_ask(struct server *server);
/* How much it has done for others than this process, from any start. Returns 0 or -errno. */
int server_count(struct server *server, uint64_t *count);
/* Which server the victims of this program ask (asker.c). */
void asker_turn_to(const char *address);

#endif
