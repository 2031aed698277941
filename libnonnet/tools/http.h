/*
 * What `serve` knows of HTTP/1.1 (RFC 9112): GET and HEAD of regular files below one folder.
 */
#ifndef NONNET_TOOLS_HTTP_H
#define NONNET_TOOLS_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_REQUEST_MAX 8192 /* bytes of a request with its fields */
#define HTTP_PATH_MAX    1024

struct http_request {
    bool head;                /* HEAD: the same without content */
    bool close;               /* the connection ends with the answer */
    int status;               /* what is wrong with it, or 200 */
    char path[HTTP_PATH_MAX]; /* decoded, relative to the folder, without "." and ".." */
};

/*
 * Reads a request at the start of `len` bytes. Returns how many bytes it takes; 0 if it is not
 * complete yet. What cannot be read has a status of 400 or more and closes the connection.
 */
size_t http_request_read(struct http_request *request, const uint8_t *bytes, size_t len);

/* Opens a file below the folder `root`. Returns a descriptor and its size, or -1. */
int http_file_open(int root, const char *path, uint64_t *size);

/* Writes the head of an answer to `out`; returns its length, which is below `size`. */
size_t http_answer_head(const struct http_request *request, uint64_t content_len, char *out,
                        size_t size);

#endif
