# Host tests of the modules' parts that need no kernel.
modules_host_cppflags = -I$(top_srcdir)/kernel/include -I$(top_srcdir)/tests/harness \
	-idirafter $(top_srcdir)/kernel/runtime/include
vfs_host_cppflags = $(modules_host_cppflags) $(generated_cppflags) -I$(top_srcdir)/libnonfs/include \
	-I$(top_srcdir)/libnoncrypto/include

# The net module whole but for main(), which tests/kernel.c includes, over a kernel that the tests play.
net_host_cppflags = -I$(top_srcdir)/kernel/modules/net/tests/host $(modules_host_cppflags) \
	-I$(top_srcdir)/libnoncrypto/include -I$(top_srcdir)/libnonnet/include
net_host_sources = kernel/modules/net/tests/kernel.c kernel/modules/net/tests/kernel.h \
	kernel/modules/net/ask.c kernel/modules/net/capture.c kernel/modules/net/client.c kernel/modules/net/control.c kernel/modules/net/dns.c kernel/modules/net/flow.c kernel/modules/net/host.c \
	kernel/modules/net/nic.c kernel/modules/net/request.c kernel/modules/net/socket.c \
	kernel/runtime/src/buffer.c kernel/runtime/src/server.c
net_players_sources = kernel/modules/net/tests/hostile.c kernel/modules/net/tests/players.c kernel/modules/net/tests/players.h \
	kernel/modules/net/tests/router.c kernel/modules/net/tests/router.h

# The same on a TAP device.
check_PROGRAMS += kernel/modules/net/tests/net_on_tap
TESTS += kernel/modules/net/tests/test_on_tap.py
dist_check_SCRIPTS += kernel/modules/net/tests/test_on_tap.py
kernel_modules_net_tests_net_on_tap_SOURCES = kernel/modules/net/tests/net_on_tap.c $(net_host_sources)
kernel_modules_net_tests_net_on_tap_CPPFLAGS = $(net_host_cppflags)
kernel_modules_net_tests_net_on_tap_CFLAGS = $(program_cflags)
kernel_modules_net_tests_net_on_tap_LDFLAGS = $(program_ldflags) -static
kernel_modules_net_tests_net_on_tap_LDADD = libnonnet.la libnoncrypto.la

if HAVE_CHECK
vfs_tests = kernel/modules/vfs/tests/test_blockdev kernel/modules/vfs/tests/test_vfs
check_PROGRAMS += $(vfs_tests) kernel/modules/console/tests/test_console
TESTS += $(vfs_tests) kernel/modules/console/tests/test_console
kernel_modules_vfs_tests_test_vfs_SOURCES = kernel/modules/vfs/tests/test_vfs.c \
	kernel/modules/vfs/archivefs.c kernel/modules/vfs/devfs.c kernel/modules/vfs/file.c \
	kernel/modules/vfs/file_change.c kernel/modules/vfs/file_describe.c kernel/modules/vfs/file_mount.c \
	kernel/modules/vfs/pipe.c kernel/modules/vfs/tmpfs.c kernel/modules/vfs/tree.c
kernel_modules_vfs_tests_test_vfs_CPPFLAGS = $(vfs_host_cppflags)
kernel_modules_vfs_tests_test_vfs_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_modules_vfs_tests_test_vfs_LDFLAGS = $(program_ldflags)
kernel_modules_vfs_tests_test_vfs_LDADD = libnonfs.la libnoncrypto.la $(CHECK_LIBS) -lpthread
$(kernel_modules_vfs_tests_test_vfs_OBJECTS): | $(generated_headers)
kernel_modules_vfs_tests_test_blockdev_SOURCES = kernel/modules/vfs/tests/test_blockdev.c kernel/modules/vfs/blockdev.c
kernel_modules_vfs_tests_test_blockdev_CPPFLAGS = -I$(top_srcdir)/kernel/modules/vfs/tests/host $(vfs_host_cppflags)
kernel_modules_vfs_tests_test_blockdev_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_modules_vfs_tests_test_blockdev_LDFLAGS = $(program_ldflags)
kernel_modules_vfs_tests_test_blockdev_LDADD = $(CHECK_LIBS) -lpthread
$(kernel_modules_vfs_tests_test_blockdev_OBJECTS): | $(generated_headers)
kernel_modules_console_tests_test_console_SOURCES = kernel/modules/console/tests/test_console.c \
	kernel/modules/console/draw.c kernel/modules/console/font.c kernel/modules/console/keyboard.c kernel/modules/console/notices.c \
	kernel/modules/console/term.c kernel/modules/console/term_screen.c kernel/modules/console/tty.c
nodist_kernel_modules_console_tests_test_console_SOURCES = ring3/font/font_8x16.c \
	ring3/font/font_12x24.c ring3/font/font_16x32.c
kernel_modules_console_tests_test_console_CPPFLAGS = $(modules_host_cppflags) \
	-I$(top_srcdir)/kernel/modules/console
kernel_modules_console_tests_test_console_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_modules_console_tests_test_console_LDFLAGS = $(program_ldflags)
kernel_modules_console_tests_test_console_LDADD = $(CHECK_LIBS)
net_tests = kernel/modules/net/tests/test_capture kernel/modules/net/tests/test_flow kernel/modules/net/tests/test_net
check_PROGRAMS += $(net_tests)
TESTS += $(net_tests)
kernel_modules_net_tests_test_capture_SOURCES = kernel/modules/net/tests/test_capture.c $(net_players_sources) \
	$(net_host_sources)
kernel_modules_net_tests_test_capture_CPPFLAGS = $(net_host_cppflags)
kernel_modules_net_tests_test_capture_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_modules_net_tests_test_capture_LDFLAGS = $(program_ldflags) -static
kernel_modules_net_tests_test_capture_LDADD = libnonnet.la libnoncrypto.la $(CHECK_LIBS)
kernel_modules_net_tests_test_flow_SOURCES = kernel/modules/net/tests/test_flow.c kernel/modules/net/flow.c
kernel_modules_net_tests_test_flow_CPPFLAGS = $(net_host_cppflags)
kernel_modules_net_tests_test_flow_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_modules_net_tests_test_flow_LDFLAGS = $(program_ldflags) -static
kernel_modules_net_tests_test_flow_LDADD = libnoncrypto.la $(CHECK_LIBS)
kernel_modules_net_tests_test_net_SOURCES = kernel/modules/net/tests/test_net.c $(net_players_sources) \
	$(net_host_sources)
kernel_modules_net_tests_test_net_CPPFLAGS = $(net_host_cppflags)
kernel_modules_net_tests_test_net_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_modules_net_tests_test_net_LDFLAGS = $(program_ldflags) -static
kernel_modules_net_tests_test_net_LDADD = libnonnet.la libnoncrypto.la $(CHECK_LIBS)
endif

if FUZZING
FUZZERS += kernel/modules/net/fuzz/fuzz_net
kernel_modules_net_fuzz_fuzz_net_SOURCES = kernel/modules/net/fuzz/fuzz_net.c $(net_players_sources) \
	$(net_host_sources)
kernel_modules_net_fuzz_fuzz_net_CPPFLAGS = $(net_host_cppflags)
kernel_modules_net_fuzz_fuzz_net_CFLAGS = $(fuzzer_cflags)
kernel_modules_net_fuzz_fuzz_net_LDFLAGS = $(fuzzer_ldflags) -static
kernel_modules_net_fuzz_fuzz_net_LDADD = libnonnet.la libnoncrypto.la
endif

EXTRA_DIST += kernel/modules/console kernel/modules/net kernel/modules/vfs
dist_check_SCRIPTS += kernel/modules/vfs/tests/test_races.sh
TESTS += kernel/modules/vfs/tests/test_races.sh
