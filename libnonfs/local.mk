include libnonfs/sources.mk

EXTRA_DIST += libnonfs/README.md libnonfs/bench/README.md libnonfs/fuzz/README.md libnonfs/tools/README.md libnonfs/sources.mk
pkgconfig_DATA += libnonfs/nonfs.pc
nonfs_cppflags = -I$(top_srcdir)/libnonfs/include -I$(top_srcdir)/libnonfs/src -I$(top_srcdir)/libnoncrypto/include

lib_LTLIBRARIES += libnonfs.la
libnonfs_la_SOURCES = $(nonfs_sources) $(nonfs_private_headers)
libnonfs_la_CPPFLAGS = $(nonfs_cppflags)
libnonfs_la_CFLAGS = $(hosted_cflags)
libnonfs_la_LDFLAGS = -version-info 0:0:0 -no-undefined $(HOST_LDFLAGS)
libnonfs_la_LIBADD = libnoncrypto.la
nonfsincludedir = $(includedir)/nonfs
nonfsinclude_HEADERS = $(nonfs_headers)

if KERNEL
noinst_LIBRARIES += libnonfs-module.a
libnonfs_module_a_SOURCES = $(nonfs_sources)
libnonfs_module_a_CPPFLAGS = $(nonfs_cppflags)
libnonfs_module_a_CFLAGS = $(module_cflags)

noinst_LIBRARIES += libnonfs-kernel.a
libnonfs_kernel_a_SOURCES = $(nonfs_sources)
libnonfs_kernel_a_CPPFLAGS = $(nonfs_cppflags)
# Kernels have small stacks: no function may need more than this, callees not counted.
libnonfs_kernel_a_CFLAGS = $(kernel_cflags) -Wframe-larger-than=1024
endif

bin_PROGRAMS += libnonfs/tools/nonfs
dist_man_MANS += libnonfs/tools/nonfs.1
libnonfs_tools_nonfs_SOURCES = \
	libnoncrypto/tools/hex.c \
	libnoncrypto/tools/hex.h \
	libnoncrypto/tools/json.c \
	libnoncrypto/tools/json.h \
	libnonfs/tools/about.c \
	libnonfs/tools/change.c \
	libnonfs/tools/change.h \
	libnonfs/tools/check.c \
	libnonfs/tools/command.h \
	libnonfs/tools/content.c \
	libnonfs/tools/copy.c \
	libnonfs/tools/copy.h \
	libnonfs/tools/disk.c \
	libnonfs/tools/disk.h \
	libnonfs/tools/extract.c \
	libnonfs/tools/extract.h \
	libnonfs/tools/gpt.c \
	libnonfs/tools/list.c \
	libnonfs/tools/fuse.h \
	libnonfs/tools/mkfs.c \
	libnonfs/tools/mount.c \
	libnonfs/tools/nonfs.c \
	libnonfs/tools/populate.c \
	libnonfs/tools/populate.h \
	libnonfs/tools/print.c \
	libnonfs/tools/verity.c \
	libnonfs/tools/volume.c \
	libnonfs/tools/walk.c \
	libnonfs/tools/walk.h
if HAVE_FUSE
libnonfs_tools_nonfs_SOURCES += libnonfs/tools/fuse.c
endif
libnonfs_tools_nonfs_CPPFLAGS = $(nonfs_cppflags) $(FUSE_CFLAGS) -D_GNU_SOURCE $(large_files) \
	-I$(top_srcdir)/libnoncrypto/tools
libnonfs_tools_nonfs_CFLAGS = $(program_cflags)
libnonfs_tools_nonfs_LDFLAGS = $(program_ldflags)
libnonfs_tools_nonfs_LDADD = libnonfs.la libnoncrypto.la $(FUSE_LIBS)

dist_check_SCRIPTS += libnonfs/tests/test_change_command.sh libnonfs/tests/test_command.sh libnonfs/tests/test_gpt_command.sh libnonfs/tests/test_mount_command.sh \
	libnonfs/tests/test_verity_command.sh
TESTS += libnonfs/tests/test_change_command.sh libnonfs/tests/test_command.sh libnonfs/tests/test_gpt_command.sh libnonfs/tests/test_mount_command.sh \
	libnonfs/tests/test_verity_command.sh

# Damaged images, which tests/system/test_disk.py gives to the guest as well.
EXTRA_DIST += libnonfs/tests/arena.h libnonfs/tests/command.sh libnonfs/tests/ext4_images.py libnonfs/tests/own_mounts.py
dist_check_SCRIPTS += libnonfs/tests/test_check.py libnonfs/tests/test_damage.py libnonfs/tests/test_mkfs_command.py libnonfs/tests/test_mkfs_tree.py \
	libnonfs/tests/test_races.sh
TESTS += libnonfs/tests/test_check.py libnonfs/tests/test_damage.py libnonfs/tests/test_mkfs_command.py libnonfs/tests/test_mkfs_tree.py \
	libnonfs/tests/test_races.sh

noinst_PROGRAMS += libnonfs/bench/bench_nonfs
libnonfs_bench_bench_nonfs_SOURCES = \
	libnonfs/bench/bench_nonfs.c \
	libnonfs/bench/curve.c \
	libnonfs/bench/curve.h \
	libnonfs/bench/nonfs_image.h \
	libnonfs/bench/target.h \
	libnonfs/bench/target_nonfs.c \
	libnonfs/bench/target_posix.c \
	libnonfs/bench/workload.c \
	libnonfs/bench/workload.h

nonfs_test_image = libnonfs/tests/folder.c libnonfs/tests/folder.h libnonfs/tests/image.c libnonfs/tests/image.h libnonfs/tests/walk.c libnonfs/tests/walk.h
nonfs_test_companion = libnonfs/tests/companion.c libnonfs/tests/companion.h
nonfs_test_model = libnonfs/tests/model.c libnonfs/tests/model.h libnonfs/tests/model_xattr.c
nonfs_test_tiny_image = libnonfs/tests/tiny_image.c libnonfs/tests/tiny_image.h

if FUZZING
FUZZERS += libnonfs/fuzz/fuzz_check libnonfs/fuzz/fuzz_ext4 libnonfs/fuzz/fuzz_ext4_write libnonfs/fuzz/fuzz_gpt libnonfs/fuzz/fuzz_mkfs libnonfs/fuzz/fuzz_verity \
	libnonfs/fuzz/fuzz_vfs
libnonfs_fuzz_fuzz_check_SOURCES = libnonfs/fuzz/fuzz_check.c libnonfs/tests/memory_disk.h $(nonfs_test_tiny_image)
libnonfs_fuzz_fuzz_ext4_write_SOURCES = libnonfs/fuzz/fuzz_ext4_write.c libnonfs/tests/memory_disk.h libnonfs/tests/walk.c \
	libnonfs/tests/walk.h
libnonfs_fuzz_fuzz_mkfs_SOURCES = libnonfs/fuzz/fuzz_mkfs.c libnonfs/tests/memory_disk.h libnonfs/tests/walk.c \
	libnonfs/tests/walk.h
libnonfs_fuzz_fuzz_ext4_SOURCES = libnonfs/fuzz/fuzz_ext4.c $(nonfs_test_tiny_image) libnonfs/tests/walk.c \
	libnonfs/tests/walk.h
endif

if HAVE_CHECK
nonfs_tests = \
	libnonfs/tests/test_checksum \
	libnonfs/tests/test_ext4_api \
	libnonfs/tests/test_ext4_crash \
	libnonfs/tests/test_ext4_data \
	libnonfs/tests/test_ext4_faults \
	libnonfs/tests/test_ext4_fs \
	libnonfs/tests/test_ext4_hostile \
	libnonfs/tests/test_ext4_htree \
	libnonfs/tests/test_ext4_images \
	libnonfs/tests/test_ext4_large \
	libnonfs/tests/test_ext4_orphan \
	libnonfs/tests/test_ext4_privacy \
	libnonfs/tests/test_ext4_recover \
	libnonfs/tests/test_ext4_threads \
	libnonfs/tests/test_ext4_tiny \
	libnonfs/tests/test_ext4_vectors \
	libnonfs/tests/test_ext4_write \
	libnonfs/tests/test_ext4_xattr \
	libnonfs/tests/test_gpt \
	libnonfs/tests/test_mkfs \
	libnonfs/tests/test_ram_fs \
	libnonfs/tests/test_result \
	libnonfs/tests/test_verity \
	libnonfs/tests/test_vfs \
	libnonfs/tests/test_vfs_threads
check_PROGRAMS += $(nonfs_tests)
TESTS += $(nonfs_tests)
libnonfs_tests_test_ext4_api_SOURCES = libnonfs/tests/test_ext4_api.c $(nonfs_test_image)
libnonfs_tests_test_ext4_crash_SOURCES = libnonfs/tests/test_ext4_crash.c $(nonfs_test_image) \
	$(nonfs_test_model) $(nonfs_test_companion)
libnonfs_tests_test_ext4_crash_LDADD = $(LDADD) -lpthread
libnonfs_tests_test_ext4_data_SOURCES = libnonfs/tests/test_ext4_data.c $(nonfs_test_image)
libnonfs_tests_test_ext4_faults_SOURCES = libnonfs/tests/test_ext4_faults.c libnonfs/tests/ext4_disk.h libnonfs/tests/memory_disk.h \
	$(nonfs_test_image)
libnonfs_tests_test_ext4_fs_SOURCES = libnonfs/tests/test_ext4_fs.c libnonfs/tests/ext4_disk.h libnonfs/tests/memory_disk.h
libnonfs_tests_test_ext4_hostile_SOURCES = libnonfs/tests/test_ext4_hostile.c $(nonfs_test_image) \
	libnonfs/tests/hostile.c libnonfs/tests/hostile.h libnonfs/tests/hostile_checksums.c \
	libnonfs/tests/hostile_directories.c libnonfs/tests/hostile_files.c
libnonfs_tests_test_ext4_htree_SOURCES = libnonfs/tests/test_ext4_htree.c $(nonfs_test_image)
libnonfs_tests_test_ext4_images_SOURCES = libnonfs/tests/test_ext4_images.c $(nonfs_test_image)
libnonfs_tests_test_ext4_large_SOURCES = libnonfs/tests/test_ext4_large.c $(nonfs_test_image)
libnonfs_tests_test_ext4_orphan_SOURCES = libnonfs/tests/test_ext4_orphan.c $(nonfs_test_image)
libnonfs_tests_test_ext4_privacy_SOURCES = libnonfs/tests/test_ext4_privacy.c $(nonfs_test_image)
libnonfs_tests_test_ext4_recover_SOURCES = libnonfs/tests/test_ext4_recover.c $(nonfs_test_image) \
	libnonfs/tests/log_maker.c libnonfs/tests/log_maker.h
libnonfs_tests_test_ext4_tiny_SOURCES = libnonfs/tests/test_ext4_tiny.c $(nonfs_test_image) $(nonfs_test_tiny_image)
libnonfs_tests_test_gpt_SOURCES = libnonfs/tests/test_gpt.c libnonfs/tests/memory_disk.h
libnonfs_tests_test_mkfs_SOURCES = libnonfs/tests/test_mkfs.c libnonfs/tests/memory_disk.h $(nonfs_test_image)
libnonfs_tests_test_ext4_threads_SOURCES = libnonfs/tests/test_ext4_threads.c libnonfs/tests/ext4_disk.h \
	libnonfs/tests/memory_disk.h libnonfs/tests/pthread_monitor.h libnonfs/tests/vfs_tree.h
libnonfs_tests_test_ext4_threads_LDADD = $(LDADD) -lpthread
libnonfs_tests_test_verity_SOURCES = libnonfs/tests/test_verity.c libnonfs/tests/memory_disk.h \
	libnonfs/tests/pthread_monitor.h
libnonfs_tests_test_verity_LDADD = $(LDADD) -lpthread
libnonfs_tests_test_vfs_SOURCES = libnonfs/tests/test_vfs.c libnonfs/tests/ext4_disk.h libnonfs/tests/memory_disk.h \
	libnonfs/tests/ram_cipher.h libnonfs/tests/vfs_battery.c libnonfs/tests/vfs_battery.h libnonfs/tests/vfs_tree.h
libnonfs_tests_test_vfs_threads_SOURCES = libnonfs/tests/test_vfs_threads.c libnonfs/tests/ext4_disk.h \
	libnonfs/tests/memory_disk.h libnonfs/tests/ram_cipher.h libnonfs/tests/vfs_tree.h
libnonfs_tests_test_vfs_threads_LDADD = $(LDADD) -lpthread
libnonfs_tests_test_ram_fs_SOURCES = libnonfs/tests/test_ram_fs.c libnonfs/tests/ram_cipher.h libnonfs/tests/vfs_tree.h
libnonfs_tests_test_ext4_write_SOURCES = libnonfs/tests/test_ext4_write.c $(nonfs_test_image) \
	$(nonfs_test_model) $(nonfs_test_companion)
libnonfs_tests_test_ext4_write_LDADD = $(LDADD) -lpthread
libnonfs_tests_test_ext4_xattr_SOURCES = libnonfs/tests/test_ext4_xattr.c $(nonfs_test_image)
libnonfs_tests_test_ext4_vectors_SOURCES = libnonfs/tests/test_ext4_vectors.c $(nonfs_test_image)
endif
