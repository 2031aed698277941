#include "http.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hex.h"

/* RFC 3986 section 2.1. Returns false for what is no path, or has a NUL in it. */
static bool path_decode(const char *from, size_t len, char *out)
{
    size_t n = 0;

    for (size_t i = 0; i < len && from[i] != '?'; i++) {
        int c = (unsigned char)from[i];
        if (c == '%') {
            int high = i + 2 < len ? hex_digit(from[i + 1]) : -1;
            int low = high >= 0 ? hex_digit(from[i + 2]) : -1;
            if (low < 0)
                return false;
            c = high << 4 | low;
            i += 2;
        }
        if (c < 0x20 || c == 0x7f || n + 1 >= HTTP_PATH_MAX)
            return false;
        out[n++] = (char)c;
    }
    out[n] = '\0';
    return true;
}

/* No part of it is "." or "..": nothing above the folder has a name. */
static bool path_is_below(const char *path)
{
    for (const char *part = path; *part != '\0';) {
        size_t len = strcspn(part, "/");
        if ((len == 1 && part[0] == '.') || (len == 2 && part[0] == '.' && part[1] == '.'))
            return false;
        part += len + (part[len] == '/');
    }
    return true;
}

static void target_read(struct http_request *r, const char *target, size_t len)
{
    if (len == 0 || target[0] != '/') {
        r->status = 400;
        return;
    }
    while (len > 0 && target[0] == '/') {
        target++;
        len--;
    }
    if (!path_decode(target, len, r->path) || r->path[0] == '/' || !path_is_below(r->path))
        r->status = 400;
    size_t n = strlen(r->path);
    if (r->status == 200 && (n == 0 || r->path[n - 1] == '/')) {
        if (n + sizeof "index.html" > HTTP_PATH_MAX)
            r->status = 400;
        else
            memcpy(r->path + n, "index.html", sizeof "index.html");
    }
}

/* RFC 9112 section 3: method, target, version. */
static void line_read(struct http_request *r, const char *line, size_t len)
{
    const char *end = line + len;
    const char *target = memchr(line, ' ', len);
    const char *version = target ? memchr(target + 1, ' ', (size_t)(end - target) - 1) : NULL;

    if (!version || end - version != 9 || memcmp(version + 1, "HTTP/1.", 7) != 0) {
        r->status = 400;
        return;
    }
    r->close = version[8] == '0';
    size_t method = (size_t)(target - line);
    r->head = method == 4 && memcmp(line, "HEAD", 4) == 0;
    if (!r->head && (method != 3 || memcmp(line, "GET", 3) != 0))
        r->status = 405;
    else
        target_read(r, target + 1, (size_t)(version - target) - 1);
}

static bool field_is(const char *line, size_t len, const char *name, const char *value)
{
    size_t n = strlen(name);

    if (len <= n || line[n] != ':' || strncasecmp(line, name, n) != 0)
        return false;
    line += n + 1;
    len -= n + 1;
    while (len > 0 && (*line == ' ' || *line == '\t')) {
        line++;
        len--;
    }
    return !value || (len == strlen(value) && strncasecmp(line, value, len) == 0);
}

static void field_read(struct http_request *r, const char *line, size_t len)
{
    if (field_is(line, len, "Connection", "close"))
        r->close = true;
    /* A request with content, which nobody here reads. */
    if (field_is(line, len, "Transfer-Encoding", NULL) ||
        (field_is(line, len, "Content-Length", NULL) &&
         !field_is(line, len, "Content-Length", "0")))
        r->status = 413;
}

size_t http_request_read(struct http_request *r, const uint8_t *bytes, size_t len)
{
    const char *text = (const char *)bytes;
    size_t at = 0;

    *r = (struct http_request){.status = 200};
    for (bool first = true;; first = false) {
        const char *end = memchr(text + at, '\n', len - at);
        if (!end) {
            if (len < HTTP_REQUEST_MAX)
                return 0;
            r->status = 431;
            r->close = true;
            return len;
        }
        size_t line = (size_t)(end - text) - at;
        if (line > 0 && text[at + line - 1] == '\r')
            line--;
        if (first)
            line_read(r, text + at, line);
        else if (line > 0)
            field_read(r, text + at, line);
        bool over = !first && line == 0;
        at = (size_t)(end - text) + 1;
        if (over)
            break;
    }
    if (r->status >= 400)
        r->close = true;
    return at;
}

/* Each folder on the way is opened by itself and no link is followed, so none leads out. */
int http_file_open(int root, const char *path, uint64_t *size)
{
    char part[HTTP_PATH_MAX];
    struct stat about;
    int at = dup(root);

    while (at >= 0) {
        size_t len = strcspn(path, "/");
        bool last = path[len] == '\0';
        memcpy(part, path, len);
        part[len] = '\0';
        int next =
            openat(at, len > 0 ? part : ".",
                   O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (last ? 0 : O_DIRECTORY));
        close(at);
        at = next;
        if (last)
            break;
        path += len + 1;
    }
    if (at < 0)
        return -1;
    if (fstat(at, &about) != 0 || !S_ISREG(about.st_mode)) {
        close(at);
        return -1;
    }
    *size = (uint64_t)about.st_size;
    return at;
}

static const char *reason_of(int status)
{
    switch (status) {
    case 200:
        return "OK";
    case 404:
        return "Not Found";
    case 405:
        return "Method Not Allowed";
    case 413:
        return "Content Too Large";
    case 431:
        return "Request Header Fields Too Large";
    default:
        return "Bad Request";
    }
}

static const char *type_of(const char *path)
{
    static const struct {
        const char *ending;
        const char *type;
    } types[] = {
        {".html", "text/html; charset=utf-8"},
        {".txt", "text/plain; charset=utf-8"},
        {".css", "text/css"},
        {".js", "text/javascript"},
        {".json", "application/json"},
        {".svg", "image/svg+xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
    };
    size_t len = strlen(path);

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        size_t n = strlen(types[i].ending);
        if (len >= n && strcmp(path + len - n, types[i].ending) == 0)
            return types[i].type;
    }
    return "application/octet-stream";
}

size_t http_answer_head(const struct http_request *r, uint64_t content_len, char *out, size_t size)
{
    int n = snprintf(
        out, size, "HTTP/1.1 %d %s\r\nContent-Length: %llu\r\nContent-Type: %s\r\n%s%s\r\n",
        r->status, reason_of(r->status), (unsigned long long)content_len,
        r->status == 200 ? type_of(r->path) : "text/plain; charset=utf-8",
        r->status == 405 ? "Allow: GET, HEAD\r\n" : "", r->close ? "Connection: close\r\n" : "");

    return n > 0 && (size_t)n < size ? (size_t)n : 0;
}
