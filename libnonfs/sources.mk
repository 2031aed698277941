# Sources of libnonfs, in paths from the top of the tree (or of the folder that 'nonos embed' made).
# Include path: libnonfs/include
nonfs_headers = \
	libnonfs/include/nonfs/result.h
nonfs_private_headers =
nonfs_sources = \
	libnonfs/src/result.c
