/*
 * The MTA's side of the milter protocol as a load: K threads, each playing whole transactions on a connection of its
 * own, one after another, as Postfix plays an SMTP session with one message (src/milter/milter8.c): OPTNEG, a macro
 * packet before every event, what the milter has negotiated honoured, QUIT.
 *
 *   load TARGET CONNECTIONS SECONDS BODY_BYTES HEADERS [PID]
 *     TARGET   a path, or a TCP port of 127.0.0.1, which is written to as Postfix does: with Nagle's algorithm on, and
 *              what is held flushed after DATA, because smtpd(8) hands the socket to cleanup(8) there
 *     PID      the server, whose CPU time is told too
 *
 * Prints one line of JSON. Exit status 1 when a transaction went wrong, 2 for wrong arguments.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { CHUNK = 65535, HELD = 131072, MAX_LATENCIES = 4000000, REPLY_SECONDS = 20 };
enum { NR_HEADER = 0x80, NR_CONNECT = 0x1000, NR_HELO = 0x2000, NR_MAIL = 0x4000, NR_RCPT = 0x8000,
       NR_DATA = 0x10000, NR_EOH = 0x40000, NR_BODY = 0x80000 };
enum { NO_CONNECT = 0x1, NO_HELO = 0x2, NO_MAIL = 0x4, NO_RCPT = 0x8, NO_BODY = 0x10, NO_HEADER = 0x20,
       NO_EOH = 0x40, NO_DATA = 0x200 };

static const char *target;
static long body_bytes, headers;
static double stop_at;
static char body[CHUNK];
static float *latencies;
static atomic_long done, failed;

/* One connection: what is held back, and what has been read but not used. */
struct link {
    int fd;
    uint32_t protocol;
    size_t held, first, last;
    char out[HELD], in[4096];
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static int flush(struct link *l) {
    for (size_t at = 0; at < l->held;) {
        ssize_t n = write(l->fd, l->out + at, l->held - at);
        if (n <= 0) return -1;
        at += n;
    }
    l->held = 0;
    return 0;
}

static int put(struct link *l, char code, const void *data, size_t size) {
    uint32_t length = htonl(size + 1);
    if (l->held + size + 5 > HELD && flush(l) < 0) return -1;
    memcpy(l->out + l->held, &length, 4);
    l->out[l->held + 4] = code;
    memcpy(l->out + l->held + 5, data, size);
    l->held += size + 5;
    return 0;
}

/* Reads until `size` bytes are there. */
static char *take(struct link *l, size_t size) {
    if (l->first == l->last) l->first = l->last = 0;
    if (l->first + size > sizeof l->in) {
        memmove(l->in, l->in + l->first, l->last - l->first);
        l->last -= l->first;
        l->first = 0;
    }
    while (l->last - l->first < size) {
        ssize_t n = size > sizeof l->in ? -1 : read(l->fd, l->in + l->last, sizeof l->in - l->last);
        if (n <= 0) return NULL;
        l->last += n;
    }
    l->first += size;
    return l->in + l->first - size;
}

/* The next reply's code; 0 when there is none. Its payload, shorter than our buffer, is left in `*payload`. */
static char reply(struct link *l, char **payload) {
    uint32_t length;
    char *head;
    if (flush(l) < 0 || !(head = take(l, 5))) return 0;
    memcpy(&length, head, 4);
    char code = head[4];
    *payload = take(l, ntohl(length) - 1);
    return *payload ? code : 0;
}

/* Plays one event with its macros. Returns the reply's code, 'c' where none is owed, 0 on failure. */
static char event(struct link *l, char code, const void *data, size_t size, uint32_t no, uint32_t no_reply) {
    static const char queue_id[] = "i\0004BENCH0001";
    char macros[64] = { code }, *payload;
    int is_content = code == 'L' || code == 'N' || code == 'B';
    if ((l->protocol & no) && is_content) return 'c';
    memcpy(macros + 1, queue_id, sizeof queue_id);
    if (put(l, 'D', macros, code == 'C' || code == 'H' ? 1 : 1 + sizeof queue_id) < 0) return 0;
    if (l->protocol & no) return 'c';
    if (put(l, code, data, size) < 0) return 0;
    return l->protocol & no_reply ? 'c' : reply(l, &payload);
}

static int open_link(struct link *l) {
    struct timeval patience = { REPLY_SECONDS, 0 };
    struct sockaddr_un path = { .sun_family = AF_UNIX };
    struct sockaddr_in port = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int is_path = target[0] == '/';
    snprintf(path.sun_path, sizeof path.sun_path, "%s", target);
    port.sin_port = htons(atoi(target));
    l->fd = socket(is_path ? AF_UNIX : AF_INET, SOCK_STREAM, 0);
    l->held = l->first = l->last = 0;
    setsockopt(l->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    return is_path ? connect(l->fd, (void *)&path, sizeof path) : connect(l->fd, (void *)&port, sizeof port);
}

static int negotiate(struct link *l) {
    uint32_t offer[3] = { htonl(6), htonl(0x1ff), htonl(0x1fffff) };
    char *payload;
    if (put(l, 'O', offer, sizeof offer) < 0 || reply(l, &payload) != 'O') return -1;
    memcpy(&l->protocol, payload + 8, 4);
    l->protocol = ntohl(l->protocol);
    return 0;
}

static int envelope(struct link *l) {
    static const char connect[] = "client.example.net\0004\300\001192.0.2.7", rcpt[] = "<user@example.org>";
    static const char mail[] = "<sender@example.net>\0SIZE=2000";
    return event(l, 'C', connect, sizeof connect, NO_CONNECT, NR_CONNECT) == 'c' &&
           event(l, 'H', "client.example.net", 19, NO_HELO, NR_HELO) == 'c' &&
           event(l, 'M', mail, sizeof mail, NO_MAIL, NR_MAIL) == 'c' &&
           event(l, 'R', rcpt, sizeof rcpt, NO_RCPT, NR_RCPT) == 'c' &&
           event(l, 'T', "", 0, NO_DATA, NR_DATA) == 'c' && flush(l) == 0;
}

static int content(struct link *l) {
    char line[128], answer = 'c';
    for (long n = 0; n < headers && answer == 'c'; n++) {
        int name = snprintf(line, sizeof line, "X-Header-%ld", n) + 1;
        int value = snprintf(line + name, sizeof line - name, "value %ld of a header of usual length, of no meaning", n);
        answer = event(l, 'L', line, name + value + 1, NO_HEADER, NR_HEADER);
    }
    if (answer == 0 || !event(l, 'N', "", 0, NO_EOH, NR_EOH)) return 0;
    answer = 'c';
    for (long at = 0; at < body_bytes && answer == 'c'; at += CHUNK) {
        size_t size = body_bytes - at < CHUNK ? body_bytes - at : CHUNK;
        answer = event(l, 'B', body, size, NO_BODY, NR_BODY);
    }
    return answer != 0;
}

/* The end of the message and its answer; true when it brought at least one edit and then let the message pass. */
static int answered(struct link *l) {
    char *payload, code = event(l, 'E', "", 0, 0, 0);
    int edits = 0;
    for (; code == 'h' || code == 'i' || code == 'm' || code == 'p'; code = reply(l, &payload)) edits += code != 'p';
    return edits > 0 && (code == 'c' || code == 'a');
}

static void *play(void *link) {
    struct link *l = link;
    for (double started = now(); started < stop_at; started = now()) {
        int is_fine = open_link(l) == 0 && negotiate(l) == 0 && envelope(l) && content(l) && answered(l);
        float latency = now() - started;
        if (is_fine) is_fine = put(l, 'Q', "", 0) == 0 && flush(l) == 0;
        close(l->fd);
        long number = is_fine ? atomic_fetch_add(&done, 1) : (atomic_fetch_add(&failed, 1), MAX_LATENCIES);
        if (number < MAX_LATENCIES) latencies[number] = latency;
    }
    return NULL;
}

/* User and system time of a process in seconds: fields 14 and 15 of proc_pid_stat(5). */
static double cpu_seconds(const char *pid) {
    char path[64], text[1024] = "";
    unsigned long user = 0, kernel = 0;
    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    FILE *file = fopen(path, "r");
    if (file == NULL) return 0;
    char *end = fgets(text, sizeof text, file) ? strrchr(text, ')') : NULL;
    if (end) sscanf(end + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &kernel);
    fclose(file);
    return (double)(user + kernel) / sysconf(_SC_CLK_TCK);
}

static int by_size(const void *a, const void *b) {
    float left = *(const float *)a, right = *(const float *)b;
    return (left > right) - (left < right);
}

int main(int argc, char **argv) {
    if (argc < 6) return 2;
    long connections = atol(argv[2]);
    double seconds = atof(argv[3]), started = now(), before = argc > 6 ? cpu_seconds(argv[6]) : 0;
    target = argv[1], body_bytes = atol(argv[4]), headers = atol(argv[5]), stop_at = started + seconds;
    memset(body, 'x', CHUNK);
    for (int at = 76; at + 1 < CHUNK; at += 78) memcpy(body + at, "\r\n", 2);
    latencies = malloc(MAX_LATENCIES * sizeof *latencies);
    pthread_t *threads = calloc(connections, sizeof *threads);
    for (long n = 0; n < connections; n++) pthread_create(&threads[n], NULL, play, malloc(sizeof(struct link)));
    for (long n = 0; n < connections; n++) pthread_join(threads[n], NULL);
    double took = now() - started, used = argc > 6 ? cpu_seconds(argv[6]) - before : 0;
    long count = done < MAX_LATENCIES ? done : MAX_LATENCIES;
    qsort(latencies, count, sizeof *latencies, by_size);
    float p50 = count ? latencies[count / 2] : 0, p99 = count ? latencies[count * 99 / 100] : 0;
    printf("{\"transactions\":%ld,\"failed\":%ld,\"perSecond\":%.1f,\"p50Milliseconds\":%.3f,"
           "\"p99Milliseconds\":%.3f,\"serverMicroseconds\":%.1f}\n",
           (long)done, (long)failed, done / took, p50 * 1e3, p99 * 1e3, done ? used * 1e6 / done : 0);
    return failed || !done;
}
