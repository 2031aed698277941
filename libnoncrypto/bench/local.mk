noinst_PROGRAMS += libnoncrypto/bench/bench_noncrypto
libnoncrypto_bench_bench_noncrypto_SOURCES = \
	libnoncrypto/bench/bench_noncrypto.c \
	libnoncrypto/bench/measure.c \
	libnoncrypto/bench/measure.h \
	libnoncrypto/bench/peer_blake3.c \
	libnoncrypto/bench/peer_openssl.c \
	libnoncrypto/bench/peer_sodium.c \
	libnoncrypto/bench/peers.h \
	libnoncrypto/bench/print.c \
	libnoncrypto/bench/print.h \
	libnoncrypto/bench/rows.h \
	libnoncrypto/bench/rows_aead.c \
	libnoncrypto/bench/rows_aes.c \
	libnoncrypto/bench/rows_curves.c \
	libnoncrypto/bench/rows_hash.c \
	libnoncrypto/bench/rows_nist.c \
	libnoncrypto/bench/rows_password.c \
	libnoncrypto/bench/rows_pq.c
libnoncrypto_bench_bench_noncrypto_LDADD = libnoncrypto.la $(blake3_objects) $(OPENSSL_LIBS) $(SODIUM_LIBS)

if HAVE_BLAKE3
blake3_objects = \
	libnoncrypto/bench/official_blake3.o \
	libnoncrypto/bench/official_blake3_avx2_x86-64_unix.o \
	libnoncrypto/bench/official_blake3_avx512_x86-64_unix.o \
	libnoncrypto/bench/official_blake3_dispatch.o \
	libnoncrypto/bench/official_blake3_portable.o \
	libnoncrypto/bench/official_blake3_sse2_x86-64_unix.o \
	libnoncrypto/bench/official_blake3_sse41_x86-64_unix.o
CLEANFILES += $(blake3_objects)
libnoncrypto/bench/peer_blake3.$(OBJEXT): private CPPFLAGS += -I$(BLAKE3_DIR)
libnoncrypto/bench/official_%.o: $(BLAKE3_DIR)/%.c
	$(AM_V_CC)$(CC) -O3 -c -o $@ $<
libnoncrypto/bench/official_%.o: $(BLAKE3_DIR)/%.S
	$(AM_V_CC)$(CC) -c -o $@ $<
endif
