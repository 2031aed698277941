# Sources of libnonfs, in paths from the top of the tree (or of the folder that 'nonos embed' made).
# Include paths: libnonfs/include, and libnonfs/src for the library itself.
nonfs_headers = \
	libnonfs/include/nonfs/block.h \
	libnonfs/include/nonfs/diagnostic.h \
	libnonfs/include/nonfs/ext4.h \
	libnonfs/include/nonfs/ext4_node.h \
	libnonfs/include/nonfs/ext4_write.h \
	libnonfs/include/nonfs/gpt.h \
	libnonfs/include/nonfs/mkfs.h \
	libnonfs/include/nonfs/result.h \
	libnonfs/include/nonfs/verity.h
nonfs_private_headers = \
	libnonfs/src/block/cache.h \
	libnonfs/src/block/device.h \
	libnonfs/src/bytes.h \
	libnonfs/src/checksum/crc.h \
	libnonfs/src/checksum/crc32c_table.h \
	libnonfs/src/divide.h \
	libnonfs/src/ext4/extent.h \
	libnonfs/src/ext4/format.h \
	libnonfs/src/ext4/htree.h \
	libnonfs/src/ext4/superblock.h \
	libnonfs/src/ext4/volume.h \
	libnonfs/src/ext4/writer.h \
	libnonfs/src/gpt/table.h \
	libnonfs/src/jbd2/format.h \
	libnonfs/src/jbd2/journal.h \
	libnonfs/src/mkfs/mkfs.h \
	libnonfs/src/verity/tree.h
nonfs_sources = \
	libnonfs/src/block/cache.c \
	libnonfs/src/block/device.c \
	libnonfs/src/checksum/crc16.c \
	libnonfs/src/checksum/crc32.c \
	libnonfs/src/checksum/crc32c.c \
	libnonfs/src/diagnostic.c \
	libnonfs/src/ext4/balloc.c \
	libnonfs/src/ext4/bitmap.c \
	libnonfs/src/ext4/dir.c \
	libnonfs/src/ext4/dir_write.c \
	libnonfs/src/ext4/dirblock.c \
	libnonfs/src/ext4/extent.c \
	libnonfs/src/ext4/extent_tree.c \
	libnonfs/src/ext4/features.c \
	libnonfs/src/ext4/file.c \
	libnonfs/src/ext4/file_write.c \
	libnonfs/src/ext4/group.c \
	libnonfs/src/ext4/hash.c \
	libnonfs/src/ext4/htree.c \
	libnonfs/src/ext4/htree_write.c \
	libnonfs/src/ext4/ialloc.c \
	libnonfs/src/ext4/indirect.c \
	libnonfs/src/ext4/inline.c \
	libnonfs/src/ext4/inode.c \
	libnonfs/src/ext4/inode_write.c \
	libnonfs/src/ext4/lookup.c \
	libnonfs/src/ext4/map.c \
	libnonfs/src/ext4/mount.c \
	libnonfs/src/ext4/namespace.c \
	libnonfs/src/ext4/recover.c \
	libnonfs/src/ext4/superblock.c \
	libnonfs/src/ext4/transaction.c \
	libnonfs/src/ext4/truncate.c \
	libnonfs/src/ext4/volume.c \
	libnonfs/src/ext4/write_mount.c \
	libnonfs/src/gpt/edit.c \
	libnonfs/src/gpt/header.c \
	libnonfs/src/gpt/read.c \
	libnonfs/src/gpt/text.c \
	libnonfs/src/gpt/write.c \
	libnonfs/src/jbd2/commit.c \
	libnonfs/src/jbd2/journal.c \
	libnonfs/src/jbd2/recover.c \
	libnonfs/src/jbd2/revoke.c \
	libnonfs/src/mkfs/allocate.c \
	libnonfs/src/mkfs/chunk.c \
	libnonfs/src/mkfs/files.c \
	libnonfs/src/mkfs/geometry.c \
	libnonfs/src/mkfs/groups.c \
	libnonfs/src/mkfs/mkfs.c \
	libnonfs/src/mkfs/super.c \
	libnonfs/src/result.c \
	libnonfs/src/verity/format.c \
	libnonfs/src/verity/layout.c \
	libnonfs/src/verity/read.c \
	libnonfs/src/verity/superblock.c
