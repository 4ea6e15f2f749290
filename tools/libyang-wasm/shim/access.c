/*
 * What JavaScript needs of libyang beyond its exported functions: where the members of structures lie
 * and what the constants of the headers are (so that none is written down a second time), the functions
 * that exist only inline, and those that cannot be called across the boundary (variable arguments,
 * arrays of structures).
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "libyang.h"
#include "metadata.h"
#include "xml.h"

#define EXPORT __attribute__((visibility("default")))

/* One fact about the headers. The list ends with a name that is a null pointer. */
struct yw_fact {
    const char *name;
    uint32_t value;
};

#define OFFSET(type, member) {#type "." #member, offsetof(struct type, member)}
#define VALUE(constant) {#constant, constant}

static const struct yw_fact facts[] = {
    OFFSET(lyd_node, flags), OFFSET(lyd_node, schema), OFFSET(lyd_node, parent), OFFSET(lyd_node, next),
    OFFSET(lyd_node, prev), OFFSET(lyd_node, meta),
    OFFSET(lyd_node_inner, child),
    OFFSET(lyd_node_term, value._canonical),
    OFFSET(lyd_node_opaq, child), OFFSET(lyd_node_opaq, name.name), OFFSET(lyd_node_opaq, name.module_ns),
    OFFSET(lyd_node_opaq, value), OFFSET(lyd_node_opaq, format), OFFSET(lyd_node_opaq, attr),
    OFFSET(lyd_attr, next), OFFSET(lyd_attr, name.name), OFFSET(lyd_attr, name.module_ns), OFFSET(lyd_attr, value),
    OFFSET(lyd_attr, format),
    OFFSET(lyd_meta, next), OFFSET(lyd_meta, annotation), OFFSET(lyd_meta, name),
    OFFSET(lysc_ext_instance, module),
    OFFSET(lysc_node, nodetype), OFFSET(lysc_node, flags), OFFSET(lysc_node, module), OFFSET(lysc_node, parent),
    OFFSET(lysc_node, name),
    OFFSET(lys_module, name), OFFSET(lys_module, revision), OFFSET(lys_module, ns), OFFSET(lys_module, prefix),
    OFFSET(lys_module, parsed), OFFSET(lys_module, compiled), OFFSET(lys_module, deviated_by),
    OFFSET(lys_module, implemented),
    OFFSET(lysp_feature, name),
    OFFSET(ly_set, count), OFFSET(ly_set, objs),
    OFFSET(ly_err_item, level), OFFSET(ly_err_item, err), OFFSET(ly_err_item, vecode), OFFSET(ly_err_item, msg),
    OFFSET(ly_err_item, data_path), OFFSET(ly_err_item, schema_path), OFFSET(ly_err_item, line),
    OFFSET(ly_err_item, apptag), OFFSET(ly_err_item, next),
    VALUE(LYD_DEFAULT),
    VALUE(LYS_CONTAINER), VALUE(LYS_LIST), VALUE(LYS_LEAF), VALUE(LYS_LEAFLIST), VALUE(LYS_ANYXML),
    VALUE(LYS_ANYDATA), VALUE(LYS_RPC), VALUE(LYS_ACTION), VALUE(LYS_NOTIF),
    VALUE(LYS_CONFIG_W), VALUE(LYS_MAND_TRUE), VALUE(LYS_PRESENCE), VALUE(LYS_KEY), VALUE(LYS_ORDBY_USER),
    VALUE(LY_CTX_NO_YANGLIBRARY), VALUE(LY_CTX_DISABLE_SEARCHDIRS), VALUE(LY_CTX_EXPLICIT_COMPILE),
    VALUE(LYS_OUT_YANG), VALUE(LYS_OUT_YIN), VALUE(LYS_OUT_TREE),
    VALUE(LYD_XML), VALUE(LYD_JSON), VALUE(LYD_PARSE_ONLY), VALUE(LYD_PARSE_STRICT), VALUE(LYD_PARSE_OPAQ),
    VALUE(LYD_PARSE_NO_STATE), VALUE(LYD_PARSE_ORDERED), VALUE(LYD_VALIDATE_NO_STATE),
    VALUE(LYD_VALIDATE_MULTI_ERROR), VALUE(LYD_PRINT_WITHSIBLINGS), VALUE(LYD_PRINT_SHRINK),
    VALUE(LYD_PRINT_KEEPEMPTYCONT), VALUE(LYD_PRINT_WD_EXPLICIT), VALUE(LYD_PRINT_WD_TRIM), VALUE(LYD_PRINT_WD_ALL),
    VALUE(LYD_PRINT_WD_ALL_TAG), VALUE(LYD_NEW_PATH_UPDATE), VALUE(LYD_DIFF_DEFAULTS), VALUE(LYD_DUP_RECURSIVE),
    VALUE(LYD_DUP_WITH_FLAGS), VALUE(LYD_PATH_STD),
    VALUE(LYSC_PATH_DATA),
    VALUE(LY_VALUE_XML), VALUE(LY_LLERR), VALUE(LY_LOSTORE), VALUE(LY_SUCCESS), VALUE(LY_EMEM), VALUE(LY_ESYS),
    VALUE(LY_EINVAL), VALUE(LY_EEXIST), VALUE(LY_ENOTFOUND), VALUE(LY_EINT), VALUE(LY_EVALID), VALUE(LY_EDENIED),
    VALUE(LY_EINCOMPLETE), VALUE(LY_ENOT), VALUE(LY_EOTHER),
    VALUE(LYVE_SUCCESS), VALUE(LYVE_SYNTAX), VALUE(LYVE_SYNTAX_YANG), VALUE(LYVE_SYNTAX_YIN), VALUE(LYVE_REFERENCE),
    VALUE(LYVE_XPATH), VALUE(LYVE_SEMANTICS), VALUE(LYVE_SYNTAX_XML), VALUE(LYVE_SYNTAX_JSON), VALUE(LYVE_DATA),
    VALUE(LYVE_OTHER),
    {NULL, 0},
};

/* The facts above, in the order of the source. */
EXPORT const struct yw_fact *
yw_layout(void)
{
    return facts;
}

/* The canonical value of a leaf or leaf-list entry, the raw text of an opaque node; owned by the tree. */
EXPORT const char *
yw_value(const struct lyd_node *node)
{
    return lyd_get_value(node);
}

/*
 * Gives two leafs of one schema node each the value of the other. `node` is explicit then, and as new to
 * validation as one that was just made.
 */
EXPORT void
yw_exchange_values(struct lyd_node *node, struct lyd_node *other)
{
    struct lyd_value *one = &((struct lyd_node_term *)node)->value;
    struct lyd_value *two = &((struct lyd_node_term *)other)->value;
    struct lyd_value kept = *one;

    *one = *two;
    *two = kept;
    node->flags = (node->flags & LYD_EXT) | LYD_NEW;
}

/* The canonical value of a metadata instance; owned by the tree. */
EXPORT const char *
yw_meta_value(const struct lyd_meta *meta)
{
    return lyd_get_meta_value(meta);
}

/* The default value with the given index of a leaf or leaf-list, or a null pointer behind the last. */
EXPORT const char *
yw_default(const struct lysc_node *node, uint32_t index)
{
    const struct lyd_value *value = NULL;

    if (node->nodetype == LYS_LEAF) {
        value = index ? NULL : ((const struct lysc_node_leaf *)node)->dflt;
    } else if (node->nodetype == LYS_LEAFLIST) {
        struct lyd_value **values = ((const struct lysc_node_leaflist *)node)->dflts;

        value = index < LY_ARRAY_COUNT(values) ? values[index] : NULL;
    }
    return value ? lyd_value_get_canonical(node->module->ctx, value) : NULL;
}

/* Whether a compiled schema node has the extension `name` of `module`, itself or inherited (RFC 8341). */
EXPORT uint32_t
yw_has_extension(const struct lysc_node *node, const char *module, const char *name)
{
    for (LY_ARRAY_COUNT_TYPE i = 0; i < LY_ARRAY_COUNT(node->exts); ++i) {
        const struct lysc_ext *definition = node->exts[i].def;

        if (!strcmp(definition->name, name) && !strcmp(definition->module->name, module)) {
            return 1;
        }
    }
    return 0;
}

/* The ietf-yang-library data of a context with the given content-id (ly_ctx_get_yanglib_data()). */
EXPORT LY_ERR
yw_yang_library(const struct ly_ctx *ctx, struct lyd_node **root, const char *content_id)
{
    return ly_ctx_get_yanglib_data(ctx, root, "%s", content_id);
}

/*
 * lyd_print_mem(). libyang gives the attribute `default` of RFC 6243 the namespace of the module
 * ietf-netconf-with-defaults; section 6 of it says another, so that is the module's while it prints. The
 * module has no data of its own that would be printed with it.
 */
EXPORT LY_ERR
yw_print(char **text, const struct lyd_node *root, LYD_FORMAT format, uint32_t options)
{
    struct lys_module *module = ly_ctx_get_module_latest(LYD_CTX(root), "ietf-netconf-with-defaults");
    const char *own_namespace = module ? module->ns : NULL;
    LY_ERR rc;

    if (module) {
        module->ns = "urn:ietf:params:xml:ns:netconf:default:1.0";
    }
    rc = lyd_print_mem(text, root, format, options);
    if (module) {
        module->ns = own_namespace;
    }
    return rc;
}

/*
 * Reads the content of one notification: the element that names it, as it stands inside <notification>
 * (RFC 7950 section 7.16.2). Names and types are checked, the constraints of the schema are not.
 */
EXPORT LY_ERR
yw_parse_notification(const struct ly_ctx *ctx, const char *text, struct lyd_node **tree)
{
    struct ly_in *in = NULL;
    LY_ERR rc = ly_in_new_memory(text, &in);

    if (!rc) {
        rc = lyd_parse_op(ctx, NULL, in, LYD_XML, LYD_TYPE_NOTIF_YANG, tree, NULL);
    }
    ly_in_free(in, 0);
    return rc;
}

/*
 * Evaluates an XPath expression to a node set. With `prefixes`, pairs of a prefix and a namespace URI,
 * the expression is one of XML: all names need a prefix of these pairs. Without (a null pointer),
 * prefixes are names of modules.
 */
EXPORT LY_ERR
yw_xpath(const struct lyd_node *at, const struct lyd_node *tree, const char *expression, char **prefixes,
        uint32_t pairs, struct ly_set **found)
{
    struct lyxml_ns *namespaces = NULL;
    struct ly_set *set = NULL;
    LY_ERR rc;

    if (!prefixes) {
        return lyd_find_xpath3(at, tree, expression, LY_VALUE_JSON, NULL, NULL, found);
    }

    namespaces = calloc(pairs ? pairs : 1, sizeof *namespaces);
    rc = namespaces ? ly_set_new(&set) : LY_EMEM;
    for (uint32_t i = 0; !rc && (i < pairs); ++i) {
        namespaces[i].prefix = prefixes[2 * i];
        namespaces[i].uri = prefixes[2 * i + 1];
        rc = ly_set_add(set, &namespaces[i], 1, NULL);
    }
    if (!rc) {
        rc = lyd_find_xpath3(at, tree, expression, LY_VALUE_XML, set, NULL, found);
    }
    ly_set_free(set, NULL);
    free(namespaces);
    return rc;
}
