#ifdef __nonos__
#include "net_capture.h"

#include <string.h>
#include <unistd.h>

#include <nonos/runtime.h>
#include <nonos/thread.h>

#include "net_input.h"

#define RING_LEN NONOS_NET_BUFFER_MAX
#define STOP     3 /* ^C */

static struct {
    nonos_handle handle, notification;
    const uint8_t *ring;
    uint64_t taken, written; /* bytes, ever */
    uint64_t captured, dropped;
    struct net_input input;
    bool stopped; /* by the thread that reads the terminal */
} capture;

int net_capture_open(uint16_t snap_len)
{
    struct nonos_message m = nonos_message_make(NONOS_NET_CAPTURE);
    void *ring;
    int r = nonos_object_create(NONOS_SLOT_ACCOUNT, NONOS_OBJECT_NOTIFICATION, 0, 0, 0,
                                &capture.notification);
    if (r < 0)
        return r;
    m.words[0] = RING_LEN;
    m.words[1] = snap_len;
    m.words[2] = 1;
    m.caps[0] = NONOS_SLOT_ACCOUNT;
    m.caps[1] = capture.notification;
    m.ncaps = 2;
    /* Without the capability this calls nothing, which the kernel refuses and records. */
    nonos_handle service = nonos_cap_find("net-capture");
    r = nonos_call(service, &m);
    if (!service)
        return NONOS_E_DENIED;
    if (r >= 0 && m.ncaps < 2)
        r = NONOS_E_IO;
    if (r >= 0)
        r = nonos_memory_map(m.caps[1], RING_LEN, NONOS_PROT_READ, &ring);
    if (r < 0)
        return r;
    capture.handle = m.caps[0];
    capture.ring = ring;
    return NONOS_OK;
}

static int refresh(void)
{
    struct nonos_message m = nonos_message_make(NONOS_NET_CAPTURE_READ);
    m.words[0] = capture.taken;
    int r = nonos_call(capture.handle, &m);
    if (r < 0)
        return r;
    if (m.words[0] < capture.taken || m.words[0] - capture.taken > RING_LEN)
        return NONOS_E_IO;
    capture.written = m.words[0];
    capture.captured = m.words[1];
    capture.dropped = m.words[2];
    return NONOS_OK;
}

static int take(void *to, size_t len)
{
    size_t at = (size_t)(capture.taken % RING_LEN), first = RING_LEN - at;
    if (len > capture.written - capture.taken)
        return NONOS_E_IO;
    if (first > len)
        first = len;
    memcpy(to, capture.ring + at, first);
    memcpy((uint8_t *)to + first, capture.ring, len - first);
    capture.taken += len;
    return NONOS_OK;
}

int net_capture_next(struct nonos_net_frame *frame, const uint8_t **bytes)
{
    static uint8_t data[UINT16_MAX];
    int r = capture.taken == capture.written ? refresh() : NONOS_OK;
    if (r >= 0 && capture.taken == capture.written)
        r = NONOS_E_BUSY;
    if (r >= 0)
        r = take(frame, sizeof(*frame));
    if (r >= 0)
        r = take(data, frame->kept);
    *bytes = data;
    return r;
}

static void read_terminal(void *argument)
{
    size_t len = 1;
    bool stop = false;
    (void)argument;
    while (!stop && net_input_read(&capture.input, &len) >= 0 && len)
        stop = memchr(capture.input.buffer, STOP, len) || memchr(capture.input.buffer, 'q', len);
    if (!stop)
        return;
    __atomic_store_n(&capture.stopped, true, __ATOMIC_RELEASE);
    (void)nonos_notify_signal(capture.notification, 1);
}

int net_capture_stoppable(void)
{
    int r = net_input_open(&capture.input);
    return r < 0 ? r : nonos_thread_spawn(read_terminal, NULL, 0);
}

int net_capture_wait(void)
{
    uint64_t bits;
    int r = __atomic_load_n(&capture.stopped, __ATOMIC_ACQUIRE)
                ? NONOS_E_CANCELLED
                : nonos_notify_wait(capture.notification, 1, NONOS_NEVER, &bits);
    return __atomic_load_n(&capture.stopped, __ATOMIC_ACQUIRE) ? NONOS_E_CANCELLED : r;
}

int net_capture_counts(uint64_t *captured, uint64_t *dropped)
{
    int r = refresh();
    *captured = capture.captured;
    *dropped = capture.dropped;
    return r;
}
#endif
