# Sources of libnononion, in paths from the top of the tree (or of the folder that 'nonos embed' made).
# Include path: libnononion/include
nononion_headers = \
	libnononion/include/nononion/cell.h \
	libnononion/include/nononion/channel_cell.h \
	libnononion/include/nononion/circuit_cell.h \
	libnononion/include/nononion/relay_cell.h \
	libnononion/include/nononion/result.h \
	libnononion/include/nononion/stream_message.h
nononion_private_headers = \
	libnononion/src/cell/address.h \
	libnononion/src/cell/bytes.h
nononion_sources = \
	libnononion/src/cell/cell.c \
	libnononion/src/cell/channel_cell.c \
	libnononion/src/cell/circuit_cell.c \
	libnononion/src/relay/relay_cell.c \
	libnononion/src/relay/stream_message.c \
	libnononion/src/result.c
