#include "tcp_link.h"

#include <nonnet/checksum.h>

#define MSS 1460

static uint8_t pattern_byte(uint64_t pattern, uint64_t offset)
{
    return (uint8_t)((offset * 0x9e3779b97f4a7c15u + pattern) >> 56 ^ offset);
}

static void host_init(struct link_host *host, uint64_t seed, uint32_t buffer,
                      const struct tcp_config *config)
{
    uint16_t nranges = 512;
    struct tcp_config own = *config;
    *host = (struct link_host){.pattern = seed, .reads = true};
    host->send = malloc(buffer);
    host->receive = malloc(buffer);
    host->ranges = malloc(nranges * sizeof *host->ranges);
    host->intervals = malloc(256 * sizeof *host->intervals);
    struct tcp_memory memory = {host->send,   host->receive,   buffer,  buffer,
                                host->ranges, host->intervals, nranges, 256};
    own.initial_seq = (uint32_t)check_random(&seed);
    own.timestamp_offset = (uint32_t)check_random(&seed);
    if (own.mss == 0)
        own.mss = MSS;
    ck_assert_int_eq(nonnet_connection_init(&host->tcp, &memory, &own), NONNET_OK);
}

void link_init(struct link *link, uint64_t seed, const struct link_mix *mix, uint32_t buffer,
               const struct tcp_config *config)
{
    *link = (struct link){.mix = *mix, .seed = seed, .now = 1000000};
    link->heap_size = 1024;
    link->heap = malloc(link->heap_size * sizeof *link->heap);
    host_init(&link->a, seed ^ 0xaaaa, buffer, config);
    host_init(&link->b, seed ^ 0xbbbb, buffer, config);
}

static void host_free(struct link_host *host)
{
    free(host->send);
    free(host->receive);
    free(host->ranges);
    free(host->intervals);
}

void link_free(struct link *link)
{
    for (size_t i = 0; i < link->npackets; i++)
        free(link->heap[i].bytes);
    free(link->heap);
    host_free(&link->a);
    host_free(&link->b);
}

static bool packet_before(const struct link_packet *a, const struct link_packet *b)
{
    return a->at != b->at ? a->at < b->at : a->order < b->order;
}

static void heap_swap(struct link *link, size_t i, size_t j)
{
    struct link_packet p = link->heap[i];
    link->heap[i] = link->heap[j];
    link->heap[j] = p;
}

static void heap_push(struct link *link, struct link_packet packet)
{
    if (link->npackets == link->heap_size) {
        link->heap_size *= 2;
        link->heap = realloc(link->heap, link->heap_size * sizeof *link->heap);
    }
    size_t i = link->npackets++;
    link->heap[i] = packet;
    while (i > 0 && packet_before(&link->heap[i], &link->heap[(i - 1) / 2])) {
        heap_swap(link, i, (i - 1) / 2);
        i = (i - 1) / 2;
    }
}

static struct link_packet heap_pop(struct link *link)
{
    struct link_packet top = link->heap[0];
    size_t i = 0;
    link->heap[0] = link->heap[--link->npackets];
    for (;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2; child++) {
            if (child < link->npackets && packet_before(&link->heap[child], &link->heap[least]))
                least = child;
        }
        if (least == i)
            return top;
        heap_swap(link, i, least);
        i = least;
    }
}

static bool chance(struct link *link, unsigned percent)
{
    return percent > 0 && check_random(&link->seed) % 10000 < percent * 100u;
}

static void packet_send(struct link *link, struct link_host *to, const uint8_t *bytes, size_t len)
{
    if (link->cut || chance(link, link->mix.loss_percent))
        return;
    struct link_packet packet = {.to = to, .len = len, .order = link->order++};
    packet.bytes = malloc(len);
    memcpy(packet.bytes, bytes, len);
    if (chance(link, link->mix.corrupt_percent))
        packet.bytes[check_random(&link->seed) % len] ^=
            (uint8_t)(1u << check_random(&link->seed) % 8);
    packet.at = link->now + link->mix.delay_us;
    if (link->mix.jitter_us > 0)
        packet.at += check_random(&link->seed) % link->mix.jitter_us;
    heap_push(link, packet);
}

static void segment_send(struct link *link, struct link_host *to, const struct tcp_segment *segment)
{
    static uint8_t bytes[70000];
    size_t len = nonnet_tcp_header_len(&segment->header);
    ck_assert_int_eq(nonnet_tcp_header_encode(&segment->header, bytes, sizeof bytes), NONNET_OK);
    for (int i = 0; i < 2; i++) {
        if (segment->payload.len[i] > 0)
            memcpy(bytes + len, segment->payload.data[i], segment->payload.len[i]);
        len += segment->payload.len[i];
    }
    uint16_t checksum = nonnet_checksum_of(bytes, len);
    bytes[NONNET_TCP_CHECKSUM_OFFSET] = (uint8_t)(checksum >> 8);
    bytes[NONNET_TCP_CHECKSUM_OFFSET + 1] = (uint8_t)checksum;
    packet_send(link, to, bytes, len);
    if (chance(link, link->mix.duplicate_percent))
        packet_send(link, to, bytes, len);
}

static void host_write(struct link_host *host)
{
    struct tcp_slices room;
    uint64_t left = host->to_write - host->written;

    uint32_t len = nonnet_connection_reserve(&host->tcp, &room);
    if (len > left)
        len = (uint32_t)left;
    for (uint32_t i = 0; i < len; i++) {
        uint8_t *at = i < room.len[0] ? &room.data[0][i] : &room.data[1][i - room.len[0]];
        *at = pattern_byte(host->pattern, host->written + i);
    }
    ck_assert_uint_eq(nonnet_connection_commit(&host->tcp, len), len);
    host->written += len;
}

static void host_read(struct link_host *host, const struct link_host *other)
{
    struct tcp_slices bytes;
    uint32_t len = nonnet_connection_peek(&host->tcp, &bytes);

    for (uint32_t i = 0; i < len; i++) {
        uint8_t got = i < bytes.len[0] ? bytes.data[0][i] : bytes.data[1][i - bytes.len[0]];
        if (got != pattern_byte(other->pattern, host->read + i))
            ck_abort_msg("wrong byte at %llu", (unsigned long long)(host->read + i));
    }
    host->read += len;
    nonnet_connection_consume(&host->tcp, len);
}

static void host_pump(struct link *link, struct link_host *host, struct link_host *other)
{
    struct tcp_segment segment;

    if (host->reads)
        host_read(host, other);
    host_write(host);
    if (host->shut_when_written && host->written == host->to_write &&
        (host->tcp.state == TCP_ESTABLISHED || host->tcp.state == TCP_CLOSE_WAIT))
        nonnet_connection_shutdown(&host->tcp, link->now);
    for (int n = 0; nonnet_connection_output(&host->tcp, link->now, &segment); n++) {
        ck_assert_int_lt(n, 100000);
        host->nsegments++;
        segment_send(link, other, &segment);
    }
    host->events |= nonnet_connection_events(&host->tcp);
}

void link_pump(struct link *link)
{
    host_pump(link, &link->a, &link->b);
    host_pump(link, &link->b, &link->a);
}

void link_open(struct link *link)
{
    nonnet_connection_connect(&link->a.tcp, link->now);
    link_pump(link);
}

/* A closed host b takes a SYN for a simultaneous open, which gives the same connection. */
static void packet_deliver(struct link *link, const struct link_packet *packet)
{
    struct nonnet_tcp_header h;
    struct link_host *to = packet->to;

    if (nonnet_checksum_of(packet->bytes, packet->len) != 0 ||
        nonnet_tcp_header_decode(&h, packet->bytes, packet->len) != NONNET_OK)
        return;
    if (to == &link->b && to->tcp.state == TCP_CLOSED && to->events == 0 &&
        (h.flags & NONNET_TCP_SYN)) {
        nonnet_connection_connect(&to->tcp, link->now);
        to->tcp.syn_pending = false;
        to->tcp.send_next = to->tcp.send_una + 1;
    }
    (void)nonnet_connection_input(&to->tcp, &h, packet->bytes + h.header_len,
                                  packet->len - h.header_len, link->now);
}

bool link_step(struct link *link, uint64_t until)
{
    uint64_t deadline_a = nonnet_connection_deadline(&link->a.tcp);
    uint64_t deadline_b = nonnet_connection_deadline(&link->b.tcp);
    uint64_t at = link->npackets > 0 ? link->heap[0].at : LINK_NEVER;

    at = deadline_a < at ? deadline_a : at;
    at = deadline_b < at ? deadline_b : at;
    if (at == LINK_NEVER || at > until) {
        link->now = until;
        return false;
    }
    if (at > link->now)
        link->now = at;
    while (link->npackets > 0 && link->heap[0].at <= link->now) {
        struct link_packet packet = heap_pop(link);
        packet_deliver(link, &packet);
        free(packet.bytes);
        link_pump(link);
    }
    nonnet_connection_tick(&link->a.tcp, link->now);
    nonnet_connection_tick(&link->b.tcp, link->now);
    link_pump(link);
    return true;
}

void link_run(struct link *link, uint64_t until)
{
    while (link_step(link, until)) {
    }
}

static bool is_over(const struct link_host *host)
{
    return host->tcp.state == TCP_TIME_WAIT || (host->tcp.state == TCP_CLOSED && host->events != 0);
}

bool link_run_to_end(struct link *link, uint64_t until)
{
    while (!is_over(&link->a) || !is_over(&link->b)) {
        if (!link_step(link, until))
            return false;
    }
    return true;
}
