/*
 * The console module: one terminal, shown on the framebuffer and on the serial port, typed on the
 * PS/2 keyboard and on the serial port. It serves the file protocol (nonos/file.h) for that one
 * terminal.
 *
 * The screen is drawn when the server has nothing else to do, and not more often than
 * DRAW_INTERVAL_NS while text pours in.
 */
#include <stdlib.h>
#include <string.h>

#include <nonos/boot_info.h>
#include <nonos/buffer.h>
#include <nonos/file.h>
#include <nonos/runtime.h>
#include <nonos/server.h>

#include "draw.h"
#include "keyboard.h"
#include "notices.h"
#include "serial.h"
#include "tty.h"

#define BIT_SERIAL   (1ull << 0)
#define BIT_KEYBOARD (1ull << 1)
#define BIT_DRAW     (1ull << 2)
#define BIT_NOTICES  (1ull << 3)

#define DRAW_INTERVAL_NS 30000000ull

#define KEYBOARD_DATA   0u
#define KEYBOARD_STATUS 4u
#define KEYBOARD_FULL   0x01u
#define KEYBOARD_MOUSE  0x20u

/* What a badge stands for: the terminal, with the buffer of one client. */
struct client {
    struct client *next; /* of those that want to hear of ^C, the newest first */
    struct nonos_buffer *buffer;
    nonos_handle interrupt; /* 0: does not want to */
    uint64_t interrupt_bits;
    struct reader *readers;
};

struct reader {
    struct tty_reader tty;
    struct reader *next, **link; /* of its client */
    nonos_handle reply;
    struct nonos_buffer *buffer;
};

static struct nonos_server server;
static struct tty tty;
static struct serial serial;
static struct keyboard keyboard;
static struct screen screen;
static struct term term;
static struct notices notices;
static bool has_screen;
static nonos_handle keyboard_ports, serial_irq, keyboard_irq;
static struct client *listeners;
static uint64_t drawn_ns;
static bool draw_later;

/* ---- output ---- */

static void show(void *context, const char *text, size_t len)
{
    (void)context;
    serial_write(&serial, text, len);
    if (has_screen)
        term_write(&term, text, len);
}

static void console_output(void *context, const char *text, size_t len)
{
    show(context, text, len);
    notices_seen(&notices, text, len);
}

/* What modules wrote to the console comes here, so that nobody else writes to the port. */
static void notices_take(void)
{
    nonos_handle system = nonos_cap_find(NONOS_NAME_SYSTEM);
    char text[512];
    uint64_t len;
    while (nonos_console_take(system, text, sizeof(text), &len) == 0 && len > 0)
        notices_add(&notices, text, (size_t)len);
}

static void notices_start(void)
{
    notices_init(&notices);
    notices.output = show;
    int r =
        nonos_console_follow(nonos_cap_find(NONOS_NAME_SYSTEM), server.notification, BIT_NOTICES);
    if (r < 0)
        nonos_logf("console: the kernel goes on to show what modules say: %s\n", nonos_strerror(r));
}

static void console_draw(struct nonos_server *s)
{
    (void)s;
    if (!has_screen || draw_later)
        return;
    uint64_t now = nonos_time_monotonic();
    if (now - drawn_ns < DRAW_INTERVAL_NS &&
        nonos_notify_timer(server.notification, drawn_ns + DRAW_INTERVAL_NS, BIT_DRAW) == 0) {
        draw_later = true;
        return;
    }
    screen_draw(&screen, &term);
    drawn_ns = nonos_time_monotonic();
}

/* ---- input ---- */

static void console_interrupt(void *context)
{
    (void)context;
    if (listeners)
        (void)nonos_notify_signal(listeners->interrupt, listeners->interrupt_bits);
}

static void serial_interrupt(void)
{
    char text[64];
    size_t len;
    while ((len = serial_read(&serial, text, sizeof(text))) > 0)
        tty_type(&tty, text, len);
    (void)nonos_irq_ack(serial_irq);
}

static void keyboard_interrupt(void)
{
    for (;;) {
        char text[KEYBOARD_TEXT_SIZE];
        size_t len;
        uint64_t status = 0, code = 0;
        if (nonos_io_read(keyboard_ports, KEYBOARD_STATUS, 1, &status) < 0 ||
            !(status & KEYBOARD_FULL) || nonos_io_read(keyboard_ports, KEYBOARD_DATA, 1, &code) < 0)
            break;
        if (status & KEYBOARD_MOUSE)
            continue;
        switch (keyboard_code(&keyboard, (uint8_t)code, text, &len)) {
        case KEYBOARD_PAGE_UP:
            if (has_screen)
                term_scroll_view(&term, (int)term.rows / 2);
            break;
        case KEYBOARD_PAGE_DOWN:
            if (has_screen)
                term_scroll_view(&term, -(int)(term.rows / 2));
            break;
        default:
            tty_type(&tty, text, len);
        }
    }
    (void)nonos_irq_ack(keyboard_irq);
}

static void console_signalled(struct nonos_server *s, uint64_t bits)
{
    (void)s;
    if (bits & BIT_SERIAL)
        serial_interrupt();
    if (bits & BIT_KEYBOARD)
        keyboard_interrupt();
    if (bits & BIT_DRAW)
        draw_later = false;
    if (bits & BIT_NOTICES)
        notices_take();
}

/* ---- requests ---- */

static void reader_free(struct reader *reader)
{
    *reader->link = reader->next;
    if (reader->next)
        reader->next->link = reader->link;
    nonos_buffer_release(reader->buffer);
    free(reader);
}

static void reader_finish(struct tty_reader *waiting, size_t done)
{
    struct reader *reader = (struct reader *)waiting;
    struct nonos_message out = nonos_message_make(0);
    out.words[0] = done;
    nonos_server_answer(&server, reader->reply, 0, &out);
    reader_free(reader);
}

static int client_range(const struct client *c, uint64_t at, uint64_t len, char **bytes)
{
    if (at > c->buffer->len || len > c->buffer->len - at)
        return NONOS_E_RANGE;
    *bytes = (char *)c->buffer->bytes + at;
    return 0;
}

static int request_attach(struct nonos_request *request)
{
    nonos_handle handle, account = nonos_request_take(request, 0);
    struct client *c = calloc(1, sizeof(*c));
    int r = c ? 0 : NONOS_E_NO_MEMORY;
    if (r == 0 && account)
        r = nonos_buffer_create(account, request->in.words[0], &c->buffer);
    else if (r == 0 && !(c->buffer = nonos_buffer_find(request->in.words[NONOS_IPC_WORDS - 1])))
        r = NONOS_E_DENIED;
    if (account)
        (void)nonos_cap_delete(account);
    if (r == 0)
        r = nonos_server_open(&server, c, NONOS_ENDPOINT_SEND, &handle);
    if (r < 0) {
        if (c)
            nonos_buffer_release(c->buffer);
        free(c);
        return r;
    }
    request->out.words[0] = NONOS_KIND_TERMINAL;
    request->out.words[1] = c->buffer->key;
    r = nonos_request_give(request, handle);
    return r == 0 && account ? nonos_request_give(request, c->buffer->memory) : r;
}

static int request_read(struct client *c, struct nonos_request *request)
{
    char *bytes;
    size_t done;
    int r = client_range(c, request->in.words[0], request->in.words[1], &bytes);
    if (r < 0)
        return r;
    struct reader *reader = malloc(sizeof(*reader));
    if (!reader)
        return NONOS_E_NO_MEMORY;
    *reader = (struct reader){
        .tty.finish = reader_finish,
        .next = c->readers,
        .link = &c->readers,
        .reply = request->reply,
        .buffer = nonos_buffer_hold(c->buffer),
    };
    if (c->readers)
        c->readers->link = &reader->next;
    c->readers = reader;
    if (!tty_read(&tty, bytes, (size_t)request->in.words[1], &done, &reader->tty))
        return NONOS_SERVER_LATER;
    reader_free(reader);
    request->out.words[0] = done;
    return 0;
}

static int request_write(struct client *c, struct nonos_request *request)
{
    char *bytes;
    int r = client_range(c, request->in.words[0], request->in.words[1], &bytes);
    if (r == 0) {
        tty_write(&tty, bytes, (size_t)request->in.words[1]);
        request->out.words[0] = request->in.words[1];
    }
    return r;
}

static int request_stat(struct client *c, struct nonos_request *request)
{
    struct nonos_file_stat stat = {.kind = NONOS_KIND_TERMINAL, .mode = 0600, .links = 1};
    char *bytes;
    int r = client_range(c, request->in.words[0], sizeof(stat), &bytes);
    if (r == 0)
        memcpy(bytes, &stat, sizeof(stat));
    return r;
}

static void listener_remove(struct client *c)
{
    if (!c->interrupt)
        return;
    for (struct client **link = &listeners; *link; link = &(*link)->next) {
        if (*link == c) {
            *link = c->next;
            break;
        }
    }
    (void)nonos_cap_delete(c->interrupt);
    c->interrupt = 0;
}

static int request_interrupt(struct client *c, struct nonos_request *request)
{
    listener_remove(c);
    c->interrupt = nonos_request_take(request, 0);
    c->interrupt_bits = request->in.words[0];
    if (c->interrupt) {
        c->next = listeners;
        listeners = c;
    }
    return 0;
}

static int request_mode(struct nonos_request *request)
{
    request->out.words[0] = tty.mode;
    if (request->in.words[1])
        tty_set_mode(&tty, (uint32_t)request->in.words[0]);
    return 0;
}

static int console_call(struct nonos_server *s, struct nonos_request *request)
{
    (void)s;
    struct client *c = request->object;
    if (!c && !(request->badge & NONOS_SERVICE_BADGE))
        return NONOS_E_DENIED;
    if (request->in.label == NONOS_FILE_ATTACH)
        return request_attach(request);
    if (!c || request->in.words[NONOS_IPC_WORDS - 1] != c->buffer->key)
        return NONOS_E_DENIED;
    switch (request->in.label) {
    case NONOS_FILE_READ:
        return request_read(c, request);
    case NONOS_FILE_WRITE:
        return request_write(c, request);
    case NONOS_FILE_STAT:
        return request_stat(c, request);
    case NONOS_FILE_SYNC:
        return 0;
    case NONOS_FILE_TTY_MODE:
        return request_mode(request);
    case NONOS_FILE_TTY_SIZE:
        request->out.words[0] = has_screen ? term.columns : 80;
        request->out.words[1] = has_screen ? term.rows : 24;
        return 0;
    case NONOS_FILE_TTY_INTERRUPT:
        return request_interrupt(c, request);
    case NONOS_FILE_SEEK:
    case NONOS_FILE_TRUNCATE:
    case NONOS_FILE_STAT_FS:
        return NONOS_E_INVALID;
    default:
        return NONOS_E_NOT_DIRECTORY;
    }
}

static void console_closed(struct nonos_server *s, void *object)
{
    (void)s;
    struct client *c = object;
    while (c->readers) {
        struct nonos_message out = nonos_message_make(0);
        tty_cancel(&tty, &c->readers->tty);
        nonos_server_answer(&server, c->readers->reply, NONOS_E_CANCELLED, &out);
        reader_free(c->readers);
    }
    listener_remove(c);
    nonos_buffer_release(c->buffer);
    free(c);
}

static const struct nonos_server_ops console_ops = {
    .call = console_call,
    .closed = console_closed,
    .signalled = console_signalled,
    .idle = console_draw,
};

/* ---- hardware ---- */

/* Binds an interrupt that the manifest gave, if it did. */
static nonos_handle irq_start(const char *name, uint64_t bit)
{
    uint64_t msi[2];
    nonos_handle irq = nonos_cap_find(name);
    if (irq && (nonos_irq_bind(irq, server.notification, bit, msi) < 0 || nonos_irq_ack(irq) < 0))
        return 0;
    return irq;
}

static int boot_framebuffer(struct nonos_boot_framebuffer *fb)
{
    void *address;
    nonos_handle memory = nonos_cap_find("boot-info");
    size_t len = nonos_page_round(sizeof(struct nonos_boot_info));
    int r = memory ? nonos_memory_map(memory, len, NONOS_PROT_READ, &address) : NONOS_E_NO_DEVICE;
    if (r < 0)
        return r;
    *fb = ((const struct nonos_boot_info *)address)->framebuffer;
    return nonos_mem_unmap(NONOS_SLOT_TASK, (uint64_t)(uintptr_t)address, len);
}

static int screen_init(void)
{
    struct nonos_boot_framebuffer fb;
    nonos_handle region = nonos_cap_find("framebuffer");
    int r = region ? boot_framebuffer(&fb) : NONOS_E_NO_DEVICE;
    if (r < 0 || fb.width == 0)
        return r;
    uint64_t address, start = fb.base % NONOS_PAGE_SIZE;
    size_t len = nonos_page_round(start + (size_t)fb.pitch * fb.height);
    r = nonos_io_map(NONOS_SLOT_TASK, region, 0, len, NONOS_PROT_READ | NONOS_PROT_WRITE,
                     NONOS_IO_WRITE_COMBINING, &address);
    if (r < 0)
        return r;
    screen = (struct screen){
        .base = (uint8_t *)(uintptr_t)address + start,
        .width = fb.width,
        .height = fb.height,
        .pitch = fb.pitch,
        .red_shift = fb.red_shift,
        .green_shift = fb.green_shift,
        .blue_shift = fb.blue_shift,
        .font = font_choose(fb.width, fb.height),
    };
    unsigned columns, rows;
    screen_grid(&screen, &columns, &rows);
    screen.left = (fb.width - columns * screen.font->width) / 2;
    screen.top = (fb.height - rows * screen.font->height) / 2;
    if (columns == 0 || rows == 0 || !term_init(&term, columns, rows))
        return NONOS_E_NO_MEMORY;
    has_screen = true;
    screen_clear(&screen);
    return 0;
}

static void keyboard_init(void)
{
    keyboard_ports = nonos_cap_find("keyboard");
    if (!keyboard_ports)
        return;
    keyboard_irq = irq_start("keyboard-irq", BIT_KEYBOARD);
    keyboard_interrupt(); /* what was typed before would keep the line up */
}

/* What a program asks the terminal is answered only where the terminal is ours: the screen. */
static void term_answer(void *context, const char *text, size_t len)
{
    (void)context;
    if (!serial.ports)
        tty_type(&tty, text, len);
}

int main(void)
{
    int r = nonos_server_init(&server, nonos_cap_find("serve"), &console_ops, NULL);
    if (r < 0) {
        nonos_logf("console: %s\n", nonos_strerror(r));
        return 1;
    }
    tty_init(&tty);
    tty.output = console_output;
    tty.interrupt = console_interrupt;
    if (serial_init(&serial, nonos_cap_find("serial")))
        serial_irq = irq_start("serial-irq", BIT_SERIAL);
    r = screen_init();
    if (r < 0 && r != NONOS_E_NO_DEVICE)
        nonos_logf("console: no framebuffer: %s\n", nonos_strerror(r));
    term.answer = term_answer;
    notices_start();
    keyboard_init();
    r = nonos_server_run(&server);
    nonos_logf("console: %s\n", nonos_strerror(r));
    return 1;
}
