/* Sorting and searching. */
#include <stdint.h>
#include <stdlib.h>

struct sort {
    char *base;
    size_t size;
    int (*compare)(const void *, const void *);
};

static void swap(const struct sort *sort, size_t i, size_t j)
{
    char *a = sort->base + i * sort->size, *b = sort->base + j * sort->size;
    size_t left = sort->size;
    for (; left >= 8; a += 8, b += 8, left -= 8) {
        uint64_t x, y;
        __builtin_memcpy(&x, a, 8);
        __builtin_memcpy(&y, b, 8);
        __builtin_memcpy(a, &y, 8);
        __builtin_memcpy(b, &x, 8);
    }
    for (; left; a++, b++, left--) {
        char c = *a;
        *a = *b;
        *b = c;
    }
}

static int less(const struct sort *sort, size_t i, size_t j)
{
    return sort->compare(sort->base + i * sort->size, sort->base + j * sort->size) < 0;
}

/* Lets the element at `root` of the heap [0, n) sink to its place. */
static void heap_sink(const struct sort *sort, size_t root, size_t n)
{
    while (root < n / 2) {
        size_t child = 2 * root + 1;
        if (child + 1 < n && less(sort, child, child + 1))
            child++;
        if (!less(sort, root, child))
            return;
        swap(sort, root, child);
        root = child;
    }
}

/* Heap sort: in place, n log n for any input, so that no list of names can make it slow. */
void qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *))
{
    struct sort sort = {base, size, compare};
    for (size_t root = n / 2; root > 0; root--)
        heap_sink(&sort, root - 1, n);
    for (size_t left = n; left > 1; left--) {
        swap(&sort, 0, left - 1);
        heap_sink(&sort, 0, left - 1);
    }
}

void *bsearch(const void *key, const void *base, size_t n, size_t size,
              int (*compare)(const void *, const void *))
{
    const char *at = base;
    while (n > 0) {
        const char *middle = at + n / 2 * size;
        int order = compare(key, middle);
        if (order == 0)
            return (void *)(uintptr_t)middle;
        if (order > 0) {
            at = middle + size;
            n -= n / 2 + 1;
        } else {
            n /= 2;
        }
    }
    return NULL;
}
