# Host tests of the VirtIO network driver: the driver proper against a model of the device.
if HAVE_CHECK
check_PROGRAMS += kernel/modules/virtio-net/tests/test_virtio_net
TESTS += kernel/modules/virtio-net/tests/test_virtio_net
kernel_modules_virtio_net_tests_test_virtio_net_SOURCES = \
	kernel/modules/virtio-net/tests/model.c kernel/modules/virtio-net/tests/model.h \
	kernel/modules/virtio-net/tests/test_virtio_net.c \
	kernel/modules/virtio-net/vnet.c $(virtio_host_sources)
kernel_modules_virtio_net_tests_test_virtio_net_CPPFLAGS = -I$(top_srcdir)/kernel/include \
	-I$(top_srcdir)/tests/harness
kernel_modules_virtio_net_tests_test_virtio_net_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_modules_virtio_net_tests_test_virtio_net_LDFLAGS = $(program_ldflags)
kernel_modules_virtio_net_tests_test_virtio_net_LDADD = $(CHECK_LIBS)
endif

EXTRA_DIST += kernel/modules/virtio-net
