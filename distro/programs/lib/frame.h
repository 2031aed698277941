/* Frames of Ethernet, as programs that look at the network's need them: what they carry, a line of text, and a filter. Bytes are hostile. */
#ifndef PROGRAMS_LIB_FRAME_H
#define PROGRAMS_LIB_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nonos/net.h>

enum { FRAME_ICMP = 1, FRAME_TCP = 6, FRAME_UDP = 17, FRAME_ICMP_IPV6 = 58 };
enum { FRAME_IPV4 = 0x0800, FRAME_ARP = 0x0806, FRAME_IPV6 = 0x86dd };

/* What does not lie within the frame, or was not captured, is 0. */
struct frame {
    uint16_t type;    /* of Ethernet */
    uint8_t protocol; /* above IP */
    struct nonos_net_endpoint
        source; /* of version 0 if there is none; of ARP the sender's and the target's address */
    struct nonos_net_endpoint destination;
    const uint8_t *upper; /* TCP's, UDP's or ICMP's header, or ARP's; NULL if it is not there */
    size_t upper_len;     /* captured */
    uint32_t len;         /* of the whole frame */
};

/* Decodes the `kept` bytes at `bytes`, the beginning of a frame of `len` bytes. What is malformed is read as far as it makes sense. */
void frame_decode(struct frame *frame, const uint8_t *bytes, size_t kept, uint32_t len);

#define FRAME_TEXT_SIZE 192

/* "tcp 192.0.2.1:80 > 192.0.2.2:1024 SYN ACK, 58 bytes" in `out`, which is returned. */
char *frame_text(char out[FRAME_TEXT_SIZE], const struct frame *frame);

/*
 * A filter of words: arp, ip, ip6, tcp, udp, icmp; "host ADDRESS", "port NUMBER": of either end. "not" before one of these turns it round, "and",
 * which may be left out, binds closer than "or". No words match all.
 */
#define FRAME_FILTER_MAX 32u

struct frame_filter {
    unsigned n;
    struct frame_test {
        uint8_t kind;
        bool negated, alternative; /* the first after "or" */
        struct nonos_net_endpoint value;
    } tests[FRAME_FILTER_MAX];
};

/* Reads `nwords` words. Returns NULL, or what is wrong with `*word`: "is not a port". */
const char *frame_filter_read(struct frame_filter *filter, char *const *words, int nwords,
                              const char **word);
bool frame_filter_matches(const struct frame_filter *filter, const struct frame *frame);

#endif
