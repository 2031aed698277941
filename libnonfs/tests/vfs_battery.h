/* What every file system does in the VFS layer, whichever it is: one battery of tests for all of them. */
#ifndef NONFS_TESTS_VFS_BATTERY_H
#define NONFS_TESTS_VFS_BATTERY_H

#include <check.h>

#include "vfs_tree.h"

/* What the tests work on: opened by the fixture of the case, over a file system that battery_fill() was called for. */
extern struct vfs_tree battery;

/* Puts there what the reading tests expect. */
void battery_fill(struct vfs_tree *t);

void battery_add_reading(TCase *tc);
void battery_add_writing(TCase *tc);

#endif
