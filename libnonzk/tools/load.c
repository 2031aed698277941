#include "load.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <command.h>
#include <files.h>
#include <nonzk/groth16.h>

int load(struct content *content, const char *name)
{
    size_t size = 1 << 16, len = 0;
    uint8_t *bytes = NULL, *more;
    ssize_t n = 0;
    int fd = file_open(name);

    if (fd < 0)
        return EXIT_CODE_IO;
    while ((more = realloc(bytes, size + 1)) != NULL) {
        bytes = more;
        n = file_read(fd, bytes + len, size - len);
        len += n > 0 ? (size_t)n : 0;
        if (n < 0 || len < size || size >= LOAD_LEN_MAX)
            break;
        size *= 2;
    }
    if (!more || n < 0)
        complain("%s: %s", name, strerror(errno));
    else if (len == size)
        complain("%s: it is longer than such a file can be", name);
    file_close(fd);
    if (!more || n < 0 || len == size) {
        free(bytes);
        return EXIT_CODE_IO;
    }
    bytes[len] = 0;
    *content = (struct content){bytes, len};
    return EXIT_CODE_OK;
}

void load_free(struct content *content)
{
    free(content->bytes);
    *content = (struct content){NULL, 0};
}

int save(const char *name, const void *bytes, size_t len, int force)
{
    struct output output;

    if (output_open(&output, name, force, 0666) != 0)
        return EXIT_CODE_IO;
    if (file_write(output.fd, bytes, len) != 0) {
        complain("%s: %s", name, strerror(errno));
        output_abort(&output);
        return EXIT_CODE_IO;
    }
    return output_commit(&output) == 0 ? EXIT_CODE_OK : EXIT_CODE_IO;
}

char *path_in(const char *folder, const char *name)
{
    char *path = NULL;

    if (asprintf(&path, "%s/%s", folder, name) < 0) {
        complain("%s: there is not enough memory", name);
        return NULL;
    }
    return path;
}

/* Not strchr(), to which the zero bytes of a small number would be blanks, too. */
static int is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

int load_is_json(const struct content *content)
{
    size_t at = 0;

    while (at < content->len && is_blank(content->bytes[at]))
        at++;
    if (at == content->len || (content->bytes[at] != '{' && content->bytes[at] != '['))
        return 0;
    for (; at < content->len; at++) {
        uint8_t c = content->bytes[at];
        if (c > 0x7e || (c < 0x20 && !is_blank(c)))
            return 0;
    }
    return 1;
}

/* A copy, so that who reads either form frees the same. */
static int copy(struct content *to, const char *name, const struct content *from)
{
    to->bytes = malloc(from->len + 1);
    to->len = from->len;
    if (!to->bytes) {
        complain("%s: %s", name, strerror(errno));
        return EXIT_CODE_IO;
    }
    memcpy(to->bytes, from->bytes, from->len + 1);
    return EXIT_CODE_OK;
}

int load_key(struct content *key, const char *name, const struct content *content, int *result)
{
    size_t ninputs;

    if (load_is_json(content))
        return load_json_key(key, name, content, result);
    if (nonzk_groth16_key_ninputs(&ninputs, content->bytes, content->len) != 0) {
        complain("%s: it is not a verifying key", name);
        return EXIT_CODE_IO;
    }
    return copy(key, name, content);
}

int load_proof(uint8_t *proof, const char *name, const struct content *content, int *result)
{
    if (load_is_json(content))
        return load_json_proof(proof, name, content, result);
    if (content->len != NONZK_GROTH16_PROOF_LEN) {
        complain("%s: it is not a proof: that has %d bytes, or is JSON", name,
                 NONZK_GROTH16_PROOF_LEN);
        return EXIT_CODE_IO;
    }
    memcpy(proof, content->bytes, content->len);
    return EXIT_CODE_OK;
}

int load_inputs(struct content *inputs, const char *name, const struct content *content,
                int *result)
{
    if (load_is_json(content))
        return load_json_inputs(inputs, name, content, result);
    if (content->len % NONZK_GROTH16_INPUT_LEN != 0 ||
        content->len > NONZK_GROTH16_MAX_INPUTS * NONZK_GROTH16_INPUT_LEN) {
        complain("%s: it is not public inputs: these have %d bytes each, or are JSON", name,
                 NONZK_GROTH16_INPUT_LEN);
        return EXIT_CODE_IO;
    }
    return copy(inputs, name, content);
}

static int make_verifier(struct nonzk_groth16_verifier **verifier, const char *name,
                         const struct content *key, int *result)
{
    size_t ninputs = 0;

    *result = nonzk_groth16_key_ninputs(&ninputs, key->bytes, key->len);
    size_t size = nonzk_groth16_verifier_size(ninputs);
    void *memory = malloc(size);
    if (!memory) {
        complain("%s: %s", name, strerror(errno));
        return EXIT_CODE_IO;
    }
    if (*result == 0)
        *result = nonzk_groth16_verifier_init(verifier, memory, size, key->bytes, key->len);
    if (*result != 0)
        free(memory);
    return *result == 0 ? EXIT_CODE_OK : EXIT_CODE_MISMATCH;
}

int load_verifier(struct nonzk_groth16_verifier **verifier, const char *name, int *result)
{
    struct content content, key = {NULL, 0};
    int code = load(&content, name);

    *verifier = NULL;
    *result = 0;
    if (code != EXIT_CODE_OK)
        return code;
    code = load_key(&key, name, &content, result);
    if (code == EXIT_CODE_OK)
        code = make_verifier(verifier, name, &key, result);
    load_free(&key);
    load_free(&content);
    return code;
}
