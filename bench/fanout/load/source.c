/*
 * A camera for benches: sends one picture over and over in length-prefixed JPEG (lp-jpeg:
 * [length, 4 bytes big-endian][JPEG]), at a steady rate until it is killed.
 *
 *   source PORT FPS FILE
 *
 * FILE is a JPEG whose first segment after SOI is a comment of 20 bytes that begins with ORIELTS0 (picture.mjs makes
 * it). Before each sending two numbers are written behind the marker, in this machine's byte order: the time in
 * nanoseconds of CLOCK_MONOTONIC (8 bytes) and a counter from 1 (4 bytes). The viewers read them back.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MARKER_AT = 6, TIME_AT = 14, COUNT_AT = 22, LENGTH_BYTES = 4, CONNECT_TRIES = 100 };

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static uint64_t now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void sleep_until(uint64_t due)
{
	struct timespec t = {.tv_sec = (time_t)(due / 1000000000u), .tv_nsec = (long)(due % 1000000000u)};
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) == EINTR) continue;
}

/* The file behind its length, ready to be sent. */
static unsigned char *load(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	if (!file) fail(path);
	fseek(file, 0, SEEK_END);
	size_t length = (size_t)ftell(file);
	rewind(file);
	unsigned char *message = malloc(LENGTH_BYTES + length);
	uint32_t prefix = htonl((uint32_t)length);
	memcpy(message, &prefix, LENGTH_BYTES);
	if (fread(message + LENGTH_BYTES, 1, length, file) != length) fail(path);
	fclose(file);
	if (length < COUNT_AT + 4 || memcmp(message + LENGTH_BYTES + MARKER_AT, "ORIELTS0", 8) != 0) {
		fprintf(stderr, "%s has no ORIELTS0 comment at its beginning\n", path);
		exit(1);
	}
	*size = LENGTH_BYTES + length;
	return message;
}

static int dial(int port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (int attempt = 0; attempt < CONNECT_TRIES; attempt++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0);
		if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0) {
			int on = 1;
			setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
			return fd;
		}
		close(fd);
		usleep(100000);
	}
	fail("connect");
	return -1;
}

static void write_all(int fd, const unsigned char *bytes, size_t size)
{
	while (size > 0) {
		ssize_t taken = write(fd, bytes, size);
		if (taken < 0 && errno == EINTR) continue;
		if (taken < 0) fail("write");
		bytes += taken;
		size -= (size_t)taken;
	}
}

int main(int count, char **args)
{
	if (count != 4) {
		fprintf(stderr, "usage: source PORT FPS FILE\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	size_t size;
	unsigned char *message = load(args[3], &size);
	unsigned char *picture = message + LENGTH_BYTES;
	int fd = dial(atoi(args[1]));
	uint64_t interval = (uint64_t)(1e9 / atof(args[2]));
	uint64_t due = now();
	for (uint32_t sent = 1;; sent++) {
		sleep_until(due);
		due += interval;
		uint64_t stamp = now();
		memcpy(picture + TIME_AT, &stamp, sizeof stamp);
		memcpy(picture + COUNT_AT, &sent, sizeof sent);
		write_all(fd, message, size);
	}
}
