/*
 * A thread that reads a volume beside the test, which changes it. The test is inside of a monitor from companion_start to
 * companion_stop, so it leaves it in each call of the device only; then the companion goes on until its own next call. So the two take
 * turns at every place where others can come in, the same ones in each run.
 *
 * It reads what the test does not change: the directory of what was lost, which must stay empty, and the journal, whose blocks drive
 * others out of the cache.
 */
#ifndef NONFS_TESTS_COMPANION_H
#define NONFS_TESTS_COMPANION_H

#include "image.h"

struct companion;

/* Mounts volume->image, which must succeed, and starts to read. Its device gets one call at a time, so what watches it does. */
struct companion *companion_start(struct volume *volume, uint32_t cache_blocks, uint32_t flags);
/* Ends it, before the volume is unmounted. Fails the test if something was not as it should be, or nothing was read. */
void companion_stop(struct companion *companion);
/* After that, when the volume is unmounted or forgotten. */
void companion_free(struct companion *companion);

#endif
