/*
 * What the compiled schema says of the constraints of a data node: JavaScript finds out with it what a
 * change can affect (src/config/validation/). Nodes come in as pointers to lysc_node, as elsewhere.
 */
#include <stdint.h>

#include "libyang.h"

#define CHECK(call) \
    do { \
        LY_ERR rc_ = (call); \
        if (rc_) { \
            return rc_; \
        } \
    } while (0)

#define EXPORT __attribute__((visibility("default")))

/* Bits of yw_traits(). */
#define ELEMENTS 1u  /* min-elements or max-elements */
#define UNIQUE 2u    /* a list with `unique` */
#define LEAFREF 4u   /* a leafref that has to find its target */
#define MEMBER 8u    /* a union with such a leafref */
#define INSTANCE 16u /* an instance-identifier that has to find its target, alone or in a union */

static uint32_t
traits_of_type(const struct lysc_type *type, uint32_t leafref)
{
    uint32_t traits = 0;

    switch (type->basetype) {
    case LY_TYPE_LEAFREF:
        return ((const struct lysc_type_leafref *)type)->require_instance ? leafref : 0;
    case LY_TYPE_INST:
        return ((const struct lysc_type_instanceid *)type)->require_instance ? INSTANCE : 0;
    case LY_TYPE_UNION: {
        struct lysc_type **members = ((const struct lysc_type_union *)type)->types;
        LY_ARRAY_COUNT_TYPE i;

        LY_ARRAY_FOR(members, i) {
            traits |= traits_of_type(members[i], MEMBER);
        }
        return traits;
    }
    default:
        return 0;
    }
}

/* The constraints of a node that are not XPath expressions, as bits. */
EXPORT uint32_t
yw_traits(const struct lysc_node *node)
{
    switch (node->nodetype) {
    case LYS_LIST: {
        const struct lysc_node_list *list = (const struct lysc_node_list *)node;

        return ((list->min > 0) || (list->max < UINT32_MAX) ? ELEMENTS : 0) | (list->uniques ? UNIQUE : 0);
    }
    case LYS_LEAFLIST: {
        const struct lysc_node_leaflist *list = (const struct lysc_node_leaflist *)node;

        return ((list->min > 0) || (list->max < UINT32_MAX) ? ELEMENTS : 0) | traits_of_type(list->type, LEAFREF);
    }
    case LYS_LEAF:
        return traits_of_type(((const struct lysc_node_leaf *)node)->type, LEAFREF);
    default:
        return 0;
    }
}

/* The path of a leaf or leaf-list that is a leafref, as the module has it. */
EXPORT const char *
yw_leafref_path(const struct lysc_node *node)
{
    const struct lysc_type *type = node->nodetype == LYS_LEAF ? ((const struct lysc_node_leaf *)node)->type :
            ((const struct lysc_node_leaflist *)node)->type;

    return lyxp_get_expr(((const struct lysc_type_leafref *)type)->path);
}

/* The `when` with that index which a node depends on: its own, and those of the choices and cases around it. */
static const struct lysc_when *
when_at(const struct lysc_node *node, uint64_t index)
{
    do {
        struct lysc_when **whens = lysc_node_when(node);

        if (index < LY_ARRAY_COUNT(whens)) {
            return whens[index];
        }
        index -= LY_ARRAY_COUNT(whens);
        node = node->parent;
    } while (node && (node->nodetype & (LYS_CHOICE | LYS_CASE)));
    return NULL;
}

/*
 * The XPath expression with that index which `must` or `when` put on a node, and all schema nodes that
 * evaluating it passes (`atoms`, freed with ly_set_free()). LY_ENOTFOUND behind the last.
 */
EXPORT LY_ERR
yw_constraint(const struct lysc_node *node, uint32_t index, const char **expression, struct ly_set **atoms)
{
    struct lysc_must *musts = lysc_node_musts(node);
    const struct lysc_when *when;

    if (index < LY_ARRAY_COUNT(musts)) {
        *expression = lyxp_get_expr(musts[index].cond);
        return lys_find_expr_atoms(node, node->module, musts[index].cond, musts[index].prefixes, 0, atoms);
    }
    when = when_at(node, index - LY_ARRAY_COUNT(musts));
    if (!when) {
        return LY_ENOTFOUND;
    }
    *expression = lyxp_get_expr(when->cond);
    return lys_find_expr_atoms(when->context, node->module, when->cond, when->prefixes, 0, atoms);
}

/* A container that exists for its content is there by default when all in it is. */
static void
settle_container(struct lyd_node *container)
{
    const struct lyd_node *child;

    LY_LIST_FOR(lyd_child(container), child) {
        if (!(child->flags & LYD_DEFAULT)) {
            container->flags &= ~(uint32_t)LYD_DEFAULT;
            return;
        }
    }
    container->flags |= LYD_DEFAULT;
}

/*
 * Gives nodes of a tree in use the standing that validating copies of them (`validated` and its siblings)
 * has brought: they are no longer new, and a `when` that held may remove them once it no longer does.
 */
EXPORT void
yw_settle(const struct lyd_node *validated, struct lyd_node *live)
{
    const struct lyd_node *node;
    struct lyd_node *match;

    if (!live) {
        return;
    }
    LY_LIST_FOR(validated, node) {
        if (!node->schema || lyd_find_sibling_first(live, node, &match)) {
            continue;
        }
        match->flags = (match->flags & ~(uint32_t)LYD_NEW) | (node->flags & LYD_WHEN_TRUE);
        yw_settle(lyd_child(node), lyd_child(match));
        if ((match->schema->nodetype == LYS_CONTAINER) && !(match->schema->flags & LYS_PRESENCE)) {
            settle_container(match);
        }
    }
}

/* What a change can affect, as JavaScript has found out (schema-analysis.ts): in the `priv` of schema nodes. */
#define PARTIAL 1u /* a list whose entries are told apart */
#define PARTS 2u   /* with such lists inside */

static uint32_t
marks_of(const struct lysc_node *schema)
{
    return (uint32_t)(uintptr_t)schema->priv;
}

EXPORT void
yw_mark(struct lysc_node *schema, uint32_t marks)
{
    schema->priv = (void *)(uintptr_t)marks;
}

static LY_ERR copy_inside(const struct lyd_node *node, struct lyd_node *copy);

/* Copies the instances of a schema node, of which `node` is the first. */
static LY_ERR
copy_instances(const struct lyd_node *node, struct lyd_node *parent)
{
    const struct lysc_node *schema = node->schema;
    ly_bool shallow = (schema->nodetype == LYS_CONTAINER) && (marks_of(schema) & PARTS);
    uint32_t options = LYD_DUP_WITH_FLAGS | (shallow ? 0 : LYD_DUP_RECURSIVE);
    struct lyd_node *copy;

    for (; node && (node->schema == schema); node = node->next) {
        CHECK(lyd_dup_single(node, (struct lyd_node_inner *)parent, options, &copy));
        if (shallow) {
            CHECK(copy_inside(node, copy));
        }
    }
    return LY_SUCCESS;
}

/* Going by the schema passes over the entries that are left out, however many there are. */
static LY_ERR
copy_inside(const struct lyd_node *node, struct lyd_node *copy)
{
    const struct lysc_node *schema = NULL;
    struct lyd_node *first;

    while ((schema = lys_getnext(schema, node->schema, NULL, 0))) {
        if ((schema->flags & (LYS_CONFIG_R | LYS_KEY)) || (marks_of(schema) & PARTIAL)) {
            continue;
        }
        if (!lyd_find_sibling_val(lyd_child(node), schema, NULL, 0, &first)) {
            CHECK(copy_instances(first, copy));
        }
    }
    return LY_SUCCESS;
}

/*
 * Adds a copy of a node to `parent`, or makes one that stands alone: with everything in it but the entries of
 * lists that are marked as partial.
 */
EXPORT LY_ERR
yw_copy_outside_lists(const struct lyd_node *node, struct lyd_node *parent, struct lyd_node **copy)
{
    ly_bool shallow = (marks_of(node->schema) & PARTS) != 0;
    uint32_t options = LYD_DUP_WITH_FLAGS | (shallow ? 0 : LYD_DUP_RECURSIVE);

    CHECK(lyd_dup_single(node, (struct lyd_node_inner *)parent, options, copy));
    return shallow ? copy_inside(node, *copy) : LY_SUCCESS;
}
