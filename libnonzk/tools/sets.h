/* Sets of authorities in files (docs/formats/authorities.md). */
#ifndef NONZK_TOOLS_SETS_H
#define NONZK_TOOLS_SETS_H

#include <nonzk/authority.h>

struct authorities {
    struct nonzk_authority_set set;
    struct nonzk_fr nodes[NONZK_AUTHORITY_NODES]; /* of its tree, after sets_tree() */
};

/* Reads a set; to be freed with free(). NULL after a message. */
struct authorities *sets_read(const char *name);

/* Works the tree out; the root goes to `root`. */
void sets_tree(struct authorities *a, uint8_t root[NONZK_FR_LEN]);

/*
 * Writes a set; an existing file is replaced if `force`. Returns an exit code, not 0 after a
 * message.
 */
int sets_write(const char *name, const struct nonzk_authority_set *set, int force);

#endif
