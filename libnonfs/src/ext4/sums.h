/*
 * Checksums of raw structures, which depend on the superblock alone: so mkfs stores them as the writer does.
 */
#ifndef NONFS_EXT4_SUMS_H
#define NONFS_EXT4_SUMS_H

#include "ext4/superblock.h"

/* With what the checksums of all that belongs to an inode start. */
uint32_t nonfs_inode_seed(const struct ext4_super *s, uint32_t inode, const uint8_t *raw);
/* The checksum; `*wide` says whether all 32 bits of it are stored. */
uint32_t nonfs_inode_sum(const struct ext4_super *s, uint32_t inode, const uint8_t *raw, int *wide);
int nonfs_inode_sum_holds(const struct ext4_super *s, uint32_t inode, const uint8_t *raw);
/* Stores it where the volume has checksums. */
void nonfs_inode_store_sum(const struct ext4_super *s, uint32_t inode, uint8_t *raw);

/* Of a group descriptor, where the volume has them. */
int nonfs_groups_have_sums(const struct ext4_super *s);
uint32_t nonfs_group_sum(const struct ext4_super *s, uint32_t group, const uint8_t *raw);
void nonfs_group_store_sum(const struct ext4_super *s, uint32_t group, uint8_t *raw);

/* Of a bitmap: of inodes, or of blocks. */
uint32_t nonfs_bitmap_sum(const struct ext4_super *s, int of_inodes, const uint8_t *bits);

#endif
