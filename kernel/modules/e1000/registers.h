/*
 * Registers of the 8254x and of the 82574, as far as the driver uses them (section 13.4; 82574 data sheet section 10.2).
 */
#ifndef E1000_REGISTERS_H
#define E1000_REGISTERS_H

#define REG_CTRL    0x0000u
#define REG_STATUS  0x0008u
#define REG_EERD    0x0014u
#define REG_ICR     0x00c0u
#define REG_ITR     0x00c4u
#define REG_IMS     0x00d0u
#define REG_IMC     0x00d8u
#define REG_EIAC    0x00dcu /* 82574 */
#define REG_IVAR    0x00e4u /* 82574 */
#define REG_EITR0   0x00e8u /* 82574 */
#define REG_RCTL    0x0100u
#define REG_TCTL    0x0400u
#define REG_TIPG    0x0410u
#define REG_RX_RING 0x2800u /* the two groups have the same order, see RING_* */
#define REG_TX_RING 0x3800u
#define REG_MPC     0x4010u
#define REG_RXCSUM  0x5000u
#define REG_RFCTL   0x5008u /* 82574 */
#define REG_MTA     0x5200u
#define MTA_WORDS   128u
#define REG_RAL0    0x5400u
#define REG_RAH0    0x5404u

#define RING_BASE_LOW  0x00u
#define RING_BASE_HIGH 0x04u
#define RING_LEN       0x08u /* bytes */
#define RING_HEAD      0x10u
#define RING_TAIL      0x18u
#define RING_DELAY     0x20u
#define RING_CONTROL   0x28u

#define ALL_ONES 0xffffffffu /* what a card that is gone reads as */

#define CTRL_MASTER_DISABLE (1u << 2) /* 82574: GIO Master Disable */
#define CTRL_ASDE           (1u << 5)
#define CTRL_SLU            (1u << 6)
#define CTRL_ILOS           (1u << 7)
#define CTRL_FRCSPD         (1u << 11)
#define CTRL_FRCDPX         (1u << 12)
#define CTRL_RST            (1u << 26)
#define CTRL_RFCE           (1u << 27)
#define CTRL_TFCE           (1u << 28)
#define CTRL_VME            (1u << 30)

#define STATUS_LU            (1u << 1)
#define STATUS_MASTER_ENABLE (1u << 19) /* 82574 */

#define EERD_START      (1u << 0)
#define EERD_DATA_SHIFT 16
#define EEPROM_WORDS    64u
#define EEPROM_CHECKSUM 0xbabau /* of all words (section 5.6.35) */

#define CAUSE_TXDW  (1u << 0)
#define CAUSE_LSC   (1u << 2)
#define CAUSE_RXO   (1u << 6)
#define CAUSE_RXT0  (1u << 7)
#define CAUSE_RXQ0  (1u << 20) /* 82574, with MSI-X; so are the next two */
#define CAUSE_TXQ0  (1u << 22)
#define CAUSE_OTHER (1u << 24)

/* 82574: message 0 for everything (section 10.2.4.9). */
#define IVAR_VALID       0x8u
#define IVAR_RXQ0_SHIFT  0
#define IVAR_TXQ0_SHIFT  8
#define IVAR_OTHER_SHIFT 16

#define RCTL_EN    (1u << 1)
#define RCTL_MPE   (1u << 4)
#define RCTL_BAM   (1u << 15)
#define RCTL_SECRC (1u << 26) /* BSIZE and BSEX of 0: buffers of 2048 bytes */

#define TCTL_EN         (1u << 1)
#define TCTL_PSP        (1u << 3)
#define TCTL_CT_SHIFT   4
#define TCTL_CT         0x0fu
#define TCTL_COLD_SHIFT 12
#define TCTL_COLD       0x40u /* full duplex */
#define TIPG_COPPER     (8u | 8u << 10 | 6u << 20)
#define TXDCTL_BIT_22   (1u << 22) /* 82574 data sheet section 10.2.6.8: must be set */

#define RXCSUM_IPOFL   (1u << 8)
#define RXCSUM_TUOFL   (1u << 9)
#define RXCSUM_IPV6OFL (1u << 10) /* 8254x */

#define RAH_AV (1u << 31)

/* The second half of a descriptor that came back; what was found of checksums counts only if the card says that it looked. */
#define RX_DD          (1ull << 32)
#define RX_EOP         (1ull << 33)
#define RX_IXSM        (1ull << 34) /* it did not look */
#define RX_TCPCS       (1ull << 37) /* it looked at that of TCP or UDP */
#define RX_IPCS        (1ull << 38)
#define RX_TCPE        (1ull << 45)
#define RX_IPE         (1ull << 46)
#define RX_ERROR_SHIFT 40
#define RX_ERRORS      0x97u /* CE, SE, SEQ, CXE, RXE */
#define TX_DD          (1ull << 32)
#define TX_LATE        (3ull << 33) /* EC, LC: given up after collisions */

/* The second half of a descriptor to be sent: legacy without DEXT, with it of data or, without TX_DATA, a context. */
#define TX_DATA           (1ull << 20)
#define TX_EOP            (1ull << 24)
#define TX_IFCS           (1ull << 25)
#define TX_TSE            (1ull << 26)
#define TX_RS             (1ull << 27)
#define TX_DEXT           (1ull << 29)
#define TX_INSERT_IPV4    (1ull << 40) /* IXSM */
#define TX_INSERT_TCP_UDP (1ull << 41) /* TXSM */

/* A context (section 3.3.6): its first half, and its second. */
#define CONTEXT_IPCSO_SHIFT  8
#define CONTEXT_IPCSE_SHIFT  16
#define CONTEXT_TUCSS_SHIFT  32
#define CONTEXT_TUCSO_SHIFT  40
#define CONTEXT_TCP          (1ull << 24)
#define CONTEXT_IPV4         (1ull << 25)
#define CONTEXT_HDRLEN_SHIFT 40
#define CONTEXT_MSS_SHIFT    48

#endif
