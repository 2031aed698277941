# Host tests of the runtime, the attestor and the supervisor: the parts that need no kernel.
runtime_host_cppflags = -I$(top_srcdir)/kernel/include -I$(top_srcdir)/tests/harness $(generated_cppflags) \
	-I$(top_srcdir)/libnoncrypto/include -idirafter $(top_srcdir)/kernel/runtime/include
# The C library's functions under the prefix libc_; what they call is each other.
runtime_renamed_cppflags = $(runtime_host_cppflags) -DRUNTIME_TESTS_RENAME \
	-include $(top_srcdir)/kernel/runtime/tests/prefix.h

if HAVE_CHECK
check_LIBRARIES += kernel/runtime/tests/librenamed.a
kernel_runtime_tests_librenamed_a_SOURCES = \
	kernel/runtime/libc/calendar.c kernel/runtime/libc/ctype.c kernel/runtime/libc/fnmatch.c \
	kernel/runtime/libc/format.c kernel/runtime/libc/format.h kernel/runtime/libc/heap.h \
	kernel/runtime/libc/malloc.c kernel/runtime/libc/memory.c kernel/runtime/libc/number.c \
	kernel/runtime/libc/sort.c kernel/runtime/libc/string.c kernel/runtime/tests/prefix.h
kernel_runtime_tests_librenamed_a_CPPFLAGS = $(runtime_renamed_cppflags)
# The compiler must not know what the functions are called to do.
kernel_runtime_tests_librenamed_a_CFLAGS = $(program_cflags) -fno-builtin

check_PROGRAMS += kernel/runtime/tests/test_libc
TESTS += kernel/runtime/tests/test_libc
kernel_runtime_tests_test_libc_SOURCES = kernel/runtime/tests/test_libc.c \
	kernel/runtime/tests/heap_host.c kernel/runtime/tests/heap_host.h
kernel_runtime_tests_test_libc_CPPFLAGS = $(runtime_host_cppflags)
kernel_runtime_tests_test_libc_CFLAGS = $(program_cflags) $(CHECK_CFLAGS) -fno-builtin
kernel_runtime_tests_test_libc_LDFLAGS = $(program_ldflags)
kernel_runtime_tests_test_libc_LDADD = kernel/runtime/tests/librenamed.a $(CHECK_LIBS)

check_PROGRAMS += kernel/runtime/tests/test_malloc
TESTS += kernel/runtime/tests/test_malloc
kernel_runtime_tests_test_malloc_SOURCES = kernel/runtime/tests/test_malloc.c \
	kernel/runtime/tests/heap_host.c kernel/runtime/tests/heap_host.h
kernel_runtime_tests_test_malloc_CPPFLAGS = $(runtime_host_cppflags)
kernel_runtime_tests_test_malloc_CFLAGS = $(program_cflags) $(CHECK_CFLAGS) -fno-builtin
kernel_runtime_tests_test_malloc_LDFLAGS = $(program_ldflags)
kernel_runtime_tests_test_malloc_LDADD = kernel/runtime/tests/librenamed.a $(CHECK_LIBS)

check_PROGRAMS += kernel/runtime/tests/test_startup
TESTS += kernel/runtime/tests/test_startup
kernel_runtime_tests_test_startup_SOURCES = kernel/runtime/tests/test_startup.c \
	kernel/runtime/libc/startup_make.c kernel/runtime/src/startup.c kernel/runtime/src/utf8.c
kernel_runtime_tests_test_startup_CPPFLAGS = $(runtime_host_cppflags)
kernel_runtime_tests_test_startup_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_runtime_tests_test_startup_LDFLAGS = $(program_ldflags)
kernel_runtime_tests_test_startup_LDADD = $(CHECK_LIBS)

check_PROGRAMS += kernel/modules/attestor/tests/test_attestor
TESTS += kernel/modules/attestor/tests/test_attestor
kernel_modules_attestor_tests_test_attestor_SOURCES = kernel/modules/attestor/tests/test_attestor.c \
	kernel/modules/attestor/archive.c kernel/modules/attestor/image.c kernel/modules/attestor/manifest.c
kernel_modules_attestor_tests_test_attestor_CPPFLAGS = $(runtime_host_cppflags)
kernel_modules_attestor_tests_test_attestor_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_modules_attestor_tests_test_attestor_LDFLAGS = $(program_ldflags) -static
kernel_modules_attestor_tests_test_attestor_LDADD = libnoncrypto.la $(CHECK_LIBS)

check_PROGRAMS += kernel/modules/attestor/tests/test_rule
TESTS += kernel/modules/attestor/tests/test_rule
kernel_modules_attestor_tests_test_rule_SOURCES = kernel/modules/attestor/tests/test_rule.c \
	kernel/modules/attestor/rule.c kernel/modules/attestor/verify.c
kernel_modules_attestor_tests_test_rule_CPPFLAGS = $(runtime_host_cppflags) -I$(top_srcdir)/libnonzk/include
kernel_modules_attestor_tests_test_rule_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_modules_attestor_tests_test_rule_LDFLAGS = $(program_ldflags) -static
kernel_modules_attestor_tests_test_rule_LDADD = libnonzk.la libnoncrypto.la $(CHECK_LIBS)

# Its system calls are those of the net module's tests.
check_PROGRAMS += kernel/modules/supervisor/tests/test_services
TESTS += kernel/modules/supervisor/tests/test_services
kernel_modules_supervisor_tests_test_services_SOURCES = kernel/modules/supervisor/tests/test_services.c \
	kernel/modules/supervisor/services.c kernel/runtime/src/name.c
kernel_modules_supervisor_tests_test_services_CPPFLAGS = -I$(top_srcdir)/kernel/modules/net/tests/host $(modules_host_cppflags)
kernel_modules_supervisor_tests_test_services_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_modules_supervisor_tests_test_services_LDFLAGS = $(program_ldflags)
kernel_modules_supervisor_tests_test_services_LDADD = $(CHECK_LIBS)
endif

if FUZZING
FUZZERS += kernel/modules/attestor/fuzz/fuzz_archive kernel/modules/attestor/fuzz/fuzz_image \
	kernel/modules/attestor/fuzz/fuzz_manifest
kernel_modules_attestor_fuzz_fuzz_archive_SOURCES = kernel/modules/attestor/fuzz/fuzz_archive.c \
	kernel/modules/attestor/archive.c
kernel_modules_attestor_fuzz_fuzz_archive_CPPFLAGS = $(runtime_host_cppflags)
kernel_modules_attestor_fuzz_fuzz_archive_CFLAGS = $(fuzzer_cflags)
kernel_modules_attestor_fuzz_fuzz_archive_LDFLAGS = $(fuzzer_ldflags) -static
kernel_modules_attestor_fuzz_fuzz_archive_LDADD = libnoncrypto.la
kernel_modules_attestor_fuzz_fuzz_image_SOURCES = kernel/modules/attestor/fuzz/fuzz_image.c \
	kernel/modules/attestor/image.c
kernel_modules_attestor_fuzz_fuzz_image_CPPFLAGS = $(runtime_host_cppflags)
kernel_modules_attestor_fuzz_fuzz_image_CFLAGS = $(fuzzer_cflags)
kernel_modules_attestor_fuzz_fuzz_image_LDFLAGS = $(fuzzer_ldflags)
kernel_modules_attestor_fuzz_fuzz_manifest_SOURCES = kernel/modules/attestor/fuzz/fuzz_manifest.c \
	kernel/modules/attestor/manifest.c
kernel_modules_attestor_fuzz_fuzz_manifest_CPPFLAGS = $(runtime_host_cppflags)
kernel_modules_attestor_fuzz_fuzz_manifest_CFLAGS = $(fuzzer_cflags)
kernel_modules_attestor_fuzz_fuzz_manifest_LDFLAGS = $(fuzzer_ldflags)
endif
