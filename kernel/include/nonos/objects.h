/*
 * Objects, rights, grant classes and the structures that system calls exchange with user mode.
 *
 * A handle names a slot of the caller's own capability table: the slot's index in the low 16 bits, its generation above them, so
 * that a handle kept after cap_delete does not name what took the slot later; a generation comes round after 32768 uses of its
 * slot. 0 is never a handle, and as an int no handle is negative.
 */
#ifndef NONOS_OBJECTS_H
#define NONOS_OBJECTS_H

#include <stdint.h>

typedef uint32_t nonos_handle;

#define NONOS_HANDLE_INDEX(handle)      ((handle)&0xffffu)
#define NONOS_HANDLE_GENERATION(handle) ((handle) >> 16)

enum nonos_object_type {
    NONOS_OBJECT_NONE = 0,
    NONOS_OBJECT_TASK,
    NONOS_OBJECT_THREAD,
    NONOS_OBJECT_ACCOUNT,
    NONOS_OBJECT_MEMORY,
    NONOS_OBJECT_ENDPOINT,
    NONOS_OBJECT_REPLY,
    NONOS_OBJECT_NOTIFICATION,
    NONOS_OBJECT_IRQ,
    NONOS_OBJECT_IO_REGION,
    NONOS_OBJECT_DMA_DOMAIN,
    NONOS_OBJECT_MODULE,
    NONOS_OBJECT_AUDIT,
    NONOS_OBJECT_SYSTEM,
    NONOS_OBJECT_TYPES
};

/* Rights. The low byte means the same for every type, the high byte depends on it. */
#define NONOS_RIGHT_INSPECT 0x0001u /* ask what it is */
#define NONOS_RIGHT_GRANT   0x0002u /* derive from it and pass it on */
#define NONOS_RIGHT_REVOKE  0x0004u /* take back what was derived from it */

#define NONOS_TASK_MAP     0x0100u /* change the address space */
#define NONOS_TASK_CONTROL 0x0200u /* create threads */
#define NONOS_TASK_KILL    0x0400u

#define NONOS_THREAD_CONTROL 0x0100u /* start, stop, registers, sleep, exit */
#define NONOS_THREAD_SCHED   0x0200u /* priority and processor */

#define NONOS_ACCOUNT_CREATE 0x0100u /* charge objects to it */
#define NONOS_ACCOUNT_LIMIT  0x0200u /* change its limits */

#define NONOS_MEMORY_READ    0x0100u
#define NONOS_MEMORY_WRITE   0x0200u
#define NONOS_MEMORY_EXECUTE 0x0400u /* only the memory of an attested module has it */
#define NONOS_MEMORY_DMA     0x0800u

#define NONOS_ENDPOINT_SEND  0x0100u
#define NONOS_ENDPOINT_RECV  0x0200u
#define NONOS_ENDPOINT_BADGE 0x0400u /* derive with a badge; never held by a badged capability */

#define NONOS_REPLY_SEND 0x0100u

#define NONOS_NOTIFICATION_SIGNAL 0x0100u
#define NONOS_NOTIFICATION_WAIT   0x0200u

#define NONOS_IRQ_BIND  0x0100u /* bind and acknowledge */
#define NONOS_IRQ_CARVE 0x0200u /* create Irq objects: only the root Irq has it */

#define NONOS_IO_READ  0x0100u
#define NONOS_IO_WRITE 0x0200u
#define NONOS_IO_CARVE 0x0400u /* create a smaller region */

#define NONOS_DMA_MAP    0x0100u
#define NONOS_DMA_CARVE  0x0200u /* create a domain for one device: only the root domain has it */
#define NONOS_DMA_SETTLE 0x0400u /* say that devices have stopped */

#define NONOS_MODULE_LOAD 0x0100u /* spawn tasks from it */
#define NONOS_MODULE_MINT 0x0200u /* make modules: only the attestor's root Module has it */

#define NONOS_AUDIT_READ   0x0100u
#define NONOS_AUDIT_APPEND 0x0200u

#define NONOS_SYSTEM_CLOCK     0x0100u /* read the clocks */
#define NONOS_SYSTEM_RANDOM    0x0200u /* random bytes */
#define NONOS_SYSTEM_CONSOLE   0x0400u /* write the console of last resort, read the kernel log */
#define NONOS_SYSTEM_POWER     0x0800u /* power off, reboot */
#define NONOS_SYSTEM_CLOCK_SET 0x1000u /* set the wall clock */
#define NONOS_SYSTEM_TASKS     0x2000u /* find every task; what comes back may be inspected */
#define NONOS_SYSTEM_KILL      0x4000u /* with TASKS: what comes back may be killed */
#define NONOS_SYSTEM_TERMINAL \
    0x8000u /* show what is written to the console, in the kernel's place */

#define NONOS_RIGHTS_ALL 0xffffu

/*
 * Grant classes. An object carries the classes it was created with; a task can hold a capability to it only if its module's
 * grant mask has every one of them. The kernel checks that whenever a capability enters a table, whoever hands it over.
 */
#define NONOS_GRANT_MINT      (1ull << 0) /* root Module */
#define NONOS_GRANT_DEVICE    (1ull << 1) /* Irq, IoRegion, DmaDomain, System with TERMINAL */
#define NONOS_GRANT_BLOCK_RAW (1ull << 2) /* endpoints of block drivers */
#define NONOS_GRANT_NET_RAW   (1ull << 3) /* endpoints of network drivers */
#define NONOS_GRANT_CLEARNET \
    (1ull << 4) /* endpoints that reach the network beneath the onion layer */
#define NONOS_GRANT_AUDIT_READ  (1ull << 5)  /* Audit with READ */
#define NONOS_GRANT_POWER       (1ull << 6)  /* System with POWER */
#define NONOS_GRANT_CLOCK_SET   (1ull << 7)  /* System with CLOCK_SET */
#define NONOS_GRANT_TASKS       (1ull << 8)  /* System with TASKS or KILL */
#define NONOS_GRANT_CONSOLE     (1ull << 9)  /* System with CONSOLE */
#define NONOS_GRANT_DMA         (1ull << 10) /* Memory that devices can reach */
#define NONOS_GRANT_ATTEST      (1ull << 11) /* the seal of who may change what is attested */
#define NONOS_GRANT_NET_CAPTURE (1ull << 12) /* endpoints that show every frame of the network */
#define NONOS_GRANTS_ALL        ((1ull << 13) - 1)

#define NONOS_NEVER     0xffffffffffffffffull /* an expiry or deadline that does not come */
#define NONOS_PAGE_SIZE 4096u

/* Derivation chains are at most this long. */
#define NONOS_CAP_DEPTH_MAX 16
/* Slots of a task's table at most; an account may allow less. */
#define NONOS_CAP_SLOTS_MAX 65536

/* cap_derive: flags. */
#define NONOS_DERIVE_WATCH \
    1u /* signal the endpoint's watcher when the last capability derived from the new one is gone */

/* Slots that every new task starts with; what its creator lists follows from NONOS_SLOT_FIRST. Their generation is 0. */
#define NONOS_SLOT_TASK    1u /* itself: INSPECT, GRANT, MAP, CONTROL, KILL */
#define NONOS_SLOT_ACCOUNT 2u /* INSPECT, GRANT, CREATE */
#define NONOS_SLOT_THREAD  3u /* its first thread: all rights */
#define NONOS_SLOT_STARTUP 4u /* the start-up block: READ */
#define NONOS_SLOT_FIRST   5u

/* Priorities: 0 is the idle thread's own, higher runs first. */
#define NONOS_PRIORITY_MIN     1u
#define NONOS_PRIORITY_PROGRAM 8u
#define NONOS_PRIORITY_SERVER  16u
#define NONOS_PRIORITY_DRIVER  24u
#define NONOS_PRIORITY_MAX     31u

/* User addresses: [NONOS_USER_MIN, NONOS_USER_END). The page at 0 and the last page below the hole are never mapped. */
#define NONOS_USER_MIN 0x10000ull
#define NONOS_USER_END 0x00007ffffffff000ull

/* Mapping protections. WRITE and EXECUTE together are refused. */
#define NONOS_PROT_READ    1u
#define NONOS_PROT_WRITE   2u
#define NONOS_PROT_EXECUTE 4u

/* object_create: flags of a Memory. */
#define NONOS_MEMORY_FLAG_DMA \
    1u /* reachable by devices: charged to the account's DMA limit; has GRANT_DMA */
#define NONOS_MEMORY_FLAG_CONTIGUOUS 2u /* physically contiguous */

/* object_create: what an IoRegion covers. */
#define NONOS_IO_PORTS           1u
#define NONOS_IO_MMIO            2u
/* io_map: cache attribute. */
#define NONOS_IO_UNCACHED        0u
#define NONOS_IO_WRITE_COMBINING 1u

/* object_create: kinds of Irq. */
#define NONOS_IRQ_GSI \
    1u /* argument: global system interrupt, bit 32 level-triggered, bit 33 active-low */
#define NONOS_IRQ_MSI 2u /* argument: unused; irq_bind returns where the device must write */

/* A message: eight words and up to four capabilities. */
#define NONOS_IPC_WORDS 8
#define NONOS_IPC_CAPS  4

struct nonos_message {
    uint32_t label; /* operation, or in a reply the result (an int) */
    uint32_t ncaps; /* capabilities sent; received: capabilities that arrived */
    uint64_t
        badge; /* received: badge of the capability that the sender used; or the bits of a notification */
    uint64_t words[NONOS_IPC_WORDS];
    nonos_handle caps[NONOS_IPC_CAPS];
};

/* One segment of a module's image. Addresses are relative to the load bias, which the kernel chooses. */
struct nonos_segment {
    uint64_t address;     /* page aligned */
    uint64_t file_offset; /* page aligned, in the image */
    uint64_t file_len;
    uint64_t memory_len; /* >= file_len; the rest is zero */
    uint32_t prot;
    uint32_t reserved;
};

#define NONOS_IMAGE_SEGMENTS   8
#define NONOS_MODULE_NAME_SIZE 32

/* How a module's image is laid out: a static position-independent ELF, reduced to what the kernel needs. */
struct nonos_image {
    char name[NONOS_MODULE_NAME_SIZE]; /* for people: shown by ps and in the audit log */
    uint8_t hash[32];                  /* BLAKE3 of the whole image */
    uint64_t grants;                   /* the ceiling of every task made from it */
    uint64_t entry;                    /* relative to the load bias */
    uint32_t nsegments;
    uint32_t reserved;
    struct nonos_segment segments[NONOS_IMAGE_SEGMENTS];
};

/* A capability to hand to a new task: derived from the creator's with at most these rights. */
struct nonos_spawn_cap {
    nonos_handle handle;
    uint32_t rights;
};

#define NONOS_SPAWN_CAPS 64

struct nonos_spawn {
    nonos_handle module;  /* LOAD */
    nonos_handle account; /* CREATE: everything of the task is charged to it */
    nonos_handle
        startup; /* Memory with READ: mapped read-only; the first thread gets its address and length */
    uint32_t priority;  /* at most the creator's own */
    uint64_t stack_len; /* of the first thread */
    uint64_t caps;      /* address of an array of struct nonos_spawn_cap */
    uint32_t ncaps;     /* at most NONOS_SPAWN_CAPS */
    uint32_t reserved;
};

enum nonos_task_state {
    NONOS_TASK_RUNNING = 1,
    NONOS_TASK_EXITED,
    NONOS_TASK_KILLED,
    NONOS_TASK_FAULTED
};

/* Why a task faulted: the exit status of a task in state FAULTED. */
enum nonos_fault {
    NONOS_FAULT_ACCESS = 1,  /* page fault: no mapping, or not allowed */
    NONOS_FAULT_INSTRUCTION, /* privileged or undefined instruction */
    NONOS_FAULT_ARITHMETIC,
    NONOS_FAULT_PROTECTION, /* general protection, stack segment, alignment */
    NONOS_FAULT_DEBUG,
};

/* task_info, selector NONOS_INFO_TASK. */
struct nonos_task_info {
    uint64_t id; /* never used again while the system runs */
    uint64_t parent_id;
    uint32_t state;  /* enum nonos_task_state */
    int32_t status;  /* exit status, or enum nonos_fault */
    uint64_t grants; /* ceiling */
    uint64_t start_ns;
    uint64_t cpu_ns;
    uint64_t memory; /* bytes mapped */
    uint32_t nthreads;
    uint32_t ncaps;
    uint32_t priority;
    uint32_t reserved;
    char name[NONOS_MODULE_NAME_SIZE];
};

/* cap_info, and task_info with selector NONOS_INFO_CAP. */
struct nonos_cap_info {
    nonos_handle handle;
    uint32_t type; /* enum nonos_object_type */
    uint32_t rights;
    uint32_t depth;
    uint64_t badge;
    uint64_t expiry_ms; /* NONOS_NEVER if none */
    uint64_t object_id;
    uint64_t grants;    /* classes of the object */
    uint64_t size;      /* Memory, IoRegion: bytes; Account: bytes in use */
    uint32_t nchildren; /* capabilities derived from this one, directly */
    uint32_t reserved;
};

enum nonos_info_selector {
    NONOS_INFO_TASK = 1, /* task_info: struct nonos_task_info */
    NONOS_INFO_CAP, /* task_info: struct nonos_cap_info of the first used slot with index >= cursor */
    NONOS_INFO_SYSTEM, /* system_info: struct nonos_system_info */
    NONOS_INFO_LOG, /* system_info: text of the kernel log from byte `cursor` on; needs CONSOLE */
    NONOS_INFO_CPU, /* system_info: struct nonos_cpu_info of processor `cursor` */
};

struct nonos_system_info {
    uint64_t memory_total; /* bytes */
    uint64_t memory_free;
    uint64_t boot_unix_ns; /* wall clock when the monotonic clock was 0 */
    uint32_t ncpus;
    uint32_t ntasks;
    uint32_t nthreads;
    uint32_t firmware;        /* enum nonos_firmware */
    uint32_t iommu;           /* 1: DMA is confined by an IOMMU */
    uint32_t entropy_sources; /* as in boot_info, plus what came later */
    uint64_t log_start;       /* first byte of the kernel log that is still kept */
    uint64_t log_end;
    char version[32];
};

struct nonos_cpu_info {
    uint64_t busy_ns;
    uint64_t idle_ns;
    uint64_t switches;
    uint64_t interrupts;
};

/* account_set; ~0 leaves a limit as it is. A limit may be set below what is in use: then nothing more can be charged. */
struct nonos_account_limits {
    uint64_t memory; /* bytes */
    uint64_t dma;    /* bytes of DMA memory */
    uint32_t slots;
    uint32_t threads;
    uint32_t cpu_permille; /* share of one processor, 0: no limit */
    uint32_t reserved;
};

/* thread_regs. Flags and segments cannot be chosen. */
struct nonos_thread_regs {
    uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp, rsp;
    uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
    uint64_t rip, rflags, fs_base, gs_base;
};

enum nonos_clock { NONOS_CLOCK_MONOTONIC = 1, NONOS_CLOCK_WALL = 2, NONOS_CLOCK_THREAD = 3 };
enum nonos_power { NONOS_POWER_OFF = 1, NONOS_POWER_REBOOT = 2 };

enum nonos_audit_event {
    NONOS_AUDIT_BOOT = 1,
    NONOS_AUDIT_CAP_CREATE,
    NONOS_AUDIT_CAP_DERIVE,
    NONOS_AUDIT_CAP_TRANSFER,
    NONOS_AUDIT_CAP_DELETE,
    NONOS_AUDIT_CAP_REVOKE,
    NONOS_AUDIT_CAP_EXPIRE,
    NONOS_AUDIT_REFUSED, /* a system call was refused: a = call number, b = handle, result = why */
    NONOS_AUDIT_TASK_START,
    NONOS_AUDIT_TASK_END,
    NONOS_AUDIT_TASK_FAULT, /* a = enum nonos_fault, b = address */
    NONOS_AUDIT_MODULE_MINT,
    NONOS_AUDIT_MODULE_REFUSED,
    NONOS_AUDIT_DEVICE, /* interrupts, I/O regions and DMA windows given out */
    NONOS_AUDIT_POWER,
    NONOS_AUDIT_DROPPED, /* a = records lost because a ring was full */
    NONOS_AUDIT_USER,    /* audit_append: text says what */
};

/* One record. `chain` is BLAKE3(chain of the record before || this record with chain zero). */
struct nonos_audit_record {
    uint64_t sequence;
    uint64_t time_ns;
    uint32_t event; /* enum nonos_audit_event */
    int32_t result;
    uint64_t task_id;
    uint64_t object_id;
    uint64_t a;
    uint64_t b;
    char text[40];
    uint8_t chain[32];
};

#endif
