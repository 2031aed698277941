noinst_HEADERS += tests/harness/bench.h tests/harness/check_main.h tests/harness/own_stack.h tests/harness/vector_file.h tests/harness/vector_json.h \
	tests/harness/vector_rsp.h

EXTRA_DIST += tests/README.md tests/harness/README.md tests/harness/damage.sh tests/harness/races.sh tests/harness/tap.sh tests/libraries.mk tests/long.sh tests/bench/README.md tests/bench/boot.py tests/bench/nic.py

# Proof of constant time, which libraries have in their tests/ct.
EXTRA_DIST += tests/ct/README.md tests/ct/leaks/blind/division.c tests/ct/leaks/leak.h tests/ct/leaks/leak_branch.c \
	tests/ct/leaks/leak_compare.c tests/ct/leaks/leak_index.c tests/ct/leaks/leak_loop.c tests/ct/leaks/leak_pointer.c \
	tests/ct/leaks/leak_shift.c tests/ct/leaks/main.c tests/ct/main.c tests/ct/taint.h
dist_check_SCRIPTS += tests/ct/divisions.py tests/ct/run.sh

# What makes a library embeddable; README.md in the folder says more.
EXTRA_DIST += tests/embed/README.md
AM_TESTS_ENVIRONMENT += CC='$(CC)'; export CC;
dist_check_SCRIPTS += tests/embed/test_archives.py tests/embed/test_embed.sh tests/embed/test_embedding.sh \
	tests/embed/test_headers.sh tests/embed/test_install.sh
TESTS += tests/embed/test_headers.sh tests/embed/test_embed.sh tests/embed/test_embedding.sh \
	tests/embed/test_install.sh

if KERNEL
TESTS += tests/embed/test_archives.py
include tests/system/local.mk
endif

include tests/cross/local.mk
