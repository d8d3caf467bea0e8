/*
 * Victims that are real servers: asked open loop for their latency, and for what they have done for everybody.
 *
 * The load comes from the server's usual generator. This process asks every PERIOD_NS, once to be timed and once for the
 * count, whether or not the answers before were in time: a latency runs from when the question was due, so that one
 * long answer makes those behind it late as well. An operation is what the server counts, without these questions.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/prctl.h>

#include "server.h"
#include "victim.h"

static const uint64_t PERIOD_NS = 4000000u;
enum { SHARPEST_NS = 1 }; /* a sleep is 50 us longer by default (PR_SET_TIMERSLACK) */

struct asker {
	struct server server;
	uint64_t due_ns; /* 0: nothing was asked yet */
	uint64_t done;
};

static const char *server_address;

void asker_turn_to(const char *address)
{
	server_address = address;
}

static int set_up(const struct protocol *protocol, void **state, const char **step)
{
	*step = "server";
	if (!server_address)
		return -EDESTADDRREQ;
	struct asker *mine = calloc(1, sizeof(*mine));
	if (!mine)
		return -ENOMEM;
	int error = server_open(protocol, server_address, &mine->server);
	error = error ? error : server_count(&mine->server, &mine->done);
	if (error) {
		free(mine);
		return error;
	}
	*state = mine;
	return prctl(PR_SET_TIMERSLACK, SHARPEST_NS) ? -errno : 0;
}

static int ask(void *state, struct turn *turn)
{
	struct asker *mine = state;
	mine->due_ns = mine->due_ns ? mine->due_ns + PERIOD_NS : monotonic_ns();
	sleep_until(mine->due_ns);
	int error = server_ask(&mine->server);
	turn->latency_ns = monotonic_ns() - mine->due_ns;
	uint64_t done = mine->done;
	error = error ? error : server_count(&mine->server, &done);
	turn->operations = done - mine->done;
	mine->done = done;
	return error;
}

static void tear_down(void *state)
{
	struct asker *mine = state;
	if (mine)
		server_close(&mine->server);
	free(mine);
}

static int set_up_redis(void **state, const char **step)
{
	return set_up(&REDIS, state, step);
}

static int set_up_nginx(void **state, const char **step)
{
	return set_up(&NGINX, state, step);
}

static int set_up_postgresql(void **state, const char **step)
{
	return set_up(&POSTGRESQL, state, step);
}

#define ASKED(named, begin) {.name = named, .single = true, .set_up = begin, .take = ask, .tear_down = tear_down}

const struct victim ASKED_REDIS = ASKED("redis", set_up_redis);
const struct victim ASKED_NGINX = ASKED("nginx", set_up_nginx);
const struct victim ASKED_POSTGRESQL = ASKED("postgresql", set_up_postgresql);
