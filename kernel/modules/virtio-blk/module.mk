virtio_blk_sources = $(virtio_sources) $(driver_sources)
