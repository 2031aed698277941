# Sources of libnononion, in paths from the top of the tree (or of the folder that 'nonos embed' made).
# Include path: libnononion/include
nononion_headers = \
	libnononion/include/nononion/result.h
nononion_private_headers =
nononion_sources = \
	libnononion/src/result.c
