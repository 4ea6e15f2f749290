/*
 * YANG modules that libyang misses while it parses another one (import, include, ly_ctx_load_module)
 * are asked for from JavaScript, which has them in memory: there is no file system in here.
 *
 * JavaScript provides `env.yw_import` and switches it on for a context with yw_use_imports(). A C
 * function stands between the two, so that no JavaScript function has to be put into the module's
 * table of functions.
 */
#include <stdlib.h>

#include "libyang.h"

/*
 * Implemented in JavaScript. All arguments but the first are zero-terminated UTF-8; a null pointer
 * where the importer named no revision (the newest is meant) or no submodule.
 * Returns a zero-terminated YANG text in memory from malloc(), which is freed here, or a null pointer
 * where there is no such module. It must not throw: an exception would unwind the C frames above.
 */
__attribute__((import_module("env"), import_name("yw_import"))) extern char *
yw_import(const struct ly_ctx *ctx, const char *module, const char *revision, const char *submodule,
        const char *submodule_revision);

static void
free_text(void *text, void *ctx)
{
    (void)ctx;
    free(text);
}

static LY_ERR
find_module(const char *module, const char *revision, const char *submodule, const char *submodule_revision,
        void *ctx, LYS_INFORMAT *format, const char **text, ly_module_imp_data_free_clb *free_module)
{
    *text = yw_import(ctx, module, revision, submodule, submodule_revision);
    if (!*text) {
        return LY_ENOTFOUND;
    }
    *format = LYS_IN_YANG;
    *free_module = free_text;
    return LY_SUCCESS;
}

/* Lets the context ask JavaScript for modules it misses. */
__attribute__((visibility("default"))) void
yw_use_imports(struct ly_ctx *ctx)
{
    ly_ctx_set_module_imp_clb(ctx, find_module, ctx);
}
