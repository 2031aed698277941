/*
 * What a host of IPv6 does on its link: neighbour discovery (RFC 4861), duplicate address detection
 * (RFC 4862, RFC 7527), address configuration (RFC 4862, 7217, 8981) and the reports of group
 * membership that go with it (RFC 3810). The files: neighbour.c, dad.c, router.c, slaac.c, mld.c.
 */
#ifndef NONNET_NDP_NDP_H
#define NONNET_NDP_NDP_H

#include "ip/input.h"
#include "stack/state.h"
#include "wire/ndp.h"

/* Takes a message of neighbour discovery whose checksum was right. */
void nonnet_ndp_input(struct nonnet_stack *stack, const struct delivery *d);
void nonnet_mld_input(struct nonnet_stack *stack, const struct delivery *d);

void nonnet_ndp_link_up(struct nonnet_stack *stack, struct interface *interface);
void nonnet_ndp_tick(struct nonnet_stack *stack);
uint64_t nonnet_ndp_deadline(const struct nonnet_stack *stack);

/* Asks for a neighbour's station: of all that could have the address, or of the one that had it. */
void nonnet_ndp_solicit(struct nonnet_stack *stack, uint8_t interface,
                        const struct nonnet_address *ip, const struct nonnet_address *asker,
                        const struct nonnet_mac *to);

/*
 * Sends a message with hop limit 255 from `source` (version 0: the unspecified address); straight
 * to a station unless `link` is NULL.
 */
void nonnet_ndp_send(struct nonnet_stack *stack, uint8_t interface, const struct ndp_message *m,
                     const struct nonnet_address *source, const struct nonnet_address *destination,
                     const struct nonnet_mac *link);

/*
 * The next step of an IPv6 address that is due: its probe, or the end of the wait for objections.
 */
void nonnet_dad_step(struct nonnet_stack *stack, struct address *a);
/* A solicitation, or an advertisement, for an address of ours that is still tentative. */
void nonnet_dad_hear(struct nonnet_stack *stack, struct address *a, const struct ndp_message *m,
                     const struct delivery *d);

void nonnet_router_advertised(struct nonnet_stack *stack, const struct ndp_message *m,
                              const struct delivery *d);
void nonnet_router_redirected(struct nonnet_stack *stack, const struct ndp_message *m,
                              const struct delivery *d);
/* Asks for routers when that is due: RFC 7559. */
void nonnet_router_solicit(struct nonnet_stack *stack, struct interface *interface);

/* Makes the link-local address of an interface. */
void nonnet_slaac_link_local(struct nonnet_stack *stack, struct interface *interface);
void nonnet_slaac_prefix(struct nonnet_stack *stack, struct interface *interface,
                         const struct ndp_prefix *prefix);
/* An address turned out to be somebody else's, and is gone: another takes its place. */
void nonnet_slaac_conflict(struct nonnet_stack *stack, const struct address *lost);
void nonnet_slaac_tick(struct nonnet_stack *stack);
uint64_t nonnet_slaac_deadline(const struct nonnet_stack *stack);

/*
 * Whether the interface is a member of the group: all nodes, or an address' solicited-node group.
 */
bool nonnet_mld_is_member(const struct nonnet_stack *stack, uint8_t interface,
                          const struct nonnet_address *group);
/* An address came or went, and with it a group. */
void nonnet_mld_groups_changed(struct nonnet_stack *stack, struct interface *interface);
void nonnet_mld_tick(struct nonnet_stack *stack, struct interface *interface);

#endif
