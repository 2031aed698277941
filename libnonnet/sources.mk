# Sources of libnonnet, in paths from the top of the tree (or of the folder that 'nonos embed' made).
# Include path: libnonnet/include
nonnet_headers = \
	libnonnet/include/nonnet/address.h \
	libnonnet/include/nonnet/checksum.h \
	libnonnet/include/nonnet/counter.h \
	libnonnet/include/nonnet/dhcpv4.h \
	libnonnet/include/nonnet/event.h \
	libnonnet/include/nonnet/handle.h \
	libnonnet/include/nonnet/interface.h \
	libnonnet/include/nonnet/ipv4.h \
	libnonnet/include/nonnet/ipv6.h \
	libnonnet/include/nonnet/result.h \
	libnonnet/include/nonnet/sim.h \
	libnonnet/include/nonnet/stack.h \
	libnonnet/include/nonnet/udp.h
nonnet_private_headers = \
	libnonnet/src/dhcp/dhcpv4.h \
	libnonnet/src/ip/address.h \
	libnonnet/src/ip/arp.h \
	libnonnet/src/ip/icmp.h \
	libnonnet/src/ip/input.h \
	libnonnet/src/ip/neighbour.h \
	libnonnet/src/ip/output.h \
	libnonnet/src/ip/reassembly.h \
	libnonnet/src/ip/route.h \
	libnonnet/src/ndp/ndp.h \
	libnonnet/src/stack/arena.h \
	libnonnet/src/stack/packet.h \
	libnonnet/src/stack/state.h \
	libnonnet/src/udp/udp.h \
	libnonnet/src/wire/arp.h \
	libnonnet/src/wire/bytes.h \
	libnonnet/src/wire/dhcpv4.h \
	libnonnet/src/wire/ethernet.h \
	libnonnet/src/wire/icmp.h \
	libnonnet/src/wire/ndp.h \
	libnonnet/src/wire/udp.h
nonnet_sources = \
	libnonnet/src/dhcp/dhcpv4.c \
	libnonnet/src/ip/address.c \
	libnonnet/src/ip/arp.c \
	libnonnet/src/ip/icmp.c \
	libnonnet/src/ip/icmpv4.c \
	libnonnet/src/ip/icmpv6.c \
	libnonnet/src/ip/input.c \
	libnonnet/src/ip/ipv4.c \
	libnonnet/src/ip/ipv4_input.c \
	libnonnet/src/ip/ipv6.c \
	libnonnet/src/ip/ipv6_chain.c \
	libnonnet/src/ip/ipv6_input.c \
	libnonnet/src/ip/neighbour.c \
	libnonnet/src/ip/output.c \
	libnonnet/src/ip/reassembly.c \
	libnonnet/src/ip/route.c \
	libnonnet/src/ip/source.c \
	libnonnet/src/ndp/dad.c \
	libnonnet/src/ndp/mld.c \
	libnonnet/src/ndp/neighbour.c \
	libnonnet/src/ndp/router.c \
	libnonnet/src/ndp/slaac.c \
	libnonnet/src/result.c \
	libnonnet/src/sim/capture.c \
	libnonnet/src/sim/sim.c \
	libnonnet/src/stack/counter.c \
	libnonnet/src/stack/interface.c \
	libnonnet/src/stack/packet.c \
	libnonnet/src/stack/stack.c \
	libnonnet/src/udp/input.c \
	libnonnet/src/udp/port.c \
	libnonnet/src/udp/queue.c \
	libnonnet/src/udp/socket.c \
	libnonnet/src/wire/arp.c \
	libnonnet/src/wire/checksum.c \
	libnonnet/src/wire/dhcpv4.c \
	libnonnet/src/wire/ndp.c
