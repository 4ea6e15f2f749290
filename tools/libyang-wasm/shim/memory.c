/*
 * Memory for the allocator. It asks for 64 KiB at a time, and every growth of a WebAssembly memory is a call
 * out of the module that costs about half a millisecond; a large document needs a thousand of them. Here the
 * memory grows by 4 MiB; what has not been asked for yet is not touched, so that it takes no room either.
 */
#include <stddef.h>
#include <stdint.h>

#define PAGE ((size_t)65536)
#define GROWTH ((size_t)(4 * 1024 * 1024))

void *__wrap_sbrk(intptr_t increment);

/** As sbrk(3); memory is never given back. */
void *
__wrap_sbrk(intptr_t increment)
{
    static size_t end;
    size_t limit = __builtin_wasm_memory_size(0) * PAGE, before, wanted, pages;

    if (!end) {
        end = limit;
    }
    if (increment < 0 || (size_t)increment > SIZE_MAX - end) {
        return (void *)-1;
    }
    before = end;
    wanted = end + (size_t)increment;
    if (wanted > limit) {
        pages = (wanted - limit + PAGE - 1) / PAGE;
        if (__builtin_wasm_memory_grow(0, pages < GROWTH / PAGE ? GROWTH / PAGE : pages) == SIZE_MAX &&
                __builtin_wasm_memory_grow(0, pages) == SIZE_MAX) {
            return (void *)-1;
        }
    }
    end = wanted;
    return (void *)before;
}
