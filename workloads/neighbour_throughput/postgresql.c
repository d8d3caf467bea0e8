/*
 * PostgreSQL: its protocol 3.0, simple queries, as a user that is trusted.
 *
 * What is counted are transactions that wrote: each takes one number of the next (the xid), and a snapshot tells at once
 * how far they have come. Its statistics (pg_stat_database) would not do: a session reports to them once a second at
 * most (PGSTAT_MIN_INTERVAL in pgstat.c). What this process asks only reads, and takes no number.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "server.h"

enum { TAG_BYTES = 1, LENGTH_BYTES = 4, ROW_HEAD_BYTES = TAG_BYTES + LENGTH_BYTES + 2 + 4 };

#define START "\0\0\0\x24\0\x03\0\0user\0lab\0database\0postgres\0" /* and the zero that ends it */
#define READ "SELECT abalance FROM pgbench_accounts WHERE aid = 1"
#define SNAPSHOT "SELECT txid_snapshot_xmax(txid_current_snapshot())"
#define QUERY(length, text) "Q\0\0\0" length text "\0"

static size_t read_length(const char *at)
{
	const unsigned char *byte = (const unsigned char *)at;
	return (size_t)byte[0] << 24 | (size_t)byte[1] << 16 | (size_t)byte[2] << 8 | byte[3];
}

/* Where the message of a kind begins; NULL where it is not, or not wholly, there. */
static const char *find_message(const char *reply, size_t length, char tag)
{
	for (size_t at = 0; at + TAG_BYTES + LENGTH_BYTES <= length;) {
		const size_t whole = TAG_BYTES + read_length(reply + at + TAG_BYTES);
		if (at + whole > length)
			return NULL;
		if (reply[at] == tag)
			return reply + at;
		at += whole;
	}
	return NULL;
}

/* A reply ends with "ready for query", Z; a complaint is an E, after which some end the connection. */
static long reply_end(const char *reply, size_t length)
{
	if (find_message(reply, length, 'E'))
		return -EPROTO;
	const char *ready = find_message(reply, length, 'Z');
	return ready ? ready - reply + TAG_BYTES + (long)read_length(ready + TAG_BYTES) : 0;
}

/* The first column of the first row, D: its length, the number of columns, the length of the column, its text. */
static int read_count(const char *reply, size_t length, uint64_t *count)
{
	const char *row = find_message(reply, length, 'D');
	if (!row)
		return -EPROTO;
	*count = strtoull(row + ROW_HEAD_BYTES, NULL, 10); /* what follows it is another message's tag: no digit */
	return 0;
}

/* A query's length is that of its text, of the zero after it, and of the length itself. */
_Static_assert(sizeof(READ) + LENGTH_BYTES == 0x38, "the length in the request");
_Static_assert(sizeof(SNAPSHOT) + LENGTH_BYTES == 0x37, "the length in the count's request");
_Static_assert(sizeof(START) == 0x24, "the length in the greeting");

const struct protocol POSTGRESQL = {
	.name = "postgresql",
	.greeting = {START, sizeof(START)},
	.request = {QUERY("\x38", READ), sizeof(QUERY("\x38", READ)) - 1},
	.count_request = {QUERY("\x37", SNAPSHOT), sizeof(QUERY("\x37", SNAPSHOT)) - 1},
	.counts_requests = false,
	.reply_end = reply_end,
	.read_count = read_count,
};
