/* capture: what the network card sends and receives, as text or in a file. */
#include "../lib/frame.h"
#include "../lib/net_capture.h"
#include "../lib/net_text.h"
#include "../lib/program.h"
#include "../lib/terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct program about = {
    "capture",
    "usage: capture [-c COUNT] [-s BYTES] [-w FILE] [FILTER...]\n\n"
    "Shows each frame that the network card sends or receives, until ^C or q is typed, and at the "
    "end how many there were and how many found no room.\n\n"
    "  -c COUNT  ends after so many frames\n"
    "  -s BYTES  to keep of each frame, from its beginning; 65535, which is all, if not said\n"
    "  -w FILE   writes the frames to FILE in the pcap format in place of showing them\n\n"
    "FILTER is made of arp, ip, ip6, tcp, udp, icmp, 'host ADDRESS' and 'port NUMBER', of either "
    "end; 'not' turns one of these round, 'and' may be left out and binds closer than 'or'. It "
    "sees no more of a frame than is kept.\n\n"
    "Exit status: 0, 1 if the frames cannot be had or written, 2 for wrong usage.\n",
    PROGRAM_FAILED,
};

struct capture {
    uint64_t count; /* 0: no end */
    uint64_t shown;
    uint16_t snap_len;
    FILE *file; /* NULL: text */
    struct frame_filter filter;
};

static uint64_t number(const char *what, const char *text, uint64_t max)
{
    uint64_t value;
    if (!program_number(text, max, &value) || value == 0)
        program_misuse("%s: '%s' is not a number from 1 to %llu", what, text,
                       (unsigned long long)max);
    return value;
}

static void put_u32(FILE *file, uint64_t value)
{
    for (unsigned i = 0; i < 4; i++)
        putc((int)(value >> 8 * i & 0xff), file);
}

/* A file of pcap, version 2.4, with nanoseconds, little endian, of Ethernet. */
static void file_begin(struct capture *c, const char *path)
{
    c->file = fopen(path, "wb");
    if (!c->file)
        program_die("%s: cannot be written", path);
    put_u32(c->file, 0xa1b23c4d);
    put_u32(c->file, 2 | 4 << 16);
    put_u32(c->file, 0);
    put_u32(c->file, 0);
    put_u32(c->file, c->snap_len);
    put_u32(c->file, 1);
}

static void file_put(FILE *file, const struct nonos_net_frame *f, const uint8_t *bytes)
{
    put_u32(file, f->time_ns / 1000000000u);
    put_u32(file, f->time_ns % 1000000000u);
    put_u32(file, f->kept);
    put_u32(file, f->len);
    fwrite(bytes, 1, f->kept, file);
}

static void text_put(const struct nonos_net_frame *f, const struct frame *frame)
{
    char text[FRAME_TEXT_SIZE];
    unsigned second = (unsigned)(f->time_ns / 1000000000u % 86400);
    printf("%02u:%02u:%02u.%06u %s %s\n", second / 3600, second / 60 % 60, second % 60,
           (unsigned)(f->time_ns % 1000000000u / 1000),
           f->flags & NONOS_NET_FRAME_SENT ? "out" : "in ", frame_text(text, frame));
}

static void frame_take(struct capture *c, const struct nonos_net_frame *f, const uint8_t *bytes)
{
    struct frame frame;
    frame_decode(&frame, bytes, f->kept, f->len);
    if (!frame_filter_matches(&c->filter, &frame))
        return;
    c->shown++;
    if (c->file)
        file_put(c->file, f, bytes);
    else
        text_put(f, &frame);
}

/* Until there are enough, or somebody ends it. */
static int run(struct capture *c)
{
    FILE *out = c->file ? c->file : stdout;
    struct nonos_net_frame frame;
    const uint8_t *bytes;
    int r = 0;
    while (!ferror(out) && (c->count == 0 || c->shown < c->count)) {
        r = net_capture_next(&frame, &bytes);
        if (r == 0)
            frame_take(c, &frame, bytes);
        if (r == NONOS_E_BUSY) {
            fflush(out);
            r = net_capture_wait();
        }
        if (r < 0)
            break;
    }
    return r == NONOS_E_CANCELLED ? 0 : r;
}

static struct capture options_read(struct options *o)
{
    struct capture c = {.snap_len = UINT16_MAX};
    const char *path = NULL, *word = "";
    for (int letter; (letter = options_next(o)) != 0;) {
        if (letter == 'c')
            c.count = number("COUNT", o->value, UINT32_MAX);
        else if (letter == 's')
            c.snap_len = (uint16_t)number("BYTES", o->value, UINT16_MAX);
        else
            path = o->value;
    }
    const char *wrong = frame_filter_read(&c.filter, o->operands, o->noperands, &word);
    if (wrong)
        program_misuse("'%s' %s", word, wrong);
    int r = net_capture_open(c.snap_len);
    if (r == NONOS_E_DENIED)
        program_die("no capability to capture what the network carries");
    if (r < 0)
        program_die("%s", net_text_result(r));
    if (path)
        file_begin(&c, path);
    return c;
}

int main(int argc, char **argv)
{
    uint64_t captured, dropped;
    program_start(&about);
    struct options o = options_begin(argc, argv, "c:s:w:", NULL);
    struct capture c = options_read(&o);
    bool terminal = terminal_raw(STDIN_FILENO) == 0;
    int r = terminal ? net_capture_stoppable() : 0;
    if (r == 0)
        r = run(&c);
    if (terminal)
        terminal_restore(STDIN_FILENO);
    int counted = net_capture_counts(&captured, &dropped);
    if (c.file && (ferror(c.file) | fclose(c.file)) != 0)
        program_die("the file cannot be written");
    if (r < 0 || counted < 0)
        program_die("%s", net_text_result(r < 0 ? r : counted));
    fflush(stdout);
    fprintf(stderr, "%llu frames captured, %llu of them %s, %llu dropped\n",
            (unsigned long long)captured, (unsigned long long)c.shown, c.file ? "written" : "shown",
            (unsigned long long)dropped);
    return program_end(PROGRAM_OK);
}
