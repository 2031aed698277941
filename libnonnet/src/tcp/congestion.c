#include "congestion.h"

#include "arithmetic.h"

#define WINDOW_LIMIT (1u << 30) /* the largest that RFC 7323 lets a peer offer */

/*
 * RFC 9438, in 1/1024: beta 0.7, alpha 3 (1 - beta) / (1 + beta), and C of 0.4 segments per cubic
 * second, here per cube of 1024 units of 1024 microseconds: 0.4 * 1.048576^3.
 */
#define BETA  717u
#define C     472u
#define ALPHA 542u

/* RFC 9406 section 4.3. */
#define RTT_THRESHOLD_MIN 4000u /* microseconds */
#define RTT_THRESHOLD_MAX 16000u
#define RTT_DIVISOR       8u
#define RTT_SAMPLES       8u
#define GROWTH_DIVISOR    4u
#define CSS_ROUNDS        5u
#define BURST             8u /* segments: L for a sender that does not pace */

static uint32_t initial_window(uint32_t mss)
{
    return min_u32(10 * mss, max_u32(2 * mss, 14600));
}

void nonnet_tcp_congestion_init(struct tcp_congestion *cc, uint32_t mss)
{
    *cc = (struct tcp_congestion){
        .window = initial_window(mss),
        .slow_start_threshold = WINDOW_LIMIT,
        .mss = mss,
        .rtt_last = UINT32_MAX,
        .rtt_current = UINT32_MAX,
    };
}

static uint32_t fraction_of(uint32_t window, uint32_t parts_of_1024)
{
    return (uint32_t)(((uint64_t)window * parts_of_1024) >> 10);
}

/* RFC 9406 section 4.2, on each round-trip time. */
void nonnet_tcp_congestion_rtt(struct tcp_congestion *cc, uint32_t rtt_us)
{
    if (cc->window >= cc->slow_start_threshold)
        return;
    cc->rtt_current = min_u32(cc->rtt_current, rtt_us);
    if (cc->nrtts < RTT_SAMPLES)
        cc->nrtts++;
    if (cc->nrtts < RTT_SAMPLES || cc->rtt_current == UINT32_MAX)
        return;
    if (cc->nrounds > 0) {
        if (cc->rtt_current < cc->rtt_baseline)
            cc->nrounds = 0; /* the delay was not a queue's: back to slow start */
    } else if (cc->rtt_last != UINT32_MAX) {
        uint32_t threshold =
            min_u32(max_u32(cc->rtt_last / RTT_DIVISOR, RTT_THRESHOLD_MIN), RTT_THRESHOLD_MAX);
        if (cc->rtt_current >= cc->rtt_last + threshold) {
            cc->rtt_baseline = cc->rtt_current;
            cc->nrounds = 1;
        }
    }
}

static void round_ends(struct tcp_congestion *cc, uint32_t next)
{
    cc->in_round = true;
    cc->round_end = next;
    cc->rtt_last = cc->rtt_current;
    cc->rtt_current = UINT32_MAX;
    cc->nrtts = 0;
    if (cc->nrounds > 0 && ++cc->nrounds > CSS_ROUNDS) {
        cc->slow_start_threshold = cc->window;
        cc->nrounds = 0;
    }
}

static void slow_start(struct tcp_congestion *cc, uint32_t bytes, uint32_t una, uint32_t next)
{
    uint32_t growth = min_u32(bytes, BURST * cc->mss);

    if (cc->nrounds > 0)
        growth /= GROWTH_DIVISOR;
    cc->window = min_u32(cc->window + growth, WINDOW_LIMIT);
    if (!cc->in_round || !seq_before(una, cc->round_end))
        round_ends(cc, next);
}

/* RFC 9438 section 4.2: K = cbrt((W_max - cwnd_epoch) / C), here in units of 1024 us. */
static void epoch_start(struct tcp_congestion *cc, uint32_t now)
{
    cc->in_epoch = true;
    cc->epoch = now;
    cc->fraction = 0;
    cc->window_reno = cc->window;
    cc->k = 0;
    if (cc->window < cc->window_max) {
        uint64_t distance = (uint64_t)(cc->window_max - cc->window) * (1024u * 1024u / C);
        cc->k = cube_root(divide_u64(distance, cc->mss) << 20);
    } else {
        cc->window_max = cc->window;
    }
}

/* W_cubic(t) = C (t - K)^3 + W_max, RFC 9438 figure 1; t since the epoch. */
static uint32_t window_cubic(const struct tcp_congestion *cc, uint32_t t)
{
    bool below = t < cc->k;
    uint64_t d = min_u32(below ? cc->k - t : t - cc->k, 1u << 18);
    uint64_t bytes = ((d * d * d >> 14) * fraction_of(cc->mss, C)) >> 16;

    if (below)
        return bytes >= cc->window_max ? 0 : cc->window_max - (uint32_t)bytes;
    return bytes >= WINDOW_LIMIT ? WINDOW_LIMIT : cc->window_max + (uint32_t)bytes;
}

static void congestion_avoidance(struct tcp_congestion *cc, uint32_t bytes, uint32_t now,
                                 uint32_t srtt)
{
    if (!cc->in_epoch)
        epoch_start(cc, now);
    uint32_t t = now - cc->epoch;

    /* Section 4.3, figure 4: never slower than Reno would be. */
    uint32_t step = cc->window_reno < cc->window_prior ? fraction_of(cc->mss, ALPHA) : cc->mss;
    cc->window_reno =
        min_u32(cc->window_reno + multiply_divide(step, bytes, cc->window) + 1, WINDOW_LIMIT);
    if (window_cubic(cc, t) < cc->window_reno) {
        cc->window = max_u32(cc->window, cc->window_reno);
        return;
    }
    /* Sections 4.4 and 4.5: reach in one round-trip time what the curve says for then. */
    uint32_t target = min_u32(window_cubic(cc, t + srtt), cc->window + cc->window / 2);
    if (target <= cc->window)
        return;
    uint64_t owed = (uint64_t)(target - cc->window) * min_u32(bytes, cc->window) + cc->fraction;
    uint32_t growth = (uint32_t)divide_u64(owed, cc->window);
    cc->fraction = (uint32_t)(owed - (uint64_t)growth * cc->window);
    cc->window = min_u32(cc->window + growth, WINDOW_LIMIT);
}

void nonnet_tcp_congestion_delivered(struct tcp_congestion *cc, uint32_t bytes, uint32_t una,
                                     uint32_t next, uint64_t now_us, uint32_t srtt_us)
{
    if (cc->window < cc->slow_start_threshold)
        slow_start(cc, bytes, una, next);
    else
        congestion_avoidance(cc, bytes, (uint32_t)(now_us >> 10), srtt_us >> 10);
}

void nonnet_tcp_congestion_lost(struct tcp_congestion *cc)
{
    cc->undo_window = cc->window;
    cc->undo_threshold = cc->slow_start_threshold;
    cc->undo_window_max = cc->window_max;
    cc->window_prior = cc->window;
    /* RFC 9438 section 4.7: who has lost ground leaves room for others. */
    if (cc->window < cc->window_max)
        cc->window_max = fraction_of(cc->window, (1024 + BETA) / 2);
    else
        cc->window_max = cc->window;
    /*
     * To the nearest whole segment: of a part nothing can be sent, and small windows are few parts.
     */
    uint32_t reduced = fraction_of(cc->window, BETA) + cc->mss / 2;
    cc->slow_start_threshold =
        max_u32((uint32_t)divide_u64(reduced, cc->mss) * cc->mss, 2 * cc->mss);
    cc->in_epoch = false;
    cc->nrounds = 0;
}

void nonnet_tcp_congestion_undo(struct tcp_congestion *cc)
{
    cc->window = max_u32(cc->window, cc->undo_window);
    cc->slow_start_threshold = max_u32(cc->slow_start_threshold, cc->undo_threshold);
    cc->window_max = cc->undo_window_max;
    cc->in_epoch = false;
}

void nonnet_tcp_congestion_idle(struct tcp_congestion *cc)
{
    /* RFC 7661 section 4.3 keeps three quarters of what was used in the threshold. */
    cc->slow_start_threshold = max_u32(cc->slow_start_threshold, cc->window / 4 * 3);
    cc->window = min_u32(cc->window, initial_window(cc->mss));
    cc->in_epoch = false;
}

void nonnet_tcp_congestion_set_mss(struct tcp_congestion *cc, uint32_t mss)
{
    cc->mss = mss;
    cc->window = max_u32(cc->window, mss);
    cc->in_epoch = false;
}
