/* Minting. */
#include "mint.h"

#include <string.h>

#include <nonos/first_task.h>

#include "image.h"

_Static_assert(NONZK_MODULE_NAME_LEN == NONOS_MODULE_NAME_SIZE, "a name of a manifest is one");

int mint_module(const struct mint *mint, const struct nonzk_module_report *report,
                struct minted *minted)
{
    const uint32_t rights = NONOS_MODULE_LOAD | NONOS_RIGHT_INSPECT | NONOS_RIGHT_GRANT;
    struct nonos_image image;
    memset(&image, 0, sizeof(image));
    memset(minted, 0, sizeof(*minted));
    memcpy(image.name, report->manifest.name, sizeof(image.name));
    memcpy(image.hash, report->code_hash, sizeof(image.hash));
    image.grants = mint->grants;
    int result = image_decode(&image, mint->file, report->elf_len);
    if (result >= 0)
        result = nonos_module_mint(NONOS_FIRST_MODULE, mint->account, mint->memory, report->elf_len,
                                   &image, &minted->root);
    if (result < 0) {
        minted->root = 0;
        return result;
    }
    result = nonos_cap_derive(minted->root, rights, 0, NONOS_NEVER, 0, &minted->shared);
    if (result < 0)
        mint_drop(minted);
    return result;
}

void mint_drop(struct minted *minted)
{
    if (minted->root) {
        (void)nonos_cap_revoke(minted->root);
        (void)nonos_cap_delete(minted->root);
    }
    memset(minted, 0, sizeof(*minted));
}
