# Sources of libnoncrypto, in paths from the top of the tree (or of the folder that 'nonos embed' made).
# Include path: libnoncrypto/include, and libnoncrypto/src for the sources themselves
noncrypto_headers = \
	libnoncrypto/include/noncrypto/blake3.h \
	libnoncrypto/include/noncrypto/config.h \
	libnoncrypto/include/noncrypto/cpu.h \
	libnoncrypto/include/noncrypto/csprng.h \
	libnoncrypto/include/noncrypto/entropy_health.h \
	libnoncrypto/include/noncrypto/memory.h \
	libnoncrypto/include/noncrypto/p256.h \
	libnoncrypto/include/noncrypto/p256_group.h \
	libnoncrypto/include/noncrypto/p384.h \
	libnoncrypto/include/noncrypto/result.h \
	libnoncrypto/include/noncrypto/rsa.h \
	libnoncrypto/include/noncrypto/selftest.h
noncrypto_private_headers = \
	libnoncrypto/src/bignum/limb.h \
	libnoncrypto/src/bignum/mont.h \
	libnoncrypto/src/blake3/blake3_private.h \
	libnoncrypto/src/bytes.h \
	libnoncrypto/src/chacha20/chacha20.h \
	libnoncrypto/src/cpu.h \
	libnoncrypto/src/ct.h \
	libnoncrypto/src/der/der.h \
	libnoncrypto/src/ecdsa/ecdsa.h \
	libnoncrypto/src/p256/p256_backend.h \
	libnoncrypto/src/p256/p256_field.h \
	libnoncrypto/src/p256/p256_private.h \
	libnoncrypto/src/rsa/rsa_private.h \
	libnoncrypto/src/selftest.h \
	libnoncrypto/src/weierstrass/jacobian.h \
	libnoncrypto/src/weierstrass/point.h \
	libnoncrypto/src/weierstrass/wnaf.h
noncrypto_sources = \
	libnoncrypto/src/bignum/mont.c \
	libnoncrypto/src/bignum/mont_adx.c \
	libnoncrypto/src/blake3/blake3.c \
	libnoncrypto/src/blake3/compress.c \
	libnoncrypto/src/blake3/selftest_blake3.c \
	libnoncrypto/src/chacha20/chacha20.c \
	libnoncrypto/src/chacha20/selftest_chacha20.c \
	libnoncrypto/src/cpu.c \
	libnoncrypto/src/csprng/csprng.c \
	libnoncrypto/src/csprng/entropy_health.c \
	libnoncrypto/src/csprng/selftest_csprng.c \
	libnoncrypto/src/der/der.c \
	libnoncrypto/src/ecdsa/ecdsa.c \
	libnoncrypto/src/memory.c \
	libnoncrypto/src/p256/p256_adx.c \
	libnoncrypto/src/p256/p256_group.c \
	libnoncrypto/src/p256/p256_keys.c \
	libnoncrypto/src/p256/p256_portable.c \
	libnoncrypto/src/p256/p256_scalar.c \
	libnoncrypto/src/p256/p256_tables.c \
	libnoncrypto/src/p384/p384.c \
	libnoncrypto/src/result.c \
	libnoncrypto/src/rsa/rsa.c \
	libnoncrypto/src/selftest.c \
	libnoncrypto/src/weierstrass/wnaf.c
