/*
 * Faster printing into memory. libyang's printers hand their output on in small pieces: each goes through
 * vasprintf(), which formats twice and allocates, into a buffer that grows by exactly that piece; texts go
 * character by character. WebAssembly pays more for this than a processor does. The linker sends the calls
 * of the three functions through which the printers write here (--wrap); the output is the same bytes.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libyang.h"
#include "out_internal.h"

#define FIRST_SIZE 4096

LY_ERR __real_ly_write_(struct ly_out *out, const char *text, size_t length);

/* The end of the buffer, after making room for `length` more bytes and a zero; null without memory. */
static char *
make_room(struct ly_out *out, size_t length)
{
    char **buffer = out->method.mem.buf, *larger;
    size_t needed = out->method.mem.len + length + 1;
    size_t size = out->method.mem.size ? out->method.mem.size : FIRST_SIZE;

    if (needed > out->method.mem.size) {
        while (size < needed) {
            size += size / 2;
        }
        if (!(larger = realloc(*buffer, size))) {
            free(*buffer);
            *buffer = NULL;
            out->method.mem.len = out->method.mem.size = 0;
            return NULL;
        }
        *buffer = larger;
        out->method.mem.size = size;
    }
    return *buffer + out->method.mem.len;
}

static LY_ERR
append(struct ly_out *out, const char *text, size_t length)
{
    char *end = make_room(out, length);

    if (!end) {
        return LY_EMEM;
    }
    if (length) {
        memcpy(end, text, length);
    }
    end[length] = '\0';
    out->method.mem.len += length;
    out->printed += length;
    out->func_printed += length;
    return LY_SUCCESS;
}

static LY_ERR
append_spaces(struct ly_out *out, size_t count)
{
    static const char spaces[] = "                                ";
    LY_ERR rc = LY_SUCCESS;

    while (count && !rc) {
        size_t some = count < sizeof spaces - 1 ? count : sizeof spaces - 1;

        rc = append(out, spaces, some);
        count -= some;
    }
    return rc;
}

/* Whether there is nothing but %s, %*s and %% in a format. */
static int
is_simple(const char *format)
{
    while ((format = strchr(format, '%'))) {
        ++format;
        if ((format[0] == '*') && (format[1] == 's')) {
            ++format;
        }
        if ((*format != 's') && (*format != '%')) {
            return 0;
        }
        ++format;
    }
    return 1;
}

static LY_ERR
append_string(struct ly_out *out, const char *text, int width)
{
    size_t length;
    LY_ERR rc = LY_SUCCESS;

    text = text ? text : "(null)";
    length = strlen(text);
    if ((width > 0) && ((size_t)width > length)) {
        rc = append_spaces(out, width - length);
    }
    return rc ? rc : append(out, text, length);
}

static LY_ERR
print_simple(struct ly_out *out, const char *format, va_list values)
{
    const char *plain = format;
    LY_ERR rc = LY_SUCCESS;

    while (!rc && (format = strchr(plain, '%'))) {
        if (format != plain) {
            rc = append(out, plain, format - plain);
        }
        plain = format + 2;
        if (rc) {
            break;
        } else if (format[1] == '%') {
            rc = append(out, "%", 1);
        } else if (format[1] == '*') {
            int width = va_arg(values, int);

            rc = append_string(out, va_arg(values, const char *), width);
            ++plain;
        } else {
            rc = append_string(out, va_arg(values, const char *), 0);
        }
    }
    return rc ? rc : append(out, plain, strlen(plain));
}

/* Holes are of the binary format, whose pieces are kept aside until they are filled. */
LY_ERR
__wrap_ly_write_(struct ly_out *out, const char *text, size_t length)
{
    if ((out->type == LY_OUT_MEMORY) && !out->hole_count) {
        return append(out, text, length);
    }
    return __real_ly_write_(out, text, length);
}

LY_ERR
__wrap_ly_print_(struct ly_out *out, const char *format, ...)
{
    va_list values;
    char *text = NULL;
    int length;
    LY_ERR rc;

    va_start(values, format);
    if ((out->type == LY_OUT_MEMORY) && is_simple(format)) {
        rc = print_simple(out, format, values);
    } else if ((length = vasprintf(&text, format, values)) < 0) {
        rc = LY_EMEM;
    } else {
        rc = __wrap_ly_write_(out, text, length);
        free(text);
    }
    va_end(values);
    return rc;
}

/* XML character data or an attribute's value, with the escapes that libyang uses. */
LY_ERR
__wrap_lyxml_dump_text(struct ly_out *out, const char *text, ly_bool attribute)
{
    const char *special = attribute ? "&<>\"" : "&<>";
    LY_ERR rc = LY_SUCCESS;

    while (text && *text && !rc) {
        size_t plain = strcspn(text, special);

        rc = __wrap_ly_write_(out, text, plain);
        text += plain;
        if (!*text || rc) {
            break;
        }
        switch (*text++) {
        case '&':
            rc = __wrap_ly_write_(out, "&amp;", 5);
            break;
        case '<':
            rc = __wrap_ly_write_(out, "&lt;", 4);
            break;
        case '>':
            rc = __wrap_ly_write_(out, "&gt;", 4);
            break;
        default:
            rc = __wrap_ly_write_(out, "&quot;", 6);
            break;
        }
    }
    return rc;
}
