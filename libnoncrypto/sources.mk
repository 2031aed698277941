# Sources of libnoncrypto, in paths from the top of the tree (or of the folder that 'nonos embed' made).
# Include path: libnoncrypto/include, and libnoncrypto/src for the sources themselves
noncrypto_headers = \
	libnoncrypto/include/noncrypto/argon2.h \
	libnoncrypto/include/noncrypto/blake2b.h \
	libnoncrypto/include/noncrypto/blake3.h \
	libnoncrypto/include/noncrypto/config.h \
	libnoncrypto/include/noncrypto/cpu.h \
	libnoncrypto/include/noncrypto/csprng.h \
	libnoncrypto/include/noncrypto/entropy_health.h \
	libnoncrypto/include/noncrypto/hkdf.h \
	libnoncrypto/include/noncrypto/hmac.h \
	libnoncrypto/include/noncrypto/memory.h \
	libnoncrypto/include/noncrypto/result.h \
	libnoncrypto/include/noncrypto/selftest.h \
	libnoncrypto/include/noncrypto/sha1.h \
	libnoncrypto/include/noncrypto/sha2.h \
	libnoncrypto/include/noncrypto/sha3.h
noncrypto_private_headers = \
	libnoncrypto/src/argon2/argon2_private.h \
	libnoncrypto/src/blake3/blake3_private.h \
	libnoncrypto/src/blake3/rounds.h \
	libnoncrypto/src/bytes.h \
	libnoncrypto/src/chacha20/chacha20.h \
	libnoncrypto/src/cpu.h \
	libnoncrypto/src/ct.h \
	libnoncrypto/src/selftest.h \
	libnoncrypto/src/sha1/sha1_private.h \
	libnoncrypto/src/sha2/sha2_private.h \
	libnoncrypto/src/sha2/sha512_rounds.h \
	libnoncrypto/src/sha3/keccak.h \
	libnoncrypto/src/sha3/keccak_rounds.h
noncrypto_sources = \
	libnoncrypto/src/argon2/argon2.c \
	libnoncrypto/src/argon2/compress.c \
	libnoncrypto/src/argon2/compress_avx2.c \
	libnoncrypto/src/argon2/fill.c \
	libnoncrypto/src/argon2/selftest_argon2.c \
	libnoncrypto/src/blake2b/blake2b.c \
	libnoncrypto/src/blake2b/selftest_blake2b.c \
	libnoncrypto/src/blake3/blake3.c \
	libnoncrypto/src/blake3/compress.c \
	libnoncrypto/src/blake3/compress_sse.c \
	libnoncrypto/src/blake3/nodes.c \
	libnoncrypto/src/blake3/nodes_avx2.c \
	libnoncrypto/src/blake3/nodes_sse.c \
	libnoncrypto/src/blake3/selftest_blake3.c \
	libnoncrypto/src/chacha20/chacha20.c \
	libnoncrypto/src/chacha20/selftest_chacha20.c \
	libnoncrypto/src/cpu.c \
	libnoncrypto/src/csprng/csprng.c \
	libnoncrypto/src/csprng/entropy_health.c \
	libnoncrypto/src/csprng/selftest_csprng.c \
	libnoncrypto/src/hkdf/hkdf.c \
	libnoncrypto/src/hkdf/selftest_hkdf.c \
	libnoncrypto/src/hmac/hmac.c \
	libnoncrypto/src/hmac/selftest_hmac.c \
	libnoncrypto/src/memory.c \
	libnoncrypto/src/result.c \
	libnoncrypto/src/selftest.c \
	libnoncrypto/src/sha1/selftest_sha1.c \
	libnoncrypto/src/sha1/sha1.c \
	libnoncrypto/src/sha1/sha1_shani.c \
	libnoncrypto/src/sha2/selftest_sha2.c \
	libnoncrypto/src/sha2/sha256.c \
	libnoncrypto/src/sha2/sha256_shani.c \
	libnoncrypto/src/sha2/sha512.c \
	libnoncrypto/src/sha2/sha512_avx2.c \
	libnoncrypto/src/sha3/keccak.c \
	libnoncrypto/src/sha3/selftest_sha3.c \
	libnoncrypto/src/sha3/sha3.c
