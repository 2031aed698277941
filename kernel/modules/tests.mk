# Host tests of the modules' parts that need no kernel.
modules_host_cppflags = -I$(top_srcdir)/kernel/include -I$(top_srcdir)/tests/harness \
	-idirafter $(top_srcdir)/kernel/runtime/include
vfs_host_cppflags = $(modules_host_cppflags) $(generated_cppflags) -I$(top_srcdir)/libnonfs/include
vfs_extfs_sources = kernel/modules/vfs/extfs.c kernel/modules/vfs/extfs_write.c

if HAVE_CHECK
vfs_tests = kernel/modules/vfs/tests/test_vfs kernel/modules/vfs/tests/test_extfs
check_PROGRAMS += $(vfs_tests) kernel/modules/console/tests/test_console
TESTS += $(vfs_tests) kernel/modules/console/tests/test_console
kernel_modules_vfs_tests_test_vfs_SOURCES = kernel/modules/vfs/tests/test_vfs.c \
	kernel/modules/vfs/archivefs.c kernel/modules/vfs/devfs.c kernel/modules/vfs/file.c \
	kernel/modules/vfs/file_change.c kernel/modules/vfs/file_describe.c kernel/modules/vfs/file_mount.c \
	kernel/modules/vfs/pipe.c kernel/modules/vfs/ramfs.c kernel/modules/vfs/ramfs_data.c \
	kernel/modules/vfs/ramfs_names.c kernel/modules/vfs/walk.c $(vfs_extfs_sources)
kernel_modules_vfs_tests_test_vfs_CPPFLAGS = $(vfs_host_cppflags)
kernel_modules_vfs_tests_test_vfs_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_modules_vfs_tests_test_vfs_LDFLAGS = $(program_ldflags)
kernel_modules_vfs_tests_test_vfs_LDADD = libnonfs.la libnoncrypto.la $(CHECK_LIBS)
kernel_modules_vfs_tests_test_extfs_SOURCES = kernel/modules/vfs/tests/test_extfs.c $(vfs_extfs_sources)
kernel_modules_vfs_tests_test_extfs_CPPFLAGS = $(vfs_host_cppflags)
kernel_modules_vfs_tests_test_extfs_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_modules_vfs_tests_test_extfs_LDFLAGS = $(program_ldflags)
kernel_modules_vfs_tests_test_extfs_LDADD = libnonfs.la libnoncrypto.la $(CHECK_LIBS)
$(kernel_modules_vfs_tests_test_vfs_OBJECTS) $(kernel_modules_vfs_tests_test_extfs_OBJECTS): | $(generated_headers)
kernel_modules_console_tests_test_console_SOURCES = kernel/modules/console/tests/test_console.c \
	kernel/modules/console/draw.c kernel/modules/console/font.c kernel/modules/console/keyboard.c \
	kernel/modules/console/term.c kernel/modules/console/term_screen.c kernel/modules/console/tty.c
nodist_kernel_modules_console_tests_test_console_SOURCES = ring3/font/font_8x16.c \
	ring3/font/font_12x24.c ring3/font/font_16x32.c
kernel_modules_console_tests_test_console_CPPFLAGS = $(modules_host_cppflags) \
	-I$(top_srcdir)/kernel/modules/console
kernel_modules_console_tests_test_console_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_modules_console_tests_test_console_LDFLAGS = $(program_ldflags)
kernel_modules_console_tests_test_console_LDADD = $(CHECK_LIBS)
endif

EXTRA_DIST += kernel/modules/console kernel/modules/net kernel/modules/vfs
