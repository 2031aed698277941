#include <sched/queue.h>

#include <debug/log.h>
#include <sched/thread.h>

void queue_insert(struct thread_queue *queue, struct thread *thread, bool in_front)
{
    struct thread **head = &queue->head[thread->priority];
    KERNEL_ASSERT(!thread->queue);
    thread->queue = queue;
    if (!*head) {
        thread->queue_next = thread->queue_previous = thread;
        *head = thread;
        queue->used |= 1u << thread->priority;
        return;
    }
    thread->queue_next = *head;
    thread->queue_previous = (*head)->queue_previous;
    thread->queue_previous->queue_next = thread;
    thread->queue_next->queue_previous = thread;
    if (in_front)
        *head = thread;
}

void queue_remove(struct thread *thread)
{
    struct thread_queue *queue = thread->queue;
    struct thread **head = &queue->head[thread->priority];
    if (thread->queue_next == thread) {
        *head = NULL;
        queue->used &= ~(1u << thread->priority);
    } else {
        thread->queue_previous->queue_next = thread->queue_next;
        thread->queue_next->queue_previous = thread->queue_previous;
        if (*head == thread)
            *head = thread->queue_next;
    }
    thread->queue = NULL;
    thread->queue_next = thread->queue_previous = NULL;
}

int queue_priority(const struct thread_queue *queue)
{
    return queue->used ? 31 - __builtin_clz(queue->used) : -1;
}

struct thread *queue_first(const struct thread_queue *queue)
{
    return queue->used ? queue->head[queue_priority(queue)] : NULL;
}

struct thread *queue_next(const struct thread *thread)
{
    const struct thread_queue *queue = thread->queue;
    if (thread->queue_next != queue->head[thread->priority])
        return thread->queue_next;
    uint32_t lower = queue->used & ((1u << thread->priority) - 1);
    return lower ? queue->head[31 - __builtin_clz(lower)] : NULL;
}
