/*
 * The folder of a test program, for images and what is mounted.
 *
 * Nothing of it outlives the program for long, however it ends: as root the program has a namespace of mounts of its own, with which
 * they end, and their loop devices with them; and a folder whose program was killed is removed by the next one that makes a folder.
 */
#ifndef NONFS_TESTS_FOLDER_H
#define NONFS_TESTS_FOLDER_H

/* The folder for this run's files; made at the first call and removed by test_folder_remove. */
const char *test_folder(void);
/* Makes it: for the fixture around a case, because a test runs in a process of its own, with which its path is forgotten. */
void test_folder_make(void);
void test_folder_remove(void);

#endif
