/*
 * A simulated network: links between stacks, in virtual time, with all that goes wrong on real
 * ones. The same seed and the same calls give the same bytes at the same times, on every machine.
 *
 * A link has two ends, 0 and 1, and two directions that know nothing of each other. A frame that is
 * sent
 *   1. is dropped if it does not fit into what the queue of its direction may hold,
 *   2. takes the link for its length times the time of a byte, after the frames before it,
 *   3. is lost, or has one random bit flipped, or is delivered twice, each with its probability and
 *      decided for itself (of a frame that is delivered twice, both copies are the same),
 *   4. arrives after the delay; if it is chosen to be reordered, up to reorder_us later, so that
 *      frames behind it can overtake it. Frames that are not chosen stay in order.
 * Nothing happens by itself: the caller takes what has arrived.
 */
#ifndef NONNET_SIM_H
#define NONNET_SIM_H

#include <stddef.h>
#include <stdint.h>

#include <nonnet/result.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A probability: from 0, never, to UINT32_MAX, nearly always. `percent` is a constant. */
#define NONNET_SIM_PERCENT(percent) ((uint32_t)((percent)*42949672.95))

/* The time of a byte, in 1/2^20 of a microsecond, at a constant rate of bits a second. */
#define NONNET_SIM_RATE(bits_per_second) ((uint32_t)(8.0e6 * 1048576 / (bits_per_second)))

/* One direction of a link. */
struct nonnet_sim_link {
    uint32_t byte_time; /* NONNET_SIM_RATE(), or 0: no time at all */
    uint32_t delay_us;
    uint32_t queue_len; /* bytes that may wait or be under way onto the link; 0: any number */
    uint32_t loss;      /* probabilities */
    uint32_t corrupt;
    uint32_t duplicate;
    uint32_t reorder;
    uint32_t reorder_us; /* at most so much later */
};

struct nonnet_sim_config {
    uint16_t nlinks;
    uint16_t nframes;       /* under way at the same time, in all */
    uint32_t frame_len_max; /* bytes */
    uint64_t seed;
};

/* What happened to the frames of one direction. */
struct nonnet_sim_stats {
    uint64_t sent;
    uint64_t queue_full;
    uint64_t lost;
    uint64_t corrupted;
    uint64_t duplicated;
    uint64_t reordered;
    uint64_t delivered;
};

struct nonnet_sim;

/*
 * Bytes of arena that `config` needs; 0 if it is not valid: no links, no frames, or frames of no
 * bytes.
 */
NONNET_API size_t nonnet_sim_size(const struct nonnet_sim_config *config);

/*
 * Makes a network in `arena`, `size` bytes aligned to 16, which belong to it until the caller stops
 * using it. Its links are perfect at first.
 *
 * Returns 0; NONNET_E_INVALID for a wrong configuration or alignment; NONNET_E_NO_MEMORY. On error
 * `*sim` is unchanged.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_sim_init(struct nonnet_sim **sim,
                                                 const struct nonnet_sim_config *config,
                                                 void *arena, size_t size);

/*
 * Sets the direction of a link that leads away from end `from`; frames under way are not touched.
 * Returns 0, or NONNET_E_INVALID if there is no such link or end.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_sim_link_set(struct nonnet_sim *sim, uint16_t link,
                                                     unsigned from,
                                                     const struct nonnet_sim_link *config);

/*
 * Sends a frame into a link. `now` does not go back.
 *
 * Returns 0, also for a frame that the network drops; NONNET_E_INVALID if there is no such link or
 * end; NONNET_E_TOO_LONG; NONNET_E_FULL if too many frames are under way, which means that the
 * simulation is too small.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_sim_send(struct nonnet_sim *sim, uint16_t link,
                                                 unsigned from, const uint8_t *frame, size_t len,
                                                 uint64_t now);

/* When the next frame arrives; UINT64_MAX if none is under way. */
NONNET_API uint64_t nonnet_sim_next(const struct nonnet_sim *sim);

struct nonnet_sim_arrival {
    uint16_t link;
    uint8_t end; /* that the frame arrived at */
    uint64_t time;
};

/*
 * Takes the first frame that arrived at `now` or before. Returns 0; NONNET_E_EMPTY;
 * NONNET_E_NO_SPACE if `size` is too small: the frame stays, and `*len` says what it needs.
 */
NONNET_MUST_CHECK NONNET_API int nonnet_sim_receive(struct nonnet_sim *sim, uint64_t now,
                                                    struct nonnet_sim_arrival *arrival,
                                                    uint8_t *frame, size_t size, size_t *len);

/* What happened so far in the direction away from `from`. Returns 0 or NONNET_E_INVALID. */
NONNET_MUST_CHECK NONNET_API int nonnet_sim_stats(const struct nonnet_sim *sim, uint16_t link,
                                                  unsigned from, struct nonnet_sim_stats *stats);

/*
 * Captures, as tcpdump and Wireshark read them: pcapng, draft-ietf-opsawg-pcapng sections 4.1 to
 * 4.3, in network byte order. First the head, once; then a block for each frame.
 */
#define NONNET_CAPTURE_HEAD_LEN             48
#define NONNET_CAPTURE_BLOCK_MAX(frame_len) ((frame_len) + 35)

enum nonnet_capture_link { NONNET_CAPTURE_ETHERNET = 1, NONNET_CAPTURE_IP = 101 };

/* Writes NONNET_CAPTURE_HEAD_LEN bytes to `out`. */
NONNET_API void nonnet_capture_head(uint8_t *out, enum nonnet_capture_link link);

/*
 * Writes the block of a frame that was seen at `time` (microseconds) to `out`, which has room for
 * NONNET_CAPTURE_BLOCK_MAX(len) bytes and does not overlap the frame. Returns its length.
 */
NONNET_API size_t nonnet_capture_frame(uint8_t *out, uint64_t time, const uint8_t *frame,
                                       uint32_t len);

#ifdef __cplusplus
}
#endif

#endif
