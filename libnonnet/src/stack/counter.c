#include "stack/state.h"

uint64_t nonnet_stack_counter(const struct nonnet_stack *stack, enum nonnet_counter counter)
{
    return (unsigned)counter < NONNET_NCOUNTERS ? stack->counters[counter] : 0;
}

const char *nonnet_counter_name(enum nonnet_counter counter)
{
    switch (counter) {
#define COUNTER_NAME(constant, name) \
    case NONNET_COUNT_##constant:    \
        return name;
        NONNET_COUNTERS(COUNTER_NAME)
#undef COUNTER_NAME
    default:
        return "unknown counter";
    }
}
