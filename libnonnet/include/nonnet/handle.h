/*
 * Handles: an index and a generation in one number, one type for each kind of object. Zero names
 * nothing.
 */
#ifndef NONNET_HANDLE_H
#define NONNET_HANDLE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct nonnet_interface_handle {
    uint32_t id;
};

struct nonnet_udp_handle {
    uint32_t id;
};

struct nonnet_tcp_handle {
    uint32_t id;
};

struct nonnet_tcp_listener_handle {
    uint32_t id;
};

#ifdef __cplusplus
}
#endif

#endif
