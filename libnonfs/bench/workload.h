/*
 * The workload: rows of a table, each so many operations in a second, the same for every target.
 */
#ifndef NONFS_BENCH_WORKLOAD_H
#define NONFS_BENCH_WORKLOAD_H

#include "target.h"

enum workload_row {
    ROW_WRITE,
    ROW_READ,
    ROW_CREATE,
    ROW_DELETE,
    ROW_CREATE_MANY,
    ROW_LIST,
    ROW_FIND,
    ROW_COUNT,
};

struct workload {
    uint64_t file_size; /* bytes, a multiple of WORKLOAD_CALL */
    uint32_t files;     /* of WORKLOAD_SMALL bytes */
    uint32_t names;     /* in one directory */
    double patience;    /* seconds after which a row ends with what was done; 0: none */
    int names_are_there;
};

#define WORKLOAD_CALL  131072u
#define WORKLOAD_SMALL 1024u

/* Bytes or operations in a second, and in a second of CPU of this process; 0 for what was not measured. */
struct workload_rates {
    double wall[ROW_COUNT];
    double cpu[ROW_COUNT];
};

/* Runs everything. */
void workload_run(struct target *t, const struct workload *w, struct workload_rates *rates);

/* Only makes the directory with the names. */
void workload_make_names(struct target *t, const struct workload *w);

#endif
