#include "common/entropy.h"

#include "common/bytes.h"
#include "common/page.h"

#include <nonos/boot_info.h>
#include <string.h>

void boot_entropy_init(struct boot_entropy *entropy)
{
    noncrypto_blake3_init(&entropy->pool);
    entropy->sources = 0;
}

void boot_entropy_add(struct boot_entropy *entropy, uint32_t source, const void *data, size_t len)
{
    /* Source and length make the encoding unambiguous. */
    uint64_t header[2] = {source, len};
    noncrypto_blake3_update(&entropy->pool, header, sizeof header);
    noncrypto_blake3_update(&entropy->pool, data, len);
    entropy->sources |= source;
}

void boot_entropy_derive(const struct boot_entropy *entropy, const char *purpose, uint8_t *out,
                         size_t len)
{
    struct noncrypto_blake3 kdf;
    uint8_t key[NONCRYPTO_BLAKE3_OUT_LEN];

    noncrypto_blake3_final(&entropy->pool, key, sizeof key);
    noncrypto_blake3_init_derive_key(&kdf, purpose, strlen(purpose));
    noncrypto_blake3_update(&kdf, key, sizeof key);
    noncrypto_blake3_final(&kdf, out, len);
}

uint64_t boot_entropy_slide(const struct boot_entropy *entropy, uint64_t image_len)
{
    uint8_t random[8];
    uint64_t room = NONOS_KERNEL_BASE_END - NONOS_KERNEL_BASE_MIN;
    uint64_t places = (room - image_len) / BOOT_LARGE_PAGE_SIZE + 1;

    boot_entropy_derive(entropy, "NONOS 2026 loader: kernel slide", random, sizeof random);
    /* 64 bits reduced to less than 25: the bias is below 2^-39. */
    return NONOS_KERNEL_BASE_MIN + bytes_u64le(random) % places * BOOT_LARGE_PAGE_SIZE;
}
