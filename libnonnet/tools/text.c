#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"

bool text_to_address(const char *text, struct nonnet_address *address)
{
    struct nonnet_address a = {.version = 4};

    if (inet_pton(AF_INET, text, a.octet) != 1) {
        a = (struct nonnet_address){.version = 6};
        if (inet_pton(AF_INET6, text, a.octet) != 1)
            return false;
    }
    *address = a;
    return true;
}

bool text_to_number(const char *text, unsigned long min, unsigned long max, unsigned long *number)
{
    char *end;

    if (text[0] < '0' || text[0] > '9' || strlen(text) > 10)
        return false;
    unsigned long n = strtoul(text, &end, 10);
    if (*end != '\0' || n < min || n > max)
        return false;
    *number = n;
    return true;
}

const char *text_of_address(const struct nonnet_address *address, char out[TEXT_ADDRESS_LEN])
{
    if (!inet_ntop(address->version == 4 ? AF_INET : AF_INET6, address->octet, out,
                   TEXT_ADDRESS_LEN))
        out[0] = '\0';
    return out;
}

const char *text_of_endpoint(const struct nonnet_endpoint *endpoint, char out[TEXT_ADDRESS_LEN])
{
    char address[TEXT_ADDRESS_LEN];

    text_of_address(&endpoint->address, address);
    snprintf(out, TEXT_ADDRESS_LEN, endpoint->address.version == 4 ? "%.48s:%u" : "[%.48s]:%u",
             address, endpoint->port);
    return out;
}

bool argument_address(const struct arguments *a, struct nonnet_address *address)
{
    if (text_to_address(a->argv[0], address))
        return true;
    complain("%s: not an address", a->argv[0]);
    return false;
}

bool argument_endpoint(const struct arguments *a, struct nonnet_endpoint *endpoint)
{
    unsigned long port;

    if (!argument_address(a, &endpoint->address))
        return false;
    if (!text_to_number(a->argv[1], 1, 65535, &port)) {
        complain("%s: not a port", a->argv[1]);
        return false;
    }
    endpoint->port = (uint16_t)port;
    return true;
}
