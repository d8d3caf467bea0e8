#include "frame.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cleanup.h"

enum { LINE_BYTES = 57, FIRST_ROOM = 1 << 16 };

static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const uint32_t POLYNOMIAL = 0xedb88320u;

uint32_t frame_crc(const void *data, size_t bytes)
{
	const unsigned char *at = data;
	uint32_t crc = ~0u;
	while (bytes--) {
		crc ^= *at++;
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
	}
	return ~crc;
}

static void put_three(const unsigned char *at, size_t bytes)
{
	const uint32_t all =
		(uint32_t)at[0] << 16 | (bytes > 1 ? (uint32_t)at[1] << 8 : 0) | (bytes > 2 ? (uint32_t)at[2] : 0);
	putchar(DIGITS[all >> 18]);
	putchar(DIGITS[all >> 12 & 63]);
	putchar(bytes > 1 ? DIGITS[all >> 6 & 63] : '=');
	putchar(bytes > 2 ? DIGITS[all & 63] : '=');
}

static void put_line(const unsigned char *at, size_t bytes)
{
	for (size_t i = 0; i < bytes; i += 3)
		put_three(at + i, bytes - i);
	putchar('\n');
}

void frame_send(const char *name, const void *data, size_t bytes)
{
	const unsigned char *at = data;
	printf("\n@lab begin %s %zu\n", name, bytes); /* the line before may have been left half written */
	for (size_t i = 0; i < bytes; i += LINE_BYTES)
		put_line(at + i, bytes - i < LINE_BYTES ? bytes - i : LINE_BYTES);
	printf("@lab end %s %08x\n", name, frame_crc(data, bytes));
	fflush(stdout);
}

/* Files of /proc and /sys have no size, and tell it by their end alone. */
int frame_send_file(const char *name, int file, size_t most)
{
	size_t room = FIRST_ROOM, held = 0;
	char *data FREED = malloc(room);
	ssize_t got = 1;
	while (data && got > 0 && held < most) {
		if (held == room) {
			char *wider = realloc(data, room * 2);
			if (!wider)
				return -ENOMEM;
			data = wider;
			room *= 2;
		}
		const size_t wanted = room < most ? room : most;
		got = pread(file, data + held, wanted - held, (off_t)held);
		held += got > 0 ? (size_t)got : 0;
	}
	if (!data || got < 0)
		return data ? -errno : -ENOMEM;
	frame_send(name, data, held);
	return 0;
}
