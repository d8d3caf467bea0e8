#include "word.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "cleanup.h"

enum { PAGE_BYTES = 4096 };

struct writer {
	pthread_t thread;
	int cpu, error;
	char *address;
	uint64_t first, end, nonce;
	pthread_barrier_t *start;
};

static void write_words(const struct writer *writer)
{
	for (uint64_t page = writer->first; page < writer->end; page++)
		*(volatile uint64_t *)(writer->address + page * PAGE_BYTES) = word_of(writer->nonce, page);
}

static void *run_writer(void *argument)
{
	struct writer *writer = argument;
	writer->error = pin_to(writer->cpu);
	pthread_barrier_wait(writer->start);
	if (!writer->error)
		write_words(writer);
	return NULL;
}

/* All stand at the barrier before the first page. What cannot be started ends the process: others wait for it there. */
static int write_at_once(struct writer *writer, uint64_t threads)
{
	pthread_barrier_t start;
	int error = -pthread_barrier_init(&start, NULL, (unsigned int)threads);
	for (uint64_t i = 0; i < threads && !error; i++) {
		writer[i].start = &start;
		error = -pthread_create(&writer[i].thread, NULL, run_writer, &writer[i]);
	}
	if (error)
		exit(EXIT_FAILURE);
	for (uint64_t i = 0; i < threads; i++) {
		pthread_join(writer[i].thread, NULL);
		error = error ? error : writer[i].error;
	}
	pthread_barrier_destroy(&start);
	return error;
}

int words_write(char *address, uint64_t pages, uint64_t nonce, uint64_t threads, const struct cpu_list *cpus)
{
	FREED struct writer *writer = calloc(threads, sizeof(*writer));
	if (!writer)
		return -ENOMEM;
	for (uint64_t i = 0; i < threads; i++)
		writer[i] = (struct writer){
			.cpu = cpus->cpu[i],
			.address = address,
			.first = pages * i / threads,
			.end = pages * (i + 1) / threads,
			.nonce = nonce,
		};
	if (threads > 1)
		return write_at_once(writer, threads);
	write_words(writer);
	return 0;
}

void words_check(const char *address, uint64_t pages, uint64_t nonce, uint64_t *same)
{
	for (uint64_t page = 0; page < pages; page++)
		same[page] = *(const volatile uint64_t *)(address + page * PAGE_BYTES) == word_of(nonce, page);
}
