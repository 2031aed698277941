#include "sets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <command.h>

#include "load.h"

struct authorities *sets_read(const char *name)
{
    struct content content;

    if (load(&content, name) != EXIT_CODE_OK)
        return NULL;
    struct authorities *a = malloc(sizeof *a);
    if (!a) {
        complain("%s: %s", name, strerror(errno));
    } else if (nonzk_authority_decode(&a->set, content.bytes, content.len) != 0) {
        complain("%s: it is not a set of authorities, or it is damaged", name);
        free(a);
        a = NULL;
    }
    load_free(&content);
    return a;
}

void sets_tree(struct authorities *a, uint8_t root[NONZK_FR_LEN])
{
    nonzk_authority_tree(a->nodes, &a->set);
    nonzk_fr_to_bytes(root, &a->nodes[1]);
}

int sets_write(const char *name, const struct nonzk_authority_set *set, int force)
{
    static uint8_t bytes[NONZK_AUTHORITY_FILE_LEN(NONZK_AUTHORITY_MAX)];
    size_t len;

    if (nonzk_authority_encode(bytes, sizeof bytes, &len, set) != 0)
        return EXIT_CODE_IO;
    return save(name, bytes, len, force);
}
