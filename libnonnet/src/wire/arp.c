#include "wire/arp.h"

#include "wire/bytes.h"
#include "wire/ethernet.h"

#define HARDWARE_ETHERNET 1

int nonnet_arp_decode(struct arp_packet *p, const uint8_t *data, size_t len)
{
    struct byte_reader r = byte_reader(data, len);
    struct arp_packet got;

    uint16_t hardware = byte_reader_u16(&r);
    uint16_t protocol = byte_reader_u16(&r);
    uint8_t hardware_len = byte_reader_u8(&r);
    uint8_t protocol_len = byte_reader_u8(&r);
    uint16_t operation = byte_reader_u16(&r);
    byte_reader_copy(&r, got.sender_mac.octet, sizeof got.sender_mac.octet);
    byte_reader_copy(&r, got.sender.octet, sizeof got.sender.octet);
    byte_reader_copy(&r, got.target_mac.octet, sizeof got.target_mac.octet);
    byte_reader_copy(&r, got.target.octet, sizeof got.target.octet);
    if (r.failed)
        return NONNET_E_TRUNCATED;
    if (hardware != HARDWARE_ETHERNET || protocol != ETHERTYPE_IPV4 || hardware_len != 6 ||
        protocol_len != 4 || (operation != ARP_REQUEST && operation != ARP_REPLY))
        return NONNET_E_UNSUPPORTED;
    if (mac_is_group(&got.sender_mac) || mac_is_zero(&got.sender_mac))
        return NONNET_E_MALFORMED;
    got.operation = operation == ARP_REQUEST ? ARP_REQUEST : ARP_REPLY;
    *p = got;
    return NONNET_OK;
}

void nonnet_arp_encode(const struct arp_packet *p, uint8_t *out)
{
    struct byte_writer w = byte_writer(out, ARP_LEN);

    byte_writer_u16(&w, HARDWARE_ETHERNET);
    byte_writer_u16(&w, ETHERTYPE_IPV4);
    byte_writer_u8(&w, 6);
    byte_writer_u8(&w, 4);
    byte_writer_u16(&w, (uint16_t)p->operation);
    byte_writer_copy(&w, p->sender_mac.octet, sizeof p->sender_mac.octet);
    byte_writer_copy(&w, p->sender.octet, sizeof p->sender.octet);
    byte_writer_copy(&w, p->target_mac.octet, sizeof p->target_mac.octet);
    byte_writer_copy(&w, p->target.octet, sizeof p->target.octet);
}
