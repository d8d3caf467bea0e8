/*
 * Frames: bytes of any kind, sent over a console on which the kernel may write, too.
 *
 * A frame is a line "@lab begin NAME BYTES", lines of base64, and a line "@lab end NAME CRC", the CRC-32 of the bytes
 * (IEEE 802.3, as zlib has it) in hex digits: who reads knows whether all of it came through as it was sent.
 */
#ifndef LAB_FRAME_H
#define LAB_FRAME_H

#include <stddef.h>
#include <stdint.h>

uint32_t frame_crc(const void *data, size_t bytes);
/* Send a frame to stdout; the name holds no space and no line end. */
void frame_send(const char *name, const void *data, size_t bytes);
/* Send what a descriptor's file holds, from its beginning, but no more than `most` bytes. Returns 0 or -errno. */
int frame_send_file(const char *name, int file, size_t most);

#endif
