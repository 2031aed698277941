# The examples are built by their own makefiles, as a stranger's project would be; the tests run them.
EXTRA_DIST += examples/README.md \
	examples/initrd-ext4/Makefile examples/initrd-ext4/README.md examples/initrd-ext4/initrd.c examples/initrd-ext4/initrd.h \
	examples/initrd-ext4/kernel.c examples/initrd-ext4/main.c \
	examples/echo-kernel/Makefile examples/echo-kernel/README.md examples/echo-kernel/kernel.c examples/echo-kernel/pci.h \
	examples/echo-kernel/peer.py examples/echo-kernel/virtio_net.c examples/echo-kernel/virtio_net.h \
	examples/sealed-log/Makefile examples/sealed-log/README.md examples/sealed-log/kernel.c examples/sealed-log/main.c \
	examples/sealed-log/sealed_log.c examples/sealed-log/sealed_log.h \
	examples/tiny-kernel/Makefile examples/tiny-kernel/README.md examples/tiny-kernel/boot.S \
	examples/tiny-kernel/include/README.md examples/tiny-kernel/include/string.h examples/tiny-kernel/kernel.c examples/tiny-kernel/kernel.ld \
	examples/tiny-kernel/machine.c examples/tiny-kernel/machine.h \
	examples/verify-anywhere/Makefile examples/verify-anywhere/README.md examples/verify-anywhere/kernel.c \
	examples/verify-anywhere/key.S examples/verify-anywhere/main.c examples/verify-anywhere/proof.json \
	examples/verify-anywhere/public.json examples/verify-anywhere/verify.c examples/verify-anywhere/verify.h \
	examples/verify-anywhere/vk.json \
	examples/linux-module/Kbuild examples/linux-module/Makefile examples/linux-module/README.md \
	examples/linux-module/fetch-kernel.sh examples/linux-module/guest-init.sh \
	examples/linux-module/include/README.md examples/linux-module/include/stdbool.h examples/linux-module/include/stddef.h \
	examples/linux-module/include/stdint.h examples/linux-module/include/string.h \
	examples/linux-module/module.c
dist_check_SCRIPTS += examples/echo-kernel/run.sh examples/initrd-ext4/run.sh examples/sealed-log/run.sh examples/tiny-kernel/run.sh \
	examples/linux-module/run.sh examples/verify-anywhere/run.sh
if KERNEL
TESTS += examples/echo-kernel/run.sh examples/initrd-ext4/run.sh examples/sealed-log/run.sh examples/tiny-kernel/run.sh \
	examples/linux-module/run.sh examples/verify-anywhere/run.sh
endif

# What the examples' own makefiles leave.
distclean-local: clean-examples
clean-examples:
	rm -rf examples/echo-kernel/build examples/initrd-ext4/build examples/sealed-log/build examples/tiny-kernel/build \
		examples/linux-module/build examples/verify-anywhere/build
.PHONY: clean-examples
