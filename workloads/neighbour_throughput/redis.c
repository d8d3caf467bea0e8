/* Redis and Valkey: RESP, in which every reply is a line, and a bulk one is followed by as many bytes as it says. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "server.h"

#define GET "*2\r\n$3\r\nGET\r\n$16\r\nkey:000000000001\r\n"
#define INFO "*2\r\n$4\r\nINFO\r\n$5\r\nstats\r\n"

static long reply_end(const char *reply, size_t length)
{
	const char *line_end = memchr(reply, '\n', length);
	if (!line_end)
		return 0;
	const long line = line_end + 1 - reply;
	if (reply[0] == '+' || reply[0] == ':')
		return line;
	if (reply[0] != '$')
		return -EPROTO;
	const long bytes = strtol(reply + 1, NULL, 10);
	if (bytes < 0)
		return line; /* there is no such key */
	return (size_t)(line + bytes + 2) <= length ? line + bytes + 2 : 0;
}

static int read_count(const char *reply, size_t length, uint64_t *count)
{
	static const char name[] = "total_commands_processed:";
	const char *at = memmem(reply, length, name, sizeof(name) - 1);
	if (!at)
		return -EPROTO;
	*count = strtoull(at + sizeof(name) - 1, NULL, 10);
	return 0;
}

const struct protocol REDIS = {
	.name = "redis",
	.request = {GET, sizeof(GET) - 1},
	.count_request = {INFO, sizeof(INFO) - 1},
	.counts_requests = true,
	.reply_end = reply_end,
	.read_count = read_count,
};
