# Sources of libnonnet, in paths from the top of the tree (or of the folder that 'nonos embed' made).
# Include path: libnonnet/include
nonnet_headers = \
	libnonnet/include/nonnet/address.h \
	libnonnet/include/nonnet/checksum.h \
	libnonnet/include/nonnet/ipv4.h \
	libnonnet/include/nonnet/ipv6.h \
	libnonnet/include/nonnet/result.h \
	libnonnet/include/nonnet/tcp_wire.h
nonnet_private_headers = \
	libnonnet/src/wire/bytes.h
nonnet_sources = \
	libnonnet/src/ip/ipv4.c \
	libnonnet/src/ip/ipv6.c \
	libnonnet/src/ip/ipv6_chain.c \
	libnonnet/src/result.c \
	libnonnet/src/tcp/wire.c \
	libnonnet/src/wire/checksum.c
