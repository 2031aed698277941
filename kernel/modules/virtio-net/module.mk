virtio_net_sources = $(virtio_sources)
