/*
 * A monitor that the embedder has: a mutual exclusion with one condition, over a mutex and a condition variable of its system.
 *
 * Who uses a volume is inside of it, one thread at a time. The library leaves it while a device works, so that others go on
 * meanwhile, and waits in it for what another thread is doing. Nothing else is ever locked from inside.
 */
#ifndef NONFS_MONITOR_H
#define NONFS_MONITOR_H

#ifdef __cplusplus
extern "C" {
#endif

struct nonfs_monitor {
    void (*enter)(void *context); /* not by a thread that is inside */
    void (*leave)(void *context);
    /* Leaves, sleeps until `wake` is called after that, and enters again. It may return for no reason. */
    void (*wait)(void *context);
    void (*wake)(void *context); /* all that wait; called inside */
    void *context;
};

#ifdef __cplusplus
}
#endif

#endif
