# What drivers of VirtIO devices share: linked into each of them, and its first part into their host tests.
virtio_host_sources = kernel/modules/virtio/device.c kernel/modules/virtio/queue.c
virtio_sources = $(virtio_host_sources) kernel/modules/virtio/transport.c
virtio_test_sources = kernel/modules/virtio/tests/model.c kernel/modules/virtio/tests/model.h

EXTRA_DIST += kernel/modules/virtio
