virtio_net_sources = $(virtio_sources) $(nic_driver_sources)
