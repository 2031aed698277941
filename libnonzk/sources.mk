# Sources of libnonzk, in paths from the top of the tree (or of the folder that 'nonos embed' made).
# Include path: libnonzk/include
nonzk_headers = \
	libnonzk/include/nonzk/result.h
nonzk_private_headers =
nonzk_sources = \
	libnonzk/src/result.c
