/* nginx: HTTP/1.1 over a connection that stays open, and the page of its module stub_status. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "server.h"

#define GET "GET / HTTP/1.1\r\nHost: lab\r\n\r\n"
#define COUNT "GET /count HTTP/1.1\r\nHost: lab\r\n\r\n"

static long reply_end(const char *reply, size_t length)
{
	static const char good[] = "HTTP/1.1 200", blank[] = "\r\n\r\n", size[] = "Content-Length:";
	const char *head_end = memmem(reply, length, blank, sizeof(blank) - 1);
	if (!head_end)
		return 0;
	const size_t head = (size_t)(head_end - reply) + sizeof(blank) - 1;
	const char *told = memmem(reply, head, size, sizeof(size) - 1);
	if (!told || strncmp(reply, good, sizeof(good) - 1))
		return -EPROTO;
	const size_t whole = head + strtoul(told + sizeof(size) - 1, NULL, 10);
	return whole <= length ? (long)whole : 0;
}

/* "server accepts handled requests\n 3 3 1234 \n" */
static int read_count(const char *reply, size_t length, uint64_t *count)
{
	static const char title[] = "handled requests\n";
	const char *at = memmem(reply, length, title, sizeof(title) - 1);
	if (!at)
		return -EPROTO;
	char *next = (char *)at + sizeof(title) - 1;
	for (int column = 0; column < 3; column++)
		*count = strtoull(next, &next, 10);
	return 0;
}

const struct protocol NGINX = {
	.name = "nginx",
	.request = {GET, sizeof(GET) - 1},
	.count_request = {COUNT, sizeof(COUNT) - 1},
	.counts_requests = true,
	.reply_end = reply_end,
	.read_count = read_count,
};
