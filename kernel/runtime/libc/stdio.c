/*
 * Streams. A stream's buffer holds either what was read ahead (reading) or what is still to be written (writing), never both;
 * changing direction flushes or seeks.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format.h"
#include "stream.h"

struct nonos_stream {
    int fd;
    int mode; /* _IOFBF, _IOLBF, _IONBF; -1: chosen at first use */
    bool error, eof, writing;
    int pushed; /* ungetc, or EOF */
    char *buffer;
    size_t size;    /* of the buffer */
    size_t at, end; /* reading: unread bytes; writing: bytes to write are [0, at) */
    struct nonos_stream *next;
};

static char standard_buffers[2][BUFSIZ];
static struct nonos_stream standard[3] = {
    {.fd = 0, .mode = _IOFBF, .pushed = EOF, .buffer = standard_buffers[0], .size = BUFSIZ},
    {.fd = 1, .mode = -1, .pushed = EOF, .buffer = standard_buffers[1], .size = BUFSIZ},
    {.fd = 2, .mode = _IONBF, .pushed = EOF},
};

FILE *const stdin = &standard[0];
FILE *const stdout = &standard[1];
FILE *const stderr = &standard[2];

static struct nonos_stream *opened;

static bool write_all(FILE *stream, const char *data, size_t len)
{
    while (len) {
        ssize_t n = write(stream->fd, data, len);
        if (n <= 0) {
            stream->error = true;
            return false;
        }
        data += n;
        len -= (size_t)n;
    }
    return true;
}

static int stream_flush(FILE *stream)
{
    if (!stream->writing)
        return 0;
    size_t len = stream->at;
    stream->at = 0;
    return write_all(stream, stream->buffer, len) ? 0 : EOF;
}

static void flush_all(void)
{
    (void)stream_flush(stdout);
    for (FILE *stream = opened; stream; stream = stream->next)
        (void)stream_flush(stream);
}

int fflush(FILE *stream)
{
    if (stream)
        return stream_flush(stream);
    flush_all();
    return 0;
}

static void choose_mode(FILE *stream)
{
    int error = errno;
    stream->mode = isatty(stream->fd) ? _IOLBF : _IOFBF;
    errno = error;
}

/* Makes the stream ready to write. */
static void start_writing(FILE *stream)
{
    nonos_streams_flush = flush_all;
    if (stream->mode < 0)
        choose_mode(stream);
    if (stream->writing)
        return;
    if (stream->at != stream->end)
        (void)lseek(stream->fd, -(off_t)(stream->end - stream->at), SEEK_CUR);
    stream->at = stream->end = 0;
    stream->pushed = EOF;
    stream->writing = true;
}

/* Makes the stream ready to read; a terminal's reader sees what was asked of him first. */
static bool start_reading(FILE *stream)
{
    if (stream->writing) {
        if (stream_flush(stream) != 0)
            return false;
        stream->writing = false;
        stream->at = stream->end = 0;
    }
    return true;
}

/* Fetches more; false at the end of the file or on an error. */
static bool stream_fill(FILE *stream)
{
    char *to = stream->buffer;
    if (stream == stdin && stdout->mode != _IOFBF)
        (void)stream_flush(stdout);
    ssize_t n = read(stream->fd, to, stream->size);
    stream->at = 0;
    stream->end = n > 0 ? (size_t)n : 0;
    if (n == 0)
        stream->eof = true;
    else if (n < 0)
        stream->error = true;
    return n > 0;
}

size_t fwrite(const void *restrict data, size_t size, size_t n, FILE *restrict stream)
{
    const char *from = data;
    size_t len;
    if (!size || !n)
        return 0;
    if (__builtin_mul_overflow(size, n, &len)) {
        errno = EOVERFLOW;
        return 0;
    }
    start_writing(stream);
    if (stream->mode == _IONBF || len >= stream->size) {
        bool written = stream_flush(stream) == 0 && write_all(stream, from, len);
        return written ? n : 0;
    }
    if (len > stream->size - stream->at && stream_flush(stream) != 0)
        return 0;
    memcpy(stream->buffer + stream->at, from, len);
    stream->at += len;
    if (stream->mode == _IOLBF && memchr(from, '\n', len) && stream_flush(stream) != 0)
        return 0;
    return n;
}

size_t fread(void *restrict data, size_t size, size_t n, FILE *restrict stream)
{
    char *to = data;
    size_t len, done = 0;
    if (!size || !n)
        return 0;
    if (__builtin_mul_overflow(size, n, &len)) {
        errno = EOVERFLOW;
        return 0;
    }
    if (!start_reading(stream))
        return 0;
    if (stream->pushed != EOF) {
        to[done++] = (char)stream->pushed;
        stream->pushed = EOF;
    }
    while (done < len) {
        if (stream->at == stream->end && len - done >= stream->size) {
            /* What is large goes past the buffer. */
            ssize_t got = read(stream->fd, to + done, len - done);
            if (got <= 0) {
                stream->eof |= got == 0;
                stream->error |= got < 0;
                break;
            }
            done += (size_t)got;
            continue;
        }
        if (stream->at == stream->end && !stream_fill(stream))
            break;
        size_t part = stream->end - stream->at;
        if (part > len - done)
            part = len - done;
        memcpy(to + done, stream->buffer + stream->at, part);
        stream->at += part;
        done += part;
    }
    return done / size;
}

int fgetc(FILE *stream)
{
    if (stream->pushed != EOF) {
        int c = stream->pushed;
        stream->pushed = EOF;
        return c;
    }
    if (!start_reading(stream) || (stream->at == stream->end && !stream_fill(stream)))
        return EOF;
    return (unsigned char)stream->buffer[stream->at++];
}

int getc(FILE *stream)
{
    return fgetc(stream);
}

int getchar(void)
{
    return fgetc(stdin);
}

int ungetc(int c, FILE *stream)
{
    if (c == EOF || stream->pushed != EOF || !start_reading(stream))
        return EOF;
    stream->pushed = (unsigned char)c;
    stream->eof = false;
    return stream->pushed;
}

char *fgets(char *restrict line, int size, FILE *restrict stream)
{
    int len = 0;
    while (len + 1 < size) {
        int c = fgetc(stream);
        if (c == EOF)
            break;
        line[len++] = (char)c;
        if (c == '\n')
            break;
    }
    if (size < 1 || len == 0 || stream->error)
        return NULL;
    line[len] = 0;
    return line;
}

/* Makes room for `need` bytes. */
static bool line_grow(char **line, size_t *size, size_t need)
{
    if (*line && *size >= need)
        return true;
    size_t wanted = need < 128 ? 128 : need + need / 2;
    char *grown = realloc(*line, wanted);
    if (!grown)
        return false;
    *line = grown;
    *size = wanted;
    return true;
}

ssize_t getdelim(char **restrict line, size_t *restrict size, int delimiter, FILE *restrict stream)
{
    size_t len = 0;
    bool found = false;
    if (!line_grow(line, size, 1) || !start_reading(stream))
        return -1;
    if (stream->pushed != EOF) {
        (*line)[len++] = (char)stream->pushed;
        found = stream->pushed == delimiter;
        stream->pushed = EOF;
    }
    while (!found && (stream->at < stream->end || stream_fill(stream))) {
        const char *from = stream->buffer + stream->at;
        size_t left = stream->end - stream->at;
        const char *end = memchr(from, delimiter, left);
        size_t part = end ? (size_t)(end - from) + 1 : left;
        if (!line_grow(line, size, len + part + 1))
            return -1;
        memcpy(*line + len, from, part);
        len += part;
        stream->at += part;
        found = end;
    }
    (*line)[len] = 0;
    return len == 0 || stream->error ? -1 : (ssize_t)len;
}

ssize_t getline(char **restrict line, size_t *restrict size, FILE *restrict stream)
{
    return getdelim(line, size, '\n', stream);
}

int fputc(int c, FILE *stream)
{
    char byte = (char)c;
    return fwrite(&byte, 1, 1, stream) == 1 ? (unsigned char)byte : EOF;
}

int putc(int c, FILE *stream)
{
    return fputc(c, stream);
}

int putchar(int c)
{
    return fputc(c, stdout);
}

int fputs(const char *restrict text, FILE *restrict stream)
{
    size_t len = strlen(text);
    return fwrite(text, 1, len, stream) == len ? 0 : EOF;
}

int puts(const char *text)
{
    return fputs(text, stdout) == EOF ? EOF : putchar('\n');
}

/* printf to a stream that has no buffer collects into one on the stack, so that a message is one write. */
struct stream_sink {
    struct format_sink sink;
    FILE *stream;
    size_t len;
    char buffer[256];
};

static void sink_flush(struct stream_sink *sink)
{
    (void)fwrite(sink->buffer, 1, sink->len, sink->stream);
    sink->len = 0;
}

static void sink_write(struct format_sink *base, const char *text, size_t len)
{
    struct stream_sink *sink = (struct stream_sink *)base;
    if (len > sizeof(sink->buffer) - sink->len)
        sink_flush(sink);
    if (len > sizeof(sink->buffer)) {
        (void)fwrite(text, 1, len, sink->stream);
        return;
    }
    memcpy(sink->buffer + sink->len, text, len);
    sink->len += len;
}

int vfprintf(FILE *restrict stream, const char *restrict format, va_list ap)
{
    struct stream_sink sink;
    sink.sink.write = sink_write;
    sink.stream = stream;
    sink.len = 0;
    bool before = stream->error;
    stream->error = false;
    int len = format_write(&sink.sink, format, ap);
    sink_flush(&sink);
    bool failed = stream->error;
    stream->error = failed || before;
    return failed ? -1 : len;
}

int vprintf(const char *restrict format, va_list ap)
{
    return vfprintf(stdout, format, ap);
}

int fprintf(FILE *restrict stream, const char *restrict format, ...)
{
    va_list ap;
    va_start(ap, format);
    int len = vfprintf(stream, format, ap);
    va_end(ap);
    return len;
}

int printf(const char *restrict format, ...)
{
    va_list ap;
    va_start(ap, format);
    int len = vfprintf(stdout, format, ap);
    va_end(ap);
    return len;
}

int vdprintf(int fd, const char *restrict format, va_list ap)
{
    struct nonos_stream stream = {.fd = fd, .mode = _IONBF, .pushed = EOF};
    return vfprintf(&stream, format, ap);
}

int dprintf(int fd, const char *restrict format, ...)
{
    va_list ap;
    va_start(ap, format);
    int len = vdprintf(fd, format, ap);
    va_end(ap);
    return len;
}

void perror(const char *text)
{
    const char *error = strerror(errno);
    if (text && *text)
        (void)fprintf(stderr, "%s: %s\n", text, error);
    else
        (void)fprintf(stderr, "%s\n", error);
}

static int mode_flags(const char *mode)
{
    int access = strchr(mode, '+') ? O_RDWR : *mode == 'r' ? O_RDONLY : O_WRONLY;
    int flags = *mode == 'w' ? O_CREAT | O_TRUNC : *mode == 'a' ? O_CREAT | O_APPEND : 0;
    if (strchr(mode, 'x'))
        flags |= O_EXCL;
    if (strchr(mode, 'e'))
        flags |= O_CLOEXEC;
    return *mode == 'r' || *mode == 'w' || *mode == 'a' ? access | flags : -1;
}

FILE *fdopen(int fd, const char *mode)
{
    int flags = mode_flags(mode);
    if (flags < 0) {
        errno = EINVAL;
        return NULL;
    }
    FILE *stream = calloc(1, sizeof(*stream) + BUFSIZ);
    if (!stream)
        return NULL;
    stream->fd = fd;
    stream->mode = _IOFBF;
    stream->pushed = EOF;
    stream->buffer = (char *)(stream + 1);
    stream->size = BUFSIZ;
    stream->next = opened;
    opened = stream;
    return stream;
}

FILE *fopen(const char *restrict path, const char *restrict mode)
{
    int flags = mode_flags(mode);
    if (flags < 0) {
        errno = EINVAL;
        return NULL;
    }
    int fd = open(path, flags, 0644);
    FILE *stream = fd < 0 ? NULL : fdopen(fd, mode);
    if (fd >= 0 && !stream)
        (void)close(fd);
    return stream;
}

FILE *freopen(const char *restrict path, const char *restrict mode, FILE *restrict stream)
{
    int flags = mode_flags(mode);
    if (flags < 0 || !path) {
        errno = EINVAL;
        return NULL;
    }
    (void)fflush(stream);
    int fd = open(path, flags, 0644);
    if (fd < 0)
        return NULL;
    int result = dup2(fd, stream->fd);
    (void)close(fd);
    stream->at = stream->end = 0;
    stream->pushed = EOF;
    stream->error = stream->eof = stream->writing = false;
    return result < 0 ? NULL : stream;
}

int fclose(FILE *stream)
{
    int result = stream_flush(stream);
    if (close(stream->fd) < 0)
        result = EOF;
    for (FILE **at = &opened; *at; at = &(*at)->next)
        if (*at == stream) {
            *at = stream->next;
            free(stream);
            break;
        }
    return result;
}

int setvbuf(FILE *restrict stream, char *restrict buffer, int mode, size_t len)
{
    if (mode != _IOFBF && mode != _IOLBF && mode != _IONBF)
        return -1;
    (void)stream_flush(stream);
    if (buffer && len) {
        stream->buffer = buffer;
        stream->size = len;
    }
    stream->mode = stream->buffer ? mode : _IONBF;
    return 0;
}

void setbuf(FILE *restrict stream, char *restrict buffer)
{
    (void)setvbuf(stream, buffer, buffer ? _IOFBF : _IONBF, BUFSIZ);
}

int fileno(FILE *stream)
{
    return stream->fd;
}

int feof(FILE *stream)
{
    return stream->eof;
}

int ferror(FILE *stream)
{
    return stream->error;
}

void clearerr(FILE *stream)
{
    stream->eof = stream->error = false;
}

int fseeko(FILE *stream, off_t offset, int whence)
{
    if (stream_flush(stream) != 0)
        return -1;
    if (!stream->writing && whence == SEEK_CUR)
        offset -= (off_t)(stream->end - stream->at) + (stream->pushed != EOF);
    stream->at = stream->end = 0;
    stream->pushed = EOF;
    stream->eof = false;
    return lseek(stream->fd, offset, whence) < 0 ? -1 : 0;
}

int fseek(FILE *stream, long offset, int whence)
{
    return fseeko(stream, offset, whence);
}

off_t ftello(FILE *stream)
{
    off_t at = lseek(stream->fd, 0, SEEK_CUR);
    if (at < 0)
        return -1;
    return stream->writing ? at + (off_t)stream->at
                           : at - (off_t)(stream->end - stream->at) - (stream->pushed != EOF);
}

long ftell(FILE *stream)
{
    return ftello(stream);
}

void rewind(FILE *stream)
{
    (void)fseeko(stream, 0, SEEK_SET);
    stream->error = false;
}
