# Sources of libnoncrypto, in paths from the top of the tree (or of the folder that 'nonos embed' made).
# Include path: libnoncrypto/include
noncrypto_headers = \
	libnoncrypto/include/noncrypto/result.h
noncrypto_private_headers =
noncrypto_sources = \
	libnoncrypto/src/result.c
