# Host tests of the VirtIO network driver: the driver proper against a model of the device.
vnet_host_sources = kernel/modules/virtio-net/commands.c kernel/modules/virtio-net/frames.c \
	kernel/modules/virtio-net/header.c kernel/modules/virtio-net/vnet.c $(virtio_host_sources)
vnet_model_sources = kernel/modules/virtio-net/tests/model.c kernel/modules/virtio-net/tests/model.h \
	$(virtio_test_sources)
if HAVE_CHECK
check_PROGRAMS += kernel/modules/virtio-net/tests/test_virtio_net
TESTS += kernel/modules/virtio-net/tests/test_virtio_net
kernel_modules_virtio_net_tests_test_virtio_net_SOURCES = \
	kernel/modules/virtio-net/tests/fixture.c kernel/modules/virtio-net/tests/fixture.h \
	kernel/modules/virtio-net/tests/pairs.c kernel/modules/virtio-net/tests/test_virtio_net.c $(vnet_model_sources) $(vnet_host_sources) \
	$(nic_test_sources)
kernel_modules_virtio_net_tests_test_virtio_net_CPPFLAGS = -I$(top_srcdir)/kernel/include \
	-I$(top_srcdir)/tests/harness
kernel_modules_virtio_net_tests_test_virtio_net_CFLAGS = $(program_cflags) $(CHECK_CFLAGS)
kernel_modules_virtio_net_tests_test_virtio_net_LDFLAGS = $(program_ldflags)
kernel_modules_virtio_net_tests_test_virtio_net_LDADD = $(CHECK_LIBS)
endif

if FUZZING
FUZZERS += kernel/modules/virtio-net/fuzz/fuzz_virtio_net
kernel_modules_virtio_net_fuzz_fuzz_virtio_net_SOURCES = kernel/modules/virtio-net/fuzz/fuzz_virtio_net.c \
	$(vnet_model_sources) $(vnet_host_sources) $(nic_fuzz_sources)
kernel_modules_virtio_net_fuzz_fuzz_virtio_net_CPPFLAGS = $(nic_fuzz_cppflags)
kernel_modules_virtio_net_fuzz_fuzz_virtio_net_CFLAGS = $(fuzzer_cflags)
kernel_modules_virtio_net_fuzz_fuzz_virtio_net_LDFLAGS = $(fuzzer_ldflags)
kernel_modules_virtio_net_fuzz_fuzz_virtio_net_LDADD =
endif

EXTRA_DIST += kernel/modules/virtio-net
