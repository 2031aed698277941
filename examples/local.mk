# The examples are built by their own makefiles, as a stranger's project would be; the tests run them.
EXTRA_DIST += examples/README.md \
	examples/tiny-kernel/Makefile examples/tiny-kernel/README.md examples/tiny-kernel/boot.S \
	examples/tiny-kernel/include/string.h examples/tiny-kernel/kernel.c examples/tiny-kernel/kernel.ld
dist_check_SCRIPTS += examples/tiny-kernel/run.sh
if KERNEL
TESTS += examples/tiny-kernel/run.sh
endif
