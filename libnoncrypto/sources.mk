# Sources of libnoncrypto, in paths from the top of the tree (or of the folder that 'nonos embed' made).
# Include path: libnoncrypto/include, and libnoncrypto/src for the sources themselves
noncrypto_headers = \
	libnoncrypto/include/noncrypto/aead.h \
	libnoncrypto/include/noncrypto/blake3.h \
	libnoncrypto/include/noncrypto/chacha20.h \
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
	libnoncrypto/include/noncrypto/poly1305.h \
	libnoncrypto/include/noncrypto/result.h \
	libnoncrypto/include/noncrypto/selftest.h \
	libnoncrypto/include/noncrypto/siphash.h
	libnoncrypto/include/noncrypto/mldsa65.h \
	libnoncrypto/include/noncrypto/mlkem768.h \
	libnoncrypto/include/noncrypto/result.h \
	libnoncrypto/include/noncrypto/selftest.h \
	libnoncrypto/include/noncrypto/sha3.h
noncrypto_private_headers = \
	libnoncrypto/src/aead/aead_private.h \
	libnoncrypto/src/aes/aes_private.h \
	libnoncrypto/src/aes/aesni.h \
	libnoncrypto/src/aes/bitslice.h \
	libnoncrypto/src/aes/ghash.h \
	libnoncrypto/src/blake3/blake3_private.h \
	libnoncrypto/src/bytes.h \
	libnoncrypto/src/chacha20/avx2.h \
	libnoncrypto/src/chacha20/chacha20.h \
	libnoncrypto/src/cpu.h \
	libnoncrypto/src/ct.h \
	libnoncrypto/src/poly1305/blocks32.h \
	libnoncrypto/src/poly1305/blocks64.h \
	libnoncrypto/src/poly1305/poly1305_private.h \
	libnoncrypto/src/poly1305/step_x86_64.h \
	libnoncrypto/src/selftest.h
	libnoncrypto/src/mldsa/mldsa.h \
	libnoncrypto/src/mlkem/mlkem.h \
	libnoncrypto/src/selftest.h \
	libnoncrypto/src/sha3/keccak.h \
	libnoncrypto/src/sha3/keccak_rounds.h \
	libnoncrypto/src/sha3/keccak_x4.h
noncrypto_sources = \
	libnoncrypto/src/aead/aead.c \
	libnoncrypto/src/aead/aead_avx2.c \
	libnoncrypto/src/aead/selftest_aead.c \
	libnoncrypto/src/aes/aes.c \
	libnoncrypto/src/aes/aes_aesni.c \
	libnoncrypto/src/aes/aes_portable.c \
	libnoncrypto/src/aes/bitslice.c \
	libnoncrypto/src/aes/ccm.c \
	libnoncrypto/src/aes/cmac.c \
	libnoncrypto/src/aes/ctr.c \
	libnoncrypto/src/aes/gcm.c \
	libnoncrypto/src/aes/gcm_aesni.c \
	libnoncrypto/src/aes/ghash.c \
	libnoncrypto/src/aes/kw.c \
	libnoncrypto/src/aes/selftest_aes.c \
	libnoncrypto/src/blake3/blake3.c \
	libnoncrypto/src/blake3/compress.c \
	libnoncrypto/src/blake3/selftest_blake3.c \
	libnoncrypto/src/chacha20/chacha20.c \
	libnoncrypto/src/chacha20/chacha20_avx2.c \
	libnoncrypto/src/chacha20/chacha20_sse.c \
	libnoncrypto/src/chacha20/selftest_chacha20.c \
	libnoncrypto/src/chacha20/stream.c \
	libnoncrypto/src/cpu.c \
	libnoncrypto/src/csprng/csprng.c \
	libnoncrypto/src/csprng/entropy_health.c \
	libnoncrypto/src/csprng/selftest_csprng.c \
	libnoncrypto/src/memory.c \
	libnoncrypto/src/poly1305/poly1305.c \
	libnoncrypto/src/poly1305/selftest_poly1305.c \
	libnoncrypto/src/result.c \
	libnoncrypto/src/selftest.c \
	libnoncrypto/src/siphash/selftest_siphash.c \
	libnoncrypto/src/siphash/siphash.c
	libnoncrypto/src/mldsa/backend.c \
	libnoncrypto/src/mldsa/codec.c \
	libnoncrypto/src/mldsa/mldsa65.c \
	libnoncrypto/src/mldsa/ntt.c \
	libnoncrypto/src/mldsa/rounding.c \
	libnoncrypto/src/mldsa/sample.c \
	libnoncrypto/src/mldsa/sign.c \
	libnoncrypto/src/mlkem/mlkem768.c \
	libnoncrypto/src/mlkem/ntt.c \
	libnoncrypto/src/mlkem/poly.c \
	libnoncrypto/src/mlkem/sample.c \
	libnoncrypto/src/result.c \
	libnoncrypto/src/selftest.c \
	libnoncrypto/src/sha3/keccak.c \
	libnoncrypto/src/sha3/keccak_x4.c \
	libnoncrypto/src/sha3/keccak_x4_avx2.c \
	libnoncrypto/src/sha3/sha3.c
