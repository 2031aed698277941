# Sources of libnoncrypto, in paths from the top of the tree (or of the folder that 'nonos embed' made).
# Include path: libnoncrypto/include, and libnoncrypto/src for the sources themselves
noncrypto_headers = \
	libnoncrypto/include/noncrypto/blake3.h \
	libnoncrypto/include/noncrypto/config.h \
	libnoncrypto/include/noncrypto/cpu.h \
	libnoncrypto/include/noncrypto/csprng.h \
	libnoncrypto/include/noncrypto/entropy_health.h \
	libnoncrypto/include/noncrypto/memory.h \
	libnoncrypto/include/noncrypto/mldsa65.h \
	libnoncrypto/include/noncrypto/mlkem768.h \
	libnoncrypto/include/noncrypto/result.h \
	libnoncrypto/include/noncrypto/selftest.h \
	libnoncrypto/include/noncrypto/sha3.h
noncrypto_private_headers = \
	libnoncrypto/src/blake3/blake3_private.h \
	libnoncrypto/src/bytes.h \
	libnoncrypto/src/chacha20/chacha20.h \
	libnoncrypto/src/cpu.h \
	libnoncrypto/src/ct.h \
	libnoncrypto/src/lattice/compact_avx2.h \
	libnoncrypto/src/lattice/vector_avx2.h \
	libnoncrypto/src/mldsa/mldsa.h \
	libnoncrypto/src/mldsa/vector_avx2.h \
	libnoncrypto/src/mlkem/mlkem.h \
	libnoncrypto/src/mlkem/vector_avx2.h \
	libnoncrypto/src/selftest.h \
	libnoncrypto/src/sha3/keccak.h \
	libnoncrypto/src/sha3/keccak_rounds.h \
	libnoncrypto/src/sha3/keccak_x4.h
noncrypto_sources = \
	libnoncrypto/src/blake3/blake3.c \
	libnoncrypto/src/blake3/compress.c \
	libnoncrypto/src/blake3/selftest_blake3.c \
	libnoncrypto/src/chacha20/chacha20.c \
	libnoncrypto/src/chacha20/selftest_chacha20.c \
	libnoncrypto/src/cpu.c \
	libnoncrypto/src/csprng/csprng.c \
	libnoncrypto/src/csprng/entropy_health.c \
	libnoncrypto/src/csprng/selftest_csprng.c \
	libnoncrypto/src/lattice/compact_avx2.c \
	libnoncrypto/src/memory.c \
	libnoncrypto/src/mldsa/backend.c \
	libnoncrypto/src/mldsa/codec.c \
	libnoncrypto/src/mldsa/mldsa65.c \
	libnoncrypto/src/mldsa/ntt.c \
	libnoncrypto/src/mldsa/ntt_avx2.c \
	libnoncrypto/src/mldsa/poly_avx2.c \
	libnoncrypto/src/mldsa/rounding.c \
	libnoncrypto/src/mldsa/sample.c \
	libnoncrypto/src/mldsa/sign.c \
	libnoncrypto/src/mlkem/mlkem768.c \
	libnoncrypto/src/mlkem/ntt.c \
	libnoncrypto/src/mlkem/ntt_avx2.c \
	libnoncrypto/src/mlkem/poly.c \
	libnoncrypto/src/mlkem/poly_avx2.c \
	libnoncrypto/src/mlkem/sample.c \
	libnoncrypto/src/result.c \
	libnoncrypto/src/selftest.c \
	libnoncrypto/src/sha3/keccak.c \
	libnoncrypto/src/sha3/keccak_x4.c \
	libnoncrypto/src/sha3/keccak_x4_avx2.c \
	libnoncrypto/src/sha3/sha3.c
