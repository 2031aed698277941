# Sources of libnonnet, in paths from the top of the tree (or of the folder that 'nonos embed' made).
# Include path: libnonnet/include
nonnet_headers = \
	libnonnet/include/nonnet/result.h
nonnet_private_headers =
nonnet_sources = \
	libnonnet/src/result.c
