# What is shown of the whole library: constant time, wiping, stack use, agreement with others.
noncrypto_ct_files = \
	libnoncrypto/tests/ct/ct_aes.c \
	libnoncrypto/tests/ct/ct_csprng.c \
	libnoncrypto/tests/ct/ct_curve25519.c \
	libnoncrypto/tests/ct/ct_hash.c \
	libnoncrypto/tests/ct/ct_hybrid.c \
	libnoncrypto/tests/ct/ct_memory.c \
	libnoncrypto/tests/ct/ct_mldsa65.c \
	libnoncrypto/tests/ct/ct_mlkem768.c \
	libnoncrypto/tests/ct/ct_p256.c \
	libnoncrypto/tests/ct/ct_symmetric.c \
	libnoncrypto/tests/ct/divisions.allow
EXTRA_DIST += $(noncrypto_ct_files)
dist_check_SCRIPTS += libnoncrypto/tests/ct/report.sh libnoncrypto/tests/ct/run.sh
TESTS += libnoncrypto/tests/ct/run.sh

noinst_HEADERS += libnoncrypto/tests/against.h libnoncrypto/tests/against_message.h
if HAVE_CHECK
noncrypto_against_tests = \
	libnoncrypto/tests/test_against_libsodium \
	libnoncrypto/tests/test_against_openssl \
	libnoncrypto/tests/test_against_openssl_keys
check_PROGRAMS += $(noncrypto_against_tests)
TESTS += $(noncrypto_against_tests)
libnoncrypto_tests_test_against_libsodium_LDADD = $(LDADD) $(SODIUM_LIBS)
libnoncrypto_tests_test_against_openssl_LDADD = $(LDADD) $(OPENSSL_LIBS)
libnoncrypto_tests_test_against_openssl_keys_LDADD = $(LDADD) $(OPENSSL_LIBS)
endif

noinst_HEADERS += libnoncrypto/tests/operations.h
if HAVE_CHECK
noncrypto_stack_tests = \
	libnoncrypto/tests/test_stack \
	libnoncrypto/tests/test_wipe
check_PROGRAMS += $(noncrypto_stack_tests)
TESTS += $(noncrypto_stack_tests)
libnoncrypto_tests_test_stack_SOURCES = libnoncrypto/tests/operations.c libnoncrypto/tests/test_stack.c
libnoncrypto_tests_test_wipe_SOURCES = libnoncrypto/tests/operations.c libnoncrypto/tests/test_wipe.c
if KERNEL
# The same as the kernel is compiled: general registers only.
check_PROGRAMS += libnoncrypto/tests/test_stack_kernel
TESTS += libnoncrypto/tests/test_stack_kernel
libnoncrypto_tests_test_stack_kernel_SOURCES = libnoncrypto/tests/operations.c libnoncrypto/tests/test_stack.c
libnoncrypto_tests_test_stack_kernel_LDADD = libnoncrypto-kernel.a $(CHECK_LIBS)
endif
endif

# Statistics on time, for tests/long.sh.
check_PROGRAMS += libnoncrypto/tests/ct/dudect
