# The objects of the microkernel: capabilities, IPC, scheduler, interrupts, modules, audit; and all that is made from
# the table of system calls.

syscalls_def = $(top_srcdir)/kernel/include/nonos/syscalls.def
syscalls_py = $(top_srcdir)/kernel/tools/syscalls.py
# Where generated headers are: user mode includes <nonos/syscall.h>, the kernel <syscall_dispatch.h>.
generated_cppflags = -I$(top_builddir)/kernel/generated

generated_headers = \
	kernel/generated/nonos/syscall_numbers.h \
	kernel/generated/nonos/syscall.h \
	kernel/generated/syscall_dispatch.h \
	kernel/generated/syscall_handlers.h
BUILT_SOURCES += $(generated_headers)
CLEANFILES += $(generated_headers) kernel/generated/syscalls.json
noinst_DATA += kernel/generated/syscalls.json

kernel/generated/nonos/syscall_numbers.h: $(syscalls_def) $(syscalls_py)
	$(AM_V_GEN)mkdir -p kernel/generated/nonos && $(PYTHON3) $(syscalls_py) $(syscalls_def) --numbers $@
kernel/generated/nonos/syscall.h: $(syscalls_def) $(syscalls_py)
	$(AM_V_GEN)mkdir -p kernel/generated/nonos && $(PYTHON3) $(syscalls_py) $(syscalls_def) --stubs $@
kernel/generated/syscall_dispatch.h: $(syscalls_def) $(syscalls_py)
	$(AM_V_GEN)mkdir -p kernel/generated && $(PYTHON3) $(syscalls_py) $(syscalls_def) --dispatch $@
kernel/generated/syscall_handlers.h: $(syscalls_def) $(syscalls_py)
	$(AM_V_GEN)mkdir -p kernel/generated && $(PYTHON3) $(syscalls_py) $(syscalls_def) --handlers $@
kernel/generated/syscalls.json: $(syscalls_def) $(syscalls_py)
	$(AM_V_GEN)mkdir -p kernel/generated && $(PYTHON3) $(syscalls_py) $(syscalls_def) --fuzz-grammar $@

# docs/abi.md is part of the tree; a test says when it is not what the table gives.
update-abi:
	$(PYTHON3) $(syscalls_py) $(syscalls_def) --reference $(top_srcdir)/docs/abi.md
.PHONY: update-abi

EXTRA_DIST += kernel/include/nonos/syscalls.def kernel/tools/syscalls.py docs/abi.md kernel/tests/host/tap.py

dist_check_SCRIPTS += kernel/tests/host/test_syscalls.py
TESTS += kernel/tests/host/test_syscalls.py
