/*
 * The kernel that the module runs on in its tests: capabilities with parents, Replies that are used once, one clock. It aborts where the
 * module does what no module may: deletes a capability twice, answers a request twice, keeps what came with one.
 *
 * One thread: kernel_run() is the module, until it waits and there is nothing to wait for. A thread of the module's is its function, called again
 * whenever there may be something for it, which returns when it would wait.
 */
#ifndef NET_TESTS_KERNEL_H
#define NET_TESTS_KERNEL_H

#include <nonos/runtime.h>

#define CAPS_MAX     4096u
#define REQUESTS_MAX 2048u
#define WALL_NS      1700000000000000000u /* the time of day when the other clock is 0 */
#define DRIVER_ALL   0xffffffffu

/* Capabilities that are there from the start. */
enum { CAP_NET = 1, CAP_CONTROL, CAP_CAPTURE, CAP_HEARTBEAT, CAP_DRIVER, CAP_FIRST };

struct cap {
    bool used, watched, clients;
    uint32_t type;
    nonos_handle parent;
    uint64_t badge, object_id;
    uint8_t *memory; /* freed with the last capability, which is the module's */
    uint64_t bits;   /* of a Notification */
};

struct answer {
    bool asked, done;
    int result;
    uint64_t words[NONOS_IPC_WORDS];
    nonos_handle caps[NONOS_IPC_CAPS]; /* children of the module's, the client's to drop */
    uint32_t ncaps;
};

extern struct kernel {
    struct cap caps[CAPS_MAX];
    unsigned caps_limit; /* more cannot be made; CAPS_MAX at first */
    struct answer answers[REQUESTS_MAX];
    uint64_t now_ns;
    void (*tick)(void); /* whenever the module asks for the time; may be NULL */
    bool driver_offered;
    unsigned
        driver_answers; /* so many questions, then it is silent and who asks it waits; DRIVER_ALL at first */
    bool driver_gone; /* it ended before it answered */
} kernel;

/* Starts the module. Once. */
void kernel_start(void);

/* Puts a request into the queue of what `cap` leads to. Its capabilities become the module's. Returns its number in `answers`. */
unsigned kernel_send(nonos_handle cap, const struct nonos_message *message);
/* Lets the module work until all requests were taken and nothing is signalled. */
void kernel_run(void);
/* Lets so much time pass, with the timer. */
void kernel_sleep(uint64_t ms);
void kernel_sleep_until(uint64_t ns);
/* When the module's timer is due. */
uint64_t kernel_timer(void);
/* Forgets an answer, and drops its capabilities. */
void kernel_forget(unsigned number);
/* A client's capability is gone. */
void kernel_drop(nonos_handle cap);
/* Capabilities that there are. */
unsigned kernel_ncaps(void);
/* An Account of a client's, with `object_id`. */
nonos_handle kernel_account(uint64_t object_id);
/* A Notification of a client's. */
nonos_handle kernel_notification(void);
/* A badged capability to a service, as the supervisor makes them. */
nonos_handle kernel_connect(nonos_handle service, uint64_t badge);

/* The driver's, which players.c plays, and net_on_tap.c with a real cable. */
int driver_call(struct nonos_message *message);
void driver_signalled(void);

#endif
