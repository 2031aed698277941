/* What exit() and stdio share. */
#ifndef LIBC_STREAM_H
#define LIBC_STREAM_H

/* Set by stdio once a stream is in use: flushes all of them. */
extern void (*nonos_streams_flush)(void);

#endif
