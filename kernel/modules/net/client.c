#include "client.h"

#include <stdlib.h>

struct client {
    struct client *next;
    uint64_t id; /* of its Account */
    unsigned references;
    unsigned taken[SHARES];
};

/* What all may have is less than the stack has of TCP and UDP: the rest is the resolver's. */
static const struct {
    unsigned one, all;
} limits[SHARES] = {
    [SHARE_SESSIONS] = {16, 256}, [SHARE_TCP] = {12, 22},      [SHARE_LISTENERS] = {8, 16},
    [SHARE_UDP] = {12, 24},       [SHARE_WAITING] = {64, 512}, [SHARE_NAMES] = {4, 8},
    [SHARE_CAPTURES] = {2, 4},
};

static struct client *clients;
static unsigned taken_by_all[SHARES];

int client_of(nonos_handle account, struct client **client)
{
    struct nonos_cap_info info;
    int r = nonos_cap_info(account, &info);
    if (r < 0 || info.type != NONOS_OBJECT_ACCOUNT)
        return r < 0 ? r : NONOS_E_INVALID;
    struct client *c = clients;
    while (c && c->id != info.object_id)
        c = c->next;
    if (!c) {
        c = calloc(1, sizeof(*c));
        if (!c)
            return NONOS_E_NO_MEMORY;
        c->id = info.object_id;
        c->next = clients;
        clients = c;
    }
    *client = client_hold(c);
    return NONOS_OK;
}

struct client *client_hold(struct client *client)
{
    client->references++;
    return client;
}

void client_release(struct client *client)
{
    if (--client->references > 0)
        return;
    struct client **link = &clients;
    while (*link != client)
        link = &(*link)->next;
    *link = client->next;
    free(client);
}

bool client_take(struct client *client, enum share share, unsigned n)
{
    if (n > limits[share].one - client->taken[share] || n > limits[share].all - taken_by_all[share])
        return false;
    client->taken[share] += n;
    taken_by_all[share] += n;
    return true;
}

void client_return(struct client *client, enum share share, unsigned n)
{
    client->taken[share] -= n;
    taken_by_all[share] -= n;
}
