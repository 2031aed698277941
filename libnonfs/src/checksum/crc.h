/*
 * The checksums of ext4 and of partition tables. All go on from `crc`, so that a sum over several pieces needs no copy, and
 * none inverts: ext4 starts at all ones and stores the remainder as it is.
 */
#ifndef NONFS_CHECKSUM_CRC_H
#define NONFS_CHECKSUM_CRC_H

#include <stddef.h>
#include <stdint.h>

/* CRC32C (Castagnoli), RFC 3720 appendix B.4 without the inversions. */
uint32_t nonfs_crc32c(uint32_t crc, const void *data, size_t len);

/*
 * The remainder is linear: what a sum over `len` bytes started at differs in the result by the difference of the starts, times
 * x^(8 len). So a sum that was computed from one start is known from each other one, for the cost of a multiplication.
 * `power` is nonfs_crc32c_power(len), which costs as much as a sum over some thousand bytes.
 */
uint32_t nonfs_crc32c_power(size_t len);
uint32_t nonfs_crc32c_restart(uint32_t sum, uint32_t start, uint32_t other, uint32_t power);

/* CRC-16 with the polynomial 0x8005, bits reflected ("CRC-16/ARC"); ext4 starts it at 0xffff. */
uint16_t nonfs_crc16(uint16_t crc, const void *data, size_t len);

/*
 * CRC-32 with the polynomial 0x04c11db7, bits reflected (ISO/IEC 13239). Partition tables start it at all ones and store
 * the inverse of the remainder.
 */
uint32_t nonfs_crc32(uint32_t crc, const void *data, size_t len);

#endif
