include kernel/arch.mk
include kernel/objects.mk
include kernel/boot/local.mk
include kernel/modules.mk
include kernel/modules/tests.mk
include kernel/modules/pci/local.mk
include kernel/modules/virtio/local.mk
include kernel/modules/virtio-blk/local.mk
