/*
 * Sends TCP segments out of an interface at a fixed rate: packet-generator INTERFACE PACKETS-A-SECOND SECONDS FLOWS.
 *
 * Each flow (client 192.0.2.x, ports from 1024 on, server 198.51.100.2 port 25) opens with a handshake; then its client
 * sends data, which the server acknowledges, in turn. Prints how many packets were sent and how long it took.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define BATCH 64
#define HEADERS 54
#define PAYLOAD 200
#define PSH_ACK 0x18

static uint8_t frames[BATCH][HEADERS + PAYLOAD];

static void put16(uint8_t *at, uint16_t value) { value = htons(value); memcpy(at, &value, 2); }
static void put32(uint8_t *at, uint32_t value) { value = htonl(value); memcpy(at, &value, 4); }

/* The `step`th segment of a flow: SYN, SYN-ACK, ACK, then data and acknowledgment in turn. */
static size_t build(uint8_t *frame, uint32_t flow, uint32_t step) {
  int to_server = step == 0 || step == 2 || (step > 2 && step % 2 == 1);
  uint32_t data = step < 3 ? 0 : (step - 2) / 2 * PAYLOAD;
  uint32_t length = to_server && step > 2 ? PAYLOAD : 0;
  uint32_t client = 0xc0000200u + (flow >> 15), server = 0xc6336402u;
  uint16_t port = (uint16_t)(1024 + (flow & 0x7fff));
  memset(frame, 0xff, 6); /* to everybody: the stack behind the interface does not answer */
  memset(frame + 6, 0x02, 6);
  put16(frame + 12, 0x0800);
  memset(frame + 14, 0, 40);
  frame[14] = 0x45;
  put16(frame + 16, (uint16_t)(40 + length));
  frame[22] = 64;
  frame[23] = 6;
  put32(frame + 26, to_server ? client : server);
  put32(frame + 30, to_server ? server : client);
  put16(frame + 34, to_server ? port : 25);
  put16(frame + 36, to_server ? 25 : port);
  put32(frame + 38, to_server ? 1000 + (step == 0 ? 0 : 1 + data) : 5000 + (step == 1 ? 0 : 1));
  put32(frame + 42, step == 0 ? 0 : to_server ? 5001 : 1001 + data);
  frame[46] = 5 << 4;
  frame[47] = step == 0 ? 0x02 : step == 1 ? 0x12 : length > 0 ? PSH_ACK : 0x10;
  put16(frame + 48, 64240);
  return HEADERS + length;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void sleep_until(double end) {
  struct timespec time = {(time_t)end, (long)((end - (double)(time_t)end) * 1e9)};
  clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL);
}

int main(int count, char **words) {
  if (count != 5) return 64;
  double rate = atof(words[2]), seconds = atof(words[3]);
  uint32_t flows = (uint32_t)atoi(words[4]);
  int descriptor = socket(AF_PACKET, SOCK_RAW, 0);
  struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(words[1])};
  if (descriptor < 0 || bind(descriptor, (struct sockaddr *)&to, sizeof to) != 0) {
    perror(words[1]);
    return 77;
  }
  struct mmsghdr messages[BATCH];
  struct iovec pieces[BATCH];
  memset(messages, 0, sizeof messages);
  uint64_t sent = 0, total = (uint64_t)(rate * seconds);
  double begun = now();
  while (sent < total) {
    uint32_t batch = total - sent < BATCH ? (uint32_t)(total - sent) : BATCH;
    for (uint32_t n = 0; n < batch; n++) {
      uint64_t packet = sent + n;
      size_t length = build(frames[n], (uint32_t)(packet % flows), (uint32_t)(packet / flows));
      pieces[n] = (struct iovec){frames[n], length};
      messages[n].msg_hdr.msg_iov = &pieces[n];
      messages[n].msg_hdr.msg_iovlen = 1;
    }
    int done = sendmmsg(descriptor, messages, batch, 0);
    if (done < 0) {
      perror("sendmmsg");
      return 74;
    }
    sent += (uint64_t)done;
    sleep_until(begun + (double)sent / rate);
  }
  printf("%llu %.3f\n", (unsigned long long)sent, now() - begun);
  return 0;
}
