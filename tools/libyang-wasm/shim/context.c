/*
 * libyang puts a few modules into every context, in old revisions, because its code needs some of them:
 *
 * - ietf-inet-types and ietf-yang-types of 2013. They are already imported by another of these modules,
 *   and libyang then gives them to all that import them without naming a revision, even where a newer
 *   one can be had.
 * - ietf-yang-schema-mount, marked as implemented, which would be told to clients.
 *
 * Neither shall decide what a server has: new imports get the newest revision that JavaScript offers, and
 * only what is asked for is implemented.
 */
#include <stdint.h>
#include <string.h>

#include "libyang.h"

#define EXPORT __attribute__((visibility("default")))

/* To be called for a new context, before modules are put into it, with LY_CTX_EXPLICIT_COMPILE. */
EXPORT void
yw_release_internal(struct ly_ctx *ctx)
{
    struct lys_module *module;
    uint32_t index = 0;

    while ((module = ly_ctx_get_module_iter(ctx, &index))) {
        module->latest_revision &= ~LYS_MOD_IMPORTED_REV;
        if (!strcmp(module->name, "ietf-yang-schema-mount")) {
            module->implemented = 0;
            module->to_compile = 0;
        }
    }
}
