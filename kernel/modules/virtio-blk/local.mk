# Host tests of the VirtIO block driver: the driver proper against a model of the device.
if HAVE_CHECK
check_PROGRAMS += kernel/modules/virtio-blk/tests/test_virtio_blk
TESTS += kernel/modules/virtio-blk/tests/test_virtio_blk
kernel_modules_virtio_blk_tests_test_virtio_blk_SOURCES = \
	kernel/modules/virtio-blk/tests/clients.c kernel/modules/virtio-blk/tests/failure.c \
	kernel/modules/virtio-blk/tests/fixture.c kernel/modules/virtio-blk/tests/fixture.h \
	kernel/modules/virtio-blk/tests/model.c kernel/modules/virtio-blk/tests/model.h \
	kernel/modules/virtio-blk/tests/requests.c kernel/modules/virtio-blk/tests/start.c \
	kernel/modules/virtio-blk/tests/test_virtio_blk.c \
	kernel/modules/virtio-blk/vblk.c $(virtio_host_sources) $(virtio_test_sources)
kernel_modules_virtio_blk_tests_test_virtio_blk_CPPFLAGS = -I$(top_srcdir)/kernel/include \
	-I$(top_srcdir)/tests/harness
kernel_modules_virtio_blk_tests_test_virtio_blk_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_modules_virtio_blk_tests_test_virtio_blk_LDFLAGS = $(program_ldflags)
kernel_modules_virtio_blk_tests_test_virtio_blk_LDADD = $(CHECK_LIBS)
endif

EXTRA_DIST += kernel/modules/virtio-blk
