/*
 * Lists of sockets by index: a socket can leave one from the middle at no cost. The links of one
 * kind of list are an array with a place for each socket, which is in at most one list of the kind.
 */
#ifndef NONNET_TCP_LIST_H
#define NONNET_TCP_LIST_H

#include <stdbool.h>
#include <stdint.h>

#define LIST_END 0xffffu

struct tcp_list {
    uint16_t first;
    uint16_t last;
};

struct tcp_link {
    uint16_t next;
    uint16_t previous;
    bool listed;
};

static inline struct tcp_list list_empty(void)
{
    return (struct tcp_list){.first = LIST_END, .last = LIST_END};
}

/* Puts a socket at the end, unless it is in a list of this kind. */
static inline void list_append(struct tcp_list *list, struct tcp_link *links, uint16_t index)
{
    if (links[index].listed)
        return;
    links[index] = (struct tcp_link){.next = LIST_END, .previous = list->last, .listed = true};
    if (list->last == LIST_END)
        list->first = index;
    else
        links[list->last].next = index;
    list->last = index;
}

/* Takes a socket out of the list, if it is in one. */
static inline void list_remove(struct tcp_list *list, struct tcp_link *links, uint16_t index)
{
    struct tcp_link link = links[index];

    if (!link.listed)
        return;
    if (link.previous == LIST_END)
        list->first = link.next;
    else
        links[link.previous].next = link.next;
    if (link.next == LIST_END)
        list->last = link.previous;
    else
        links[link.next].previous = link.previous;
    links[index].listed = false;
}

#endif
