# Sources of libnoncrypto, in paths from the top of the tree (or of the folder that 'nonos embed' made).
# Include path: libnoncrypto/include, and libnoncrypto/src for the sources themselves
noncrypto_headers = \
	libnoncrypto/include/noncrypto/aes.h \
	libnoncrypto/include/noncrypto/aes_ccm.h \
	libnoncrypto/include/noncrypto/aes_ctr.h \
	libnoncrypto/include/noncrypto/aes_gcm.h \
	libnoncrypto/include/noncrypto/aes_kw.h \
	libnoncrypto/include/noncrypto/blake3.h \
	libnoncrypto/include/noncrypto/cmac.h \
	libnoncrypto/include/noncrypto/config.h \
	libnoncrypto/include/noncrypto/cpu.h \
	libnoncrypto/include/noncrypto/csprng.h \
	libnoncrypto/include/noncrypto/entropy_health.h \
	libnoncrypto/include/noncrypto/memory.h \
	libnoncrypto/include/noncrypto/result.h \
	libnoncrypto/include/noncrypto/selftest.h
noncrypto_private_headers = \
	libnoncrypto/src/aes/aes_private.h \
	libnoncrypto/src/aes/aesni.h \
	libnoncrypto/src/aes/bitslice.h \
	libnoncrypto/src/aes/gcm_stitched.h \
	libnoncrypto/src/aes/ghash.h \
	libnoncrypto/src/blake3/blake3_private.h \
	libnoncrypto/src/bytes.h \
	libnoncrypto/src/chacha20/chacha20.h \
	libnoncrypto/src/cpu.h \
	libnoncrypto/src/ct.h \
	libnoncrypto/src/selftest.h
noncrypto_sources = \
	libnoncrypto/src/aes/aes.c \
	libnoncrypto/src/aes/aes_aesni.c \
	libnoncrypto/src/aes/aes_portable.c \
	libnoncrypto/src/aes/bitslice.c \
	libnoncrypto/src/aes/ccm.c \
	libnoncrypto/src/aes/cmac.c \
	libnoncrypto/src/aes/ctr.c \
	libnoncrypto/src/aes/gcm.c \
	libnoncrypto/src/aes/gcm_aesni.c \
	libnoncrypto/src/aes/gcm_avx2.c \
	libnoncrypto/src/aes/ghash.c \
	libnoncrypto/src/aes/kw.c \
	libnoncrypto/src/aes/selftest_aes.c \
	libnoncrypto/src/blake3/blake3.c \
	libnoncrypto/src/blake3/compress.c \
	libnoncrypto/src/blake3/selftest_blake3.c \
	libnoncrypto/src/chacha20/chacha20.c \
	libnoncrypto/src/chacha20/selftest_chacha20.c \
	libnoncrypto/src/cpu.c \
	libnoncrypto/src/csprng/csprng.c \
	libnoncrypto/src/csprng/entropy_health.c \
	libnoncrypto/src/csprng/selftest_csprng.c \
	libnoncrypto/src/memory.c \
	libnoncrypto/src/result.c \
	libnoncrypto/src/selftest.c
