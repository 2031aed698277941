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
	libnonnet/src/tcp/arithmetic.h \
	libnonnet/src/tcp/congestion.h \
	libnonnet/src/tcp/connection.h \
	libnonnet/src/tcp/internal.h \
	libnonnet/src/tcp/interval.h \
	libnonnet/src/tcp/listener.h \
	libnonnet/src/tcp/ring.h \
	libnonnet/src/tcp/sent.h \
	libnonnet/src/wire/bytes.h
nonnet_sources = \
	libnonnet/src/ip/ipv4.c \
	libnonnet/src/ip/ipv6.c \
	libnonnet/src/ip/ipv6_chain.c \
	libnonnet/src/result.c \
	libnonnet/src/tcp/acknowledge.c \
	libnonnet/src/tcp/congestion.c \
	libnonnet/src/tcp/connection.c \
	libnonnet/src/tcp/input.c \
	libnonnet/src/tcp/interval.c \
	libnonnet/src/tcp/listener.c \
	libnonnet/src/tcp/output.c \
	libnonnet/src/tcp/receive.c \
	libnonnet/src/tcp/recovery.c \
	libnonnet/src/tcp/ring.c \
	libnonnet/src/tcp/sent.c \
	libnonnet/src/tcp/timer.c \
	libnonnet/src/tcp/wire.c \
	libnonnet/src/wire/checksum.c
