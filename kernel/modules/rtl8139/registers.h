/*
 * Registers of the RTL8139, as far as the driver uses them (data sheet section 5), and the header in front of each frame.
 */
#ifndef RTL8139_REGISTERS_H
#define RTL8139_REGISTERS_H

#define REG_IDR     0x00u /* written by words of 4 bytes, unlocked */
#define REG_MAR     0x08u
#define REG_TSD     0x10u /* four words */
#define REG_TSAD    0x20u /* four words */
#define REG_RBSTART 0x30u
#define REG_CR      0x37u
#define REG_CAPR    0x38u
#define REG_IMR     0x3cu
#define REG_ISR     0x3eu
#define REG_TCR     0x40u
#define REG_RCR     0x44u
#define REG_MPC     0x4cu
#define REG_9346CR  0x50u
#define REG_MSR     0x58u
#define REG_TSADS   0x60u /* TSAD, the status of all four slots */
#define REG_BMCR    0x62u
#define REG_BMSR    0x64u

#define CR_BUFE  0x01u
#define CR_TE    0x04u
#define CR_RE    0x08u
#define CR_RST   0x10u
#define CR_GONE  0xffu
#define ISR_GONE 0xffffu

/* Reads of CAPR and the card's own pointer are this much apart (section 5.7). */
#define CAPR_LEAD 16u

#define INT_ROK   0x0001u
#define INT_RER   0x0002u
#define INT_TOK   0x0004u
#define INT_TER   0x0008u
#define INT_RXOVW 0x0010u
#define INT_LINK  0x0020u /* PUN/LinkChg */
#define INT_FOVW  0x0040u
#define INT_SERR  0x8000u
#define INT_USED  (INT_ROK | INT_RER | INT_TER | INT_RXOVW | INT_LINK | INT_FOVW | INT_SERR)

#define TSD_LEN         0x1fffu
#define TSD_OWN         (1u << 13)
#define TSD_TUN         (1u << 14)
#define TSD_TOK         (1u << 15)
#define TSD_OWC         (1u << 29)
#define TSD_TABT        (1u << 30)
#define TSD_EARLY_SHIFT 16
#define TSD_EARLY       8u /* send when 256 bytes are there */

/* In TSADS, of slot 0; those of the others follow. */
#define TSADS_TABT     (1u << 4)
#define TSADS_TUN      (1u << 8)
#define TSADS_TOK      (1u << 12)
#define TSADS_FINISHED (TSADS_TABT | TSADS_TUN | TSADS_TOK)
#define TSADS_GONE     0xffffu

#define TCR_CLRABT (1u << 0)
#define TCR_SET    (6u << 8 | 3u << 24) /* DMA bursts of 1024 bytes, the usual gap between frames */

#define RCR_APM   (1u << 1)
#define RCR_AM    (1u << 2)
#define RCR_AB    (1u << 3)
#define RCR_MXDMA (6u << 8) /* 1024 bytes */
#define RCR_RBLEN \
    (3u << 11) /* 64 KiB; WRAP means nothing then: frames go on at the ring's beginning */
#define RCR_RXFTH (7u << 13) /* whole frames */
#define RCR_SET   (RCR_APM | RCR_AM | RCR_AB | RCR_MXDMA | RCR_RBLEN | RCR_RXFTH)

#define EEM_MASK     0xc0u
#define EEM_NORMAL   0x00u
#define EEM_AUTOLOAD 0x40u
#define EEM_UNLOCKED 0xc0u

#define MSR_LINKB (1u << 2) /* there is no link */

#define BMCR_RESTART (1u << 9)
#define BMCR_ANE     (1u << 12)

#define HEADER_LEN  4u
#define CRC_LEN     4u
#define HEADER_ROK  0x0001u
#define LEN_WRITING 0xfff0u /* the frame is still being written */
#define LEN_MAX     4096u   /* with its check sequence: more the card does not accept */

#endif
