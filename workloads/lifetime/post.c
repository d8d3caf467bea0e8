#include "post.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

union envelope {
	char room[CMSG_SPACE(sizeof(int))];
	struct cmsghdr aligned;
};

int post_send(int line, int descriptor)
{
	union envelope envelope = {.room = {0}};
	struct iovec letter = {.iov_base = (char[]){'d'}, .iov_len = 1};
	struct msghdr message = {.msg_iov = &letter,
				 .msg_iovlen = 1,
				 .msg_control = envelope.room,
				 .msg_controllen = sizeof(envelope.room)};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(descriptor));
	memcpy(CMSG_DATA(header), &descriptor, sizeof(descriptor));
	return sendmsg(line, &message, MSG_NOSIGNAL) == 1 ? 0 : -errno;
}

int post_receive(int line, bool stays)
{
	char byte;
	int descriptor;
	union envelope envelope;
	struct iovec letter = {.iov_base = &byte, .iov_len = 1};
	struct msghdr message = {.msg_iov = &letter,
				 .msg_iovlen = 1,
				 .msg_control = envelope.room,
				 .msg_controllen = sizeof(envelope.room)};
	if (recvmsg(line, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT | (stays ? MSG_PEEK : 0)) != 1)
		return -errno;
	const struct cmsghdr *header = CMSG_FIRSTHDR(&message);
	if (!header || header->cmsg_type != SCM_RIGHTS)
		return -EBADMSG;
	memcpy(&descriptor, CMSG_DATA(header), sizeof(descriptor));
	return descriptor;
}
