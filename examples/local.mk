# The examples are built by their own makefiles, as a stranger's project would be; the tests run them.
EXTRA_DIST += examples/README.md \
	examples/sealed-log/Makefile examples/sealed-log/README.md examples/sealed-log/kernel.c examples/sealed-log/main.c \
	examples/sealed-log/sealed_log.c examples/sealed-log/sealed_log.h \
	examples/tiny-kernel/Makefile examples/tiny-kernel/README.md examples/tiny-kernel/boot.S \
	examples/tiny-kernel/include/string.h examples/tiny-kernel/kernel.c examples/tiny-kernel/kernel.ld \
	examples/linux-module/Kbuild examples/linux-module/Makefile examples/linux-module/README.md \
	examples/linux-module/fetch-kernel.sh examples/linux-module/guest-init.sh \
	examples/linux-module/include/README.md examples/linux-module/include/stdbool.h examples/linux-module/include/stddef.h \
	examples/linux-module/include/stdint.h examples/linux-module/include/string.h \
	examples/linux-module/module.c
dist_check_SCRIPTS += examples/sealed-log/run.sh examples/tiny-kernel/run.sh examples/linux-module/run.sh
if KERNEL
TESTS += examples/sealed-log/run.sh examples/tiny-kernel/run.sh examples/linux-module/run.sh
endif

# What the examples' own makefiles leave.
distclean-local: clean-examples
clean-examples:
	rm -rf examples/sealed-log/build examples/tiny-kernel/build examples/linux-module/build
.PHONY: clean-examples
