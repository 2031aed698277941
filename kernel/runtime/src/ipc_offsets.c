/* Checks at compile time that ipc.S knows where the parts of a message are. */
#include <stddef.h>

#include <nonos/objects.h>

_Static_assert(offsetof(struct nonos_message, label) == 0, "label");
_Static_assert(offsetof(struct nonos_message, ncaps) == 4, "ncaps");
_Static_assert(offsetof(struct nonos_message, badge) == 8, "badge");
_Static_assert(offsetof(struct nonos_message, words) == 16, "words");
_Static_assert(offsetof(struct nonos_message, caps) == 80, "caps");
