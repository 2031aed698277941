/*
 * serve: a web server of one folder. Each connection is a visitor, which is served a piece at a
 * time: whatever fits its send buffer.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "http.h"

#define VISITORS_MAX 64
#define IDLE_US      30000000 /* without a byte either way */
#define DRAIN_US     2000000  /* for the peer to end after the last answer */
#define PORT         80

struct visitor {
    struct nonnet_tcp_handle socket;
    uint64_t active_at;
    size_t len; /* bytes of the next request so far */
    int file;   /* being sent, or -1 */
    uint64_t left;
    size_t head_len; /* head of the answer, and how much of it is sent */
    size_t head_sent;
    bool answering;
    bool close;
    bool draining; /* all is said; what still comes is thrown away, or a RST would undo it */
    char head[512];
    uint8_t request[HTTP_REQUEST_MAX];
};

static struct visitor visitors[VISITORS_MAX];

static void answer_begin(struct visitor *v, int root, struct http_request *r)
{
    v->file = -1;
    v->left = 0;
    if (r->status == 200) {
        v->file = http_file_open(root, r->path, &v->left);
        if (v->file < 0)
            r->status = 404;
    }
    v->head_len = http_answer_head(r, v->left, v->head, sizeof v->head);
    v->head_sent = 0;
    v->close = r->close;
    v->answering = true;
    if (r->head && v->file >= 0) {
        close(v->file);
        v->file = -1;
        v->left = 0;
    }
}

/* Takes what came. Returns false if the visitor is gone. */
static bool visitor_read(struct machine *m, struct visitor *v)
{
    uint32_t len = 0;
    int rc = NONNET_OK;

    if (v->len < sizeof v->request) {
        rc = nonnet_tcp_read(m->stack, v->socket, v->request + v->len,
                             (uint32_t)(sizeof v->request - v->len), &len);
        v->len += len;
        if (len > 0)
            v->active_at = machine_now();
    }
    return rc != NONNET_E_CLOSED || v->len > 0 || v->answering;
}

/* Starts on the next request, if there is one. Returns whether it did. */
static bool request_take(struct visitor *v, int root)
{
    struct http_request r;
    size_t used = http_request_read(&r, v->request, v->len);

    if (used == 0)
        return false;
    answer_begin(v, root, &r);
    memmove(v->request, v->request + used, v->len - used);
    v->len -= used;
    return true;
}

/* Sends what there is room for. Returns false if the file cannot be read to the end. */
static bool answer_go_on(struct machine *m, struct visitor *v)
{
    struct nonnet_tcp_bytes room;

    while (v->answering && nonnet_tcp_reserve(m->stack, v->socket, &room) == NONNET_OK) {
        uint32_t len = room.len[0];
        v->active_at = machine_now();
        if (v->head_sent < v->head_len) {
            size_t rest = v->head_len - v->head_sent;
            len = len < rest ? len : (uint32_t)rest;
            memcpy(room.data[0], v->head + v->head_sent, len);
            v->head_sent += len;
        } else if (v->left > 0) {
            ssize_t n = read(v->file, room.data[0], len < v->left ? len : (size_t)v->left);
            if (n <= 0)
                return false; /* it became shorter: no honest way to end the answer */
            len = (uint32_t)n;
            v->left -= len;
        } else {
            if (v->file >= 0)
                close(v->file);
            v->file = -1;
            v->answering = false;
            break;
        }
        (void)!nonnet_tcp_commit(m->stack, v->socket, len);
    }
    return true;
}

/* RFC 9112 section 9.6. Returns false when the peer has ended, too, or had its time. */
static bool visitor_drain(struct machine *m, struct visitor *v)
{
    uint32_t len;
    int rc;

    do
        rc = nonnet_tcp_read(m->stack, v->socket, v->request, sizeof v->request, &len);
    while (rc == NONNET_OK);
    return rc == NONNET_E_EMPTY && machine_now() - v->active_at < DRAIN_US;
}

/* Whether what came is no request, and none will become of it. */
static bool is_stuck(struct machine *m, const struct visitor *v)
{
    struct nonnet_tcp_bytes bytes;

    return !v->answering && nonnet_tcp_peek(m->stack, v->socket, &bytes) == NONNET_E_CLOSED;
}

/* Returns false if it is over. */
static bool visitor_serve(struct machine *m, struct visitor *v, int root)
{
    if (v->draining)
        return visitor_drain(m, v);
    if (!visitor_read(m, v))
        return false;
    do {
        if (!answer_go_on(m, v)) {
            (void)!nonnet_tcp_abort(m->stack, v->socket, machine_now());
            return false;
        }
        if (!v->answering && v->close) {
            (void)!nonnet_tcp_shutdown(m->stack, v->socket, machine_now());
            v->draining = true;
            return true;
        }
    } while (!v->answering && request_take(v, root));
    return machine_now() - v->active_at < IDLE_US && !is_stuck(m, v) &&
           nonnet_tcp_error(m->stack, v->socket) == NONNET_OK;
}

static void visitor_leave(struct machine *m, struct visitor *v)
{
    if (v->file >= 0)
        close(v->file);
    (void)!nonnet_tcp_close(m->stack, v->socket, machine_now());
}

static void visitors_serve(struct machine *m, int root, unsigned *n)
{
    for (unsigned i = 0; i < *n;) {
        if (visitor_serve(m, &visitors[i], root)) {
            i++;
            continue;
        }
        visitor_leave(m, &visitors[i]);
        if (i != --*n)
            visitors[i] = visitors[*n];
    }
}

int command_serve(struct machine *m, const struct arguments *a)
{
    unsigned long port = PORT;
    struct listeners l;
    unsigned n = 0;
    int root;

    if (a->argc > 1 && !text_to_number(a->argv[1], 1, 65535, &port)) {
        complain("%s: not a port", a->argv[1]);
        return EXIT_CODE_USAGE;
    }
    root = open(a->argv[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root < 0) {
        complain("%s: %s", a->argv[0], strerror(errno));
        return EXIT_CODE_IO;
    }
    if (!listeners_open(m, (uint16_t)port, &l)) {
        close(root);
        return EXIT_CODE_IO;
    }
    while (machine_step(m, NULL, 0, NONNET_NEVER)) {
        struct visitor *v = &visitors[n];
        while (n < VISITORS_MAX && listeners_accept(m, &l, &v->socket, NULL)) {
            v->active_at = machine_now();
            v->len = 0;
            v->file = -1;
            v->answering = v->close = v->draining = false;
            v = &visitors[++n];
        }
        visitors_serve(m, root, &n);
    }
    while (n > 0)
        visitor_leave(m, &visitors[--n]);
    close(root);
    return m->failed ? EXIT_CODE_IO : EXIT_CODE_OK;
}
