/*
 * The floor: the smallest server that does the job, to compare a figure with. Nothing useful can be much cheaper.
 *
 *   floor SEED_PORT HTTP_PORT
 *
 * One camera in length-prefixed JPEG (lp-jpeg) on SEED_PORT, any number of viewers on HTTP_PORT, who all get the same
 * endless multipart body whatever they ask for. One epoll loop; a picture is prepared once and shared; a viewer that is still
 * taking an older picture misses the new one.
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
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_VIEWERS = 65536, MAX_INPUT = 1 << 22, MAX_EVENTS = 512, LENGTH_BYTES = 4 };

struct part {
	int users;
	size_t size;
	char bytes[];
};

struct peer {
	enum { SEED_LISTENER, HTTP_LISTENER, CAMERA, VIEWER } role;
	int fd;
	int index;
	int answered;
	int gone;
	struct part *part;
	size_t sent;
	struct peer *next_gone;
};

static int loop;
static struct peer *viewers[MAX_VIEWERS];
static int viewer_count;
/* Peers are freed only after a whole round of events: later events of the round may still point at them. */
static struct peer *gone;
static unsigned char input[MAX_INPUT];
static size_t input_size;

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void watch(struct peer *peer, int operation, uint32_t events)
{
	struct epoll_event event = {.events = events, .data.ptr = peer};
	if (epoll_ctl(loop, operation, peer->fd, &event) < 0) fail("epoll_ctl");
}

static struct peer *add_peer(int fd, int role)
{
	struct peer *peer = calloc(1, sizeof *peer);
	peer->fd = fd;
	peer->role = role;
	watch(peer, EPOLL_CTL_ADD, EPOLLIN);
	return peer;
}

static void listen_on(int port, int role)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	int on = 1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (bind(fd, (struct sockaddr *)&at, sizeof at) < 0) fail("bind");
	if (listen(fd, 4096) < 0) fail("listen");
	add_peer(fd, role);
}

static void release(struct part *part)
{
	if (part && --part->users == 0) free(part);
}

static void drop(struct peer *peer)
{
	if (peer->gone) return;
	peer->gone = 1;
	close(peer->fd);
	release(peer->part);
	if (peer->role == VIEWER) {
		viewers[peer->index] = viewers[--viewer_count];
		viewers[peer->index]->index = peer->index;
	}
	peer->next_gone = gone;
	gone = peer;
}

static void free_gone(void)
{
	while (gone) {
		struct peer *peer = gone;
		gone = peer->next_gone;
		free(peer);
	}
}

static void accept_peer(struct peer *listener)
{
	int fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK);
	if (fd < 0) return;
	if (listener->role == SEED_LISTENER) {
		input_size = 0;
		add_peer(fd, CAMERA);
		return;
	}
	int on = 1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	struct peer *viewer = add_peer(fd, VIEWER);
	viewer->index = viewer_count;
	viewers[viewer_count++] = viewer;
}

/* Writes what the socket takes of the viewer's part. Watches for room only while something is left. */
static void push(struct peer *viewer, int was_waiting)
{
	while (viewer->part) {
		ssize_t taken = send(viewer->fd, viewer->part->bytes + viewer->sent, viewer->part->size - viewer->sent, 0);
		if (taken < 0 && errno == EAGAIN) {
			if (!was_waiting) watch(viewer, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
			return;
		}
		if (taken < 0) {
			drop(viewer);
			return;
		}
		viewer->sent += (size_t)taken;
		if (viewer->sent < viewer->part->size) continue;
		release(viewer->part);
		viewer->part = NULL;
	}
	if (was_waiting) watch(viewer, EPOLL_CTL_MOD, EPOLLIN);
}

static struct part *prepare(const unsigned char *picture, uint32_t length)
{
	struct part *part = malloc(sizeof *part + length + 128);
	int head = sprintf(part->bytes, "--picture\r\nContent-Type: image/jpeg\r\nContent-Length: %u\r\n\r\n", length);
	memcpy(part->bytes + head, picture, length);
	memcpy(part->bytes + head + length, "\r\n", 2);
	part->size = (size_t)head + length + 2;
	part->users = 1;
	return part;
}

static void broadcast(struct part *part)
{
	/* Downwards, because a viewer that is dropped is replaced by the last one. */
	for (int index = viewer_count - 1; index >= 0; index--) {
		struct peer *viewer = viewers[index];
		if (!viewer->answered || viewer->part) continue;
		viewer->part = part;
		viewer->sent = 0;
		part->users++;
		push(viewer, 0);
	}
	release(part);
}

static void cut_pictures(void)
{
	size_t at = 0;
	while (input_size - at >= LENGTH_BYTES) {
		uint32_t length;
		memcpy(&length, input + at, LENGTH_BYTES);
		length = ntohl(length);
		if (input_size - at - LENGTH_BYTES < length) break;
		if (length > 0) broadcast(prepare(input + at + LENGTH_BYTES, length));
		at += LENGTH_BYTES + length;
	}
	memmove(input, input + at, input_size - at);
	input_size -= at;
}

static void read_camera(struct peer *camera)
{
	for (;;) {
		ssize_t got = read(camera->fd, input + input_size, sizeof input - input_size);
		if (got < 0 && errno == EAGAIN) return;
		if (got <= 0) {
			drop(camera);
			return;
		}
		input_size += (size_t)got;
		cut_pictures();
	}
}

static void read_viewer(struct peer *viewer)
{
	static const char head[] = "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=picture\r\n\r\n";
	char request[2048];
	ssize_t got = read(viewer->fd, request, sizeof request);
	if (got < 0 && errno == EAGAIN) return;
	if (got <= 0 || (!viewer->answered && send(viewer->fd, head, sizeof head - 1, 0) < 0)) {
		drop(viewer);
		return;
	}
	viewer->answered = 1;
}

static void handle(struct peer *peer, uint32_t events)
{
	if (peer->gone) return;
	if (peer->role == SEED_LISTENER || peer->role == HTTP_LISTENER) accept_peer(peer);
	else if (peer->role == CAMERA) read_camera(peer);
	else {
		if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) read_viewer(peer);
		if (!peer->gone && (events & EPOLLOUT)) push(peer, 1);
	}
}

int main(int count, char **args)
{
	if (count != 3) {
		fprintf(stderr, "usage: floor SEED_PORT HTTP_PORT\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	struct rlimit files;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	loop = epoll_create1(0);
	listen_on(atoi(args[1]), SEED_LISTENER);
	listen_on(atoi(args[2]), HTTP_LISTENER);
	static struct epoll_event events[MAX_EVENTS];
	for (;;) {
		int ready = epoll_wait(loop, events, MAX_EVENTS, -1);
		for (int index = 0; index < ready; index++) handle(events[index].data.ptr, events[index].events);
		free_gone();
	}
}
