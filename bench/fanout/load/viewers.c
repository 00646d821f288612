/*
 * Many viewers in one thread, and what they saw.
 *
 *   viewers mjpeg|live PORT PATH COUNT [HEADER]
 *
 * `mjpeg` asks for an endless multipart body; `live` speaks oriel.v1 over a WebSocket (hello, watch, an ack for each
 * picture, a ping a second) and watches the camera `bench`. HEADER is sent with each request.
 *
 * Prints {"event":"ready"} when every viewer has had two pictures. Then each line "measure SECONDS" on stdin gives one
 * line of JSON with what came in that time. The end of stdin ends it. A picture counts when its last byte is here;
 * its delay comes from the stamp that source.c put into it. Pixels are thrown away unread (MSG_TRUNC), so that the load
 * costs little beside the server.
 *
 * Compiled with -DWITH_TLS -lssl -lcrypto every viewer speaks TLS. Then pixels must be decrypted before they are thrown
 * away: the load costs more, and says how much. Certificates are not checked.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#ifdef WITH_TLS
#include <openssl/ssl.h>
#endif

enum {
	/* The comment with the stamp: SOI, marker, length, ORIELTS0, time (8), counter (4). */
	MARKER_AT = 6,
	TIME_AT = 14,
	COUNT_AT = 22,
	STAMP_END = 26,
	/* oriel.v1: header, head of a frame, offset of the sequence number. */
	MESSAGE_HEADER = 8,
	FRAME_HEAD = 12,
	TYPE_FRAME = 0x10,
	TYPE_ACK = 0x11,
	TYPE_PING = 0x12,
	MAX_EVENTS = 256,
	/* Reads of one viewer before the others have their turn. */
	MAX_READS = 8,
	/* Enough for the head of a part and the stamp; what is copied here of a picture is copied for nothing. */
	READ_AHEAD = 700,
	READY_SECONDS = 60,
};

struct viewer {
	int fd;
#ifdef WITH_TLS
	SSL *tls;
#endif
	int opened;
	/* Bytes of the current picture or message that are still to come and of no interest. */
	size_t skip;
	/* Stamp of the picture that is being received; 0: none. */
	uint64_t stamp;
	uint32_t counter;
	uint32_t sequence;
	uint16_t camera;
	uint32_t last_counter;
	uint32_t pictures;
	uint32_t missed;
	size_t used;
	unsigned char head[4096];
};

static int live;
static struct viewer *viewers;
static int viewer_count;
static int loop;
static int closed;

static int measuring;
static uint64_t measure_from, measure_until;
static uint32_t newest_counter, counter_from;
static float *delays;
static size_t delay_count, delay_room;

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

/* ---- bytes to and from a viewer's connection: as recv and send, without waiting ---- */

#ifdef WITH_TLS
static SSL_CTX *context;
/* A record has at most this many bytes; whoever wants to throw bytes away gets them here. */
static unsigned char discarded[16384];

static ssize_t outcome(struct viewer *viewer, int done)
{
	if (done > 0) return done;
	int reason = SSL_get_error(viewer->tls, done);
	if (reason == SSL_ERROR_ZERO_RETURN) return 0;
	errno = reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE ? EAGAIN : EPROTO;
	return -1;
}

static ssize_t take_in(struct viewer *viewer, void *to, size_t room)
{
	return outcome(viewer, SSL_read(viewer->tls, to, (int)room));
}

static ssize_t throw_away(struct viewer *viewer, size_t size)
{
	return take_in(viewer, discarded, size < sizeof discarded ? size : sizeof discarded);
}

static ssize_t give_out(struct viewer *viewer, const void *bytes, size_t size)
{
	return outcome(viewer, SSL_write(viewer->tls, bytes, (int)size));
}

/* Decrypted bytes of which the kernel knows nothing any more. */
static int holds_bytes(struct viewer *viewer)
{
	return SSL_pending(viewer->tls) > 0;
}

static void begin_tls(struct viewer *viewer)
{
	if (!context) {
		context = SSL_CTX_new(TLS_client_method());
		SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	}
	viewer->tls = SSL_new(context);
	SSL_set_fd(viewer->tls, viewer->fd);
	if (SSL_connect(viewer->tls) != 1) {
		fprintf(stderr, "no TLS with the server\n");
		exit(1);
	}
}
#else
static ssize_t take_in(struct viewer *viewer, void *to, size_t room)
{
	return recv(viewer->fd, to, room, MSG_DONTWAIT);
}

static ssize_t throw_away(struct viewer *viewer, size_t size)
{
	return recv(viewer->fd, NULL, size, MSG_TRUNC | MSG_DONTWAIT);
}

static ssize_t give_out(struct viewer *viewer, const void *bytes, size_t size)
{
	return send(viewer->fd, bytes, size, MSG_DONTWAIT);
}

static int holds_bytes(struct viewer *viewer)
{
	(void)viewer;
	return 0;
}

static void begin_tls(struct viewer *viewer)
{
	(void)viewer;
}
#endif

/* ---- what was seen ---- */

static void keep_delay(float delay)
{
	if (delay_count == delay_room) {
		delay_room = delay_room ? delay_room * 2 : 1 << 16;
		delays = realloc(delays, delay_room * sizeof *delays);
	}
	delays[delay_count++] = delay;
}

static void begin_picture(struct viewer *viewer, const unsigned char *picture)
{
	if (memcmp(picture + MARKER_AT, "ORIELTS0", 8) != 0) {
		fprintf(stderr, "a picture came without a stamp\n");
		exit(1);
	}
	memcpy(&viewer->stamp, picture + TIME_AT, 8);
	memcpy(&viewer->counter, picture + COUNT_AT, 4);
}

static int by_size(const void *a, const void *b)
{
	float left = *(const float *)a, right = *(const float *)b;
	return (left > right) - (left < right);
}

static double percentile(double part)
{
	return delay_count ? delays[(size_t)((double)(delay_count - 1) * part)] : 0;
}

static void begin_measuring(double seconds)
{
	for (int index = 0; index < viewer_count; index++) viewers[index].pictures = viewers[index].missed = 0;
	delay_count = 0;
	closed = 0;
	measuring = 1;
	counter_from = newest_counter;
	measure_from = now();
	measure_until = measure_from + (uint64_t)(seconds * 1e9);
}

static void report(void)
{
	double seconds = (double)(now() - measure_from) / 1e9;
	uint64_t total = 0, missed = 0;
	uint32_t least = UINT32_MAX, most = 0;
	for (int index = 0; index < viewer_count; index++) {
		uint32_t pictures = viewers[index].pictures;
		total += pictures;
		missed += viewers[index].missed;
		if (pictures < least) least = pictures;
		if (pictures > most) most = pictures;
	}
	qsort(delays, delay_count, sizeof *delays, by_size);
	printf("{\"event\":\"measured\",\"seconds\":%.3f,\"sourceFps\":%.3f,\"pictures\":%llu,\"missed\":%llu,\"closed\":%d,"
	       "\"fps\":{\"mean\":%.3f,\"min\":%.3f,\"max\":%.3f},"
	       "\"delayMs\":{\"p50\":%.3f,\"p95\":%.3f,\"p99\":%.3f,\"max\":%.3f}}\n",
	       seconds, (newest_counter - counter_from) / seconds, (unsigned long long)total, (unsigned long long)missed,
	       closed, (double)total / seconds / viewer_count, least / seconds, most / seconds, percentile(0.5),
	       percentile(0.95), percentile(0.99), percentile(1));
	fflush(stdout);
	measuring = 0;
}

/* ---- oriel.v1, as far as a viewer needs it ---- */

static void put32(unsigned char *at, uint32_t number)
{
	number = htonl(number);
	memcpy(at, &number, 4);
}

/* A binary WebSocket message; a client must mask, and a mask of zeros changes nothing. */
static void send_packet(struct viewer *viewer, const unsigned char *bytes, size_t size)
{
	unsigned char packet[256] = {0x82, (unsigned char)(0x80 | (size < 126 ? size : 126))};
	size_t head = 6;
	if (size >= 126) {
		packet[2] = (unsigned char)(size >> 8);
		packet[3] = (unsigned char)size;
		head = 8;
	}
	memcpy(packet + head, bytes, size);
	if (give_out(viewer, packet, head + size) != (ssize_t)(head + size)) {
		fprintf(stderr, "the server does not read acks\n");
		exit(1);
	}
}

static size_t put_json(unsigned char *at, unsigned char type, const char *json)
{
	size_t length = strlen(json);
	memset(at, 0, MESSAGE_HEADER);
	at[0] = type;
	put32(at + 4, (uint32_t)length);
	memcpy(at + MESSAGE_HEADER, json, length);
	return MESSAGE_HEADER + length;
}

static void send_watch(struct viewer *viewer)
{
	unsigned char bytes[240];
	size_t size = put_json(bytes, 0x01, "{\"version\":1,\"software\":\"oriel-bench\",\"capabilities\":[\"jpeg\"]}");
	size += put_json(bytes + size, 0x04, "{\"cameras\":[\"bench\"]}");
	send_packet(viewer, bytes, size);
}

static void send_ack(struct viewer *viewer, uint64_t delay)
{
	unsigned char bytes[16] = {TYPE_ACK, 0, (unsigned char)(viewer->camera >> 8), (unsigned char)viewer->camera};
	put32(bytes + 4, 8);
	put32(bytes + 8, viewer->sequence);
	put32(bytes + 12, (uint32_t)(delay / 1000000));
	send_packet(viewer, bytes, sizeof bytes);
}

static void send_ping(struct viewer *viewer)
{
	unsigned char bytes[16] = {TYPE_PING};
	uint64_t micros = now() / 1000;
	put32(bytes + 4, 8);
	put32(bytes + 8, (uint32_t)(micros >> 32));
	put32(bytes + 12, (uint32_t)micros);
	send_packet(viewer, bytes, sizeof bytes);
}

static void picture_complete(struct viewer *viewer)
{
	uint64_t delay = now() - viewer->stamp;
	viewer->stamp = 0;
	viewer->pictures++;
	if (viewer->last_counter && viewer->counter > viewer->last_counter + 1)
		viewer->missed += viewer->counter - viewer->last_counter - 1;
	viewer->last_counter = viewer->counter;
	if (viewer->counter > newest_counter) newest_counter = viewer->counter;
	if (measuring) keep_delay((float)delay / 1e6f);
	if (live) send_ack(viewer, delay);
}

/* ---- reading ---- */

/* Takes `size` bytes off the front, those that are not there yet included. */
static void consume(struct viewer *viewer, size_t size)
{
	if (size > viewer->used) {
		viewer->skip = size - viewer->used;
		viewer->used = 0;
		return;
	}
	viewer->used -= size;
	memmove(viewer->head, viewer->head + size, viewer->used);
	if (viewer->stamp) picture_complete(viewer);
}

static void refuse(struct viewer *viewer)
{
	fprintf(stderr, "unexpected answer: %.*s\n", (int)(viewer->used > 300 ? 300 : viewer->used), (char *)viewer->head);
	exit(1);
}

static unsigned char *find_end(struct viewer *viewer, size_t from)
{
	unsigned char *end = memmem(viewer->head + from, viewer->used - from, "\r\n\r\n", 4);
	return end ? end + 4 : NULL;
}

/* The answer's head; true when it has been taken. */
static int take_answer(struct viewer *viewer, const char *wanted)
{
	unsigned char *end = find_end(viewer, 0);
	if (!end) return 0;
	if (memcmp(viewer->head, wanted, strlen(wanted)) != 0) refuse(viewer);
	viewer->opened = 1;
	consume(viewer, (size_t)(end - viewer->head));
	if (live) send_watch(viewer);
	return 1;
}

/* One part of the multipart body: boundary, head, picture. True when something has been taken. */
static int take_part(struct viewer *viewer)
{
	static const char name[] = "content-length:";
	viewer->head[viewer->used] = 0;
	for (size_t at = 0; at + sizeof name < viewer->used; at++) {
		if (strncasecmp((char *)viewer->head + at, name, sizeof name - 1) != 0) continue;
		unsigned char *picture = find_end(viewer, at);
		if (!picture || picture + STAMP_END > viewer->head + viewer->used) return 0;
		begin_picture(viewer, picture);
		consume(viewer, (size_t)(picture - viewer->head) + (size_t)atol((char *)viewer->head + at + sizeof name - 1));
		return 1;
	}
	return 0;
}

/* One WebSocket message. True when something has been taken. */
static int take_packet(struct viewer *viewer)
{
	const unsigned char *at = viewer->head;
	/* No message of oriel.v1 is shorter in its WebSocket frame. */
	if (viewer->used < 12) return 0;
	if ((at[0] & 0x0f) == 8) refuse(viewer);
	size_t head = 2, length = at[1] & 0x7f;
	if (length == 126) {
		head = 4;
		length = (size_t)at[2] << 8 | at[3];
	} else if (length == 127) {
		head = 10;
		length = (size_t)at[6] << 24 | (size_t)at[7] << 16 | (size_t)at[8] << 8 | at[9];
	}
	const unsigned char *message = at + head;
	if (message[0] == TYPE_FRAME && length >= MESSAGE_HEADER + FRAME_HEAD + STAMP_END) {
		if (viewer->used < head + MESSAGE_HEADER + FRAME_HEAD + STAMP_END) return 0;
		uint32_t sequence;
		memcpy(&sequence, message + MESSAGE_HEADER, 4);
		viewer->sequence = ntohl(sequence);
		viewer->camera = (uint16_t)(message[2] << 8 | message[3]);
		begin_picture(viewer, message + MESSAGE_HEADER + FRAME_HEAD);
	}
	consume(viewer, head + length);
	return 1;
}

static int take(struct viewer *viewer)
{
	if (!viewer->opened) return take_answer(viewer, live ? "HTTP/1.1 101" : "HTTP/1.1 200");
	return live ? take_packet(viewer) : take_part(viewer);
}

static ssize_t receive(struct viewer *viewer)
{
	if (viewer->skip > 0) return throw_away(viewer, viewer->skip);
	size_t room = sizeof viewer->head - 1 - viewer->used;
	if (room == 0) refuse(viewer);
	return take_in(viewer, viewer->head + viewer->used, room < READ_AHEAD ? room : READ_AHEAD);
}

static void read_viewer(struct viewer *viewer)
{
	for (int reads = 0; reads < MAX_READS || holds_bytes(viewer); reads++) {
		ssize_t got = receive(viewer);
		if (got < 0 && errno == EAGAIN) return;
		if (got <= 0) {
			closed++;
			epoll_ctl(loop, EPOLL_CTL_DEL, viewer->fd, NULL);
			close(viewer->fd);
			return;
		}
		if (viewer->skip > 0) {
			viewer->skip -= (size_t)got;
			if (viewer->skip == 0 && viewer->stamp) picture_complete(viewer);
			continue;
		}
		viewer->used += (size_t)got;
		while (viewer->skip == 0 && viewer->used > 0 && take(viewer)) continue;
	}
}

/* ---- the course of it ---- */

static void dial(struct viewer *viewer, int port, const char *path, const char *header)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	viewer->fd = socket(AF_INET, SOCK_STREAM, 0);
	if (viewer->fd < 0 || connect(viewer->fd, (struct sockaddr *)&to, sizeof to) < 0) fail("connect");
	int on = 1;
	setsockopt(viewer->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	static const char upgrade[] = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
	                              "Sec-WebSocket-Key: b3JpZWwtYmVuY2gtMDAwMA==\r\n"
	                              "Sec-WebSocket-Protocol: oriel.v1\r\n";
	char request[1024];
	int size = snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s%s%s\r\n", path, port,
	                    live ? upgrade : "", header, *header ? "\r\n" : "");
	begin_tls(viewer);
	if (give_out(viewer, request, (size_t)size) != size) fail("write");
	fcntl(viewer->fd, F_SETFL, O_NONBLOCK);
	struct epoll_event event = {.events = EPOLLIN, .data.ptr = viewer};
	epoll_ctl(loop, EPOLL_CTL_ADD, viewer->fd, &event);
}

/* One command line from stdin; false at its end. */
static int take_command(void)
{
	static char line[64];
	static size_t used;
	ssize_t got = read(0, line + used, sizeof line - 1 - used);
	if (got <= 0) return 0;
	used += (size_t)got;
	line[used] = 0;
	double seconds;
	if (!strchr(line, '\n')) return 1;
	if (sscanf(line, "measure %lf", &seconds) == 1) begin_measuring(seconds);
	used = 0;
	return 1;
}

/* The pings that are due, a few at a time, so that they come evenly. */
static void send_pings(void)
{
	static int next;
	static uint64_t last;
	uint64_t interval = 1000000000u / (uint64_t)viewer_count;
	if (last == 0) last = now();
	for (; live && now() - last >= interval; last += interval) {
		if (viewers[next].opened) send_ping(&viewers[next]);
		next = (next + 1) % viewer_count;
	}
}

/* Handles what has happened, after at most `wait` milliseconds; false at the end of stdin. */
static int turn(int wait)
{
	struct epoll_event events[MAX_EVENTS];
	int ready = epoll_wait(loop, events, MAX_EVENTS, wait);
	for (int index = 0; index < ready; index++) {
		if (!events[index].data.ptr) {
			if (!take_command()) return 0;
		} else {
			read_viewer(events[index].data.ptr);
		}
	}
	send_pings();
	if (measuring && now() >= measure_until) report();
	return 1;
}

static int with_pictures(void)
{
	int count = 0;
	for (int index = 0; index < viewer_count; index++) count += viewers[index].pictures >= 2;
	return count;
}

int main(int count, char **args)
{
	if (count < 5) {
		fprintf(stderr, "usage: viewers mjpeg|live PORT PATH COUNT [HEADER]\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	struct rlimit files;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	live = strcmp(args[1], "live") == 0;
	viewer_count = atoi(args[4]);
	viewers = calloc((size_t)viewer_count, sizeof *viewers);
	loop = epoll_create1(0);
	struct epoll_event commands = {.events = EPOLLIN, .data.ptr = NULL};
	epoll_ctl(loop, EPOLL_CTL_ADD, 0, &commands);
	for (int index = 0; index < viewer_count; index++) {
		dial(&viewers[index], atoi(args[2]), args[3], count > 5 ? args[5] : "");
		if (!turn(0)) return 0;
	}
	uint64_t until = now() + READY_SECONDS * 1000000000ull;
	while (with_pictures() < viewer_count) {
		if (!turn(5)) return 0;
		if (closed == 0 && now() < until) continue;
		fprintf(stderr, "only %d of %d viewers got pictures, %d were closed\n", with_pictures(), viewer_count, closed);
		return 1;
	}
	printf("{\"event\":\"ready\"}\n");
	fflush(stdout);
	while (turn(5)) continue;
	return 0;
}
