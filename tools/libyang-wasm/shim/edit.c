/*
 * What edits are asked of each of their nodes, and how new nodes are written down, of which there may be many
 * (src/config/datastore/edit/, src/config/compare/).
 */
#include <stdint.h>

#include "libyang.h"
#include "metadata.h"

#define EXPORT __attribute__((visibility("default")))

/* Whether two schema nodes lie in different cases of the same choice. */
static ly_bool
exclude_each_other(const struct lysc_node *one, const struct lysc_node *other)
{
    for (; one->parent && (one->parent->nodetype == LYS_CASE); one = one->parent->parent) {
        const struct lysc_node *step = other;

        for (; step->parent && (step->parent->nodetype == LYS_CASE); step = step->parent->parent) {
            if ((one->parent->parent == step->parent->parent) && (one->parent != step->parent)) {
                return 1;
            }
        }
    }
    return 0;
}

/* Whether a node in a choice stands with one of another case; `first` is the first of its siblings. */
static ly_bool
stands_alone_in_choice(const struct lyd_node *node, const struct lyd_node *first)
{
    const struct lysc_node *seen = NULL;

    if (!node->schema->parent || (node->schema->parent->nodetype != LYS_CASE)) {
        return 1;
    }
    for (; first != node; first = first->next) {
        if (first->schema && (first->schema != seen) && exclude_each_other(first->schema, node->schema)) {
            return 0;
        }
        seen = first->schema;
    }
    return 1;
}

static ly_bool
has_own_metadata(const struct lyd_node *node)
{
    const struct lyd_meta *meta;

    LY_LIST_FOR(node->meta, meta) {
        if (!lyd_meta_is_internal(meta)) {
            return 1;
        }
    }
    return 0;
}

/* Whether no sibling before this one is the same node: an entry of the same keys or value, or another instance. */
static ly_bool
is_first_instance(const struct lyd_node *node, const struct lyd_node *first)
{
    struct lyd_node *match = NULL;

    if (node->schema->nodetype & (LYS_LIST | LYS_LEAFLIST)) {
        return !lyd_find_sibling_first(first, node, &match) && (match == node);
    }
    return !lyd_find_sibling_val(first, node->schema, NULL, 0, &match) && (match == node);
}

/*
 * Whether what is inside a node of an edit can be added as it is: nothing that the schema does not know or
 * that is tagged as a default, nothing twice, no two cases of a choice, and no attributes at all.
 */
EXPORT uint32_t
yw_is_plain(const struct lyd_node *node)
{
    const struct lyd_node *first = lyd_child(node), *child;

    LY_LIST_FOR(first, child) {
        if (!child->schema || has_own_metadata(child) || !is_first_instance(child, first) ||
                !stands_alone_in_choice(child, first)) {
            return 0;
        }
        if ((child->schema->nodetype & LYD_NODE_TERM) && (child->flags & LYD_DEFAULT)) {
            return 0;
        }
        if ((child->schema->nodetype & LYD_NODE_INNER) && !yw_is_plain(child)) {
            return 0;
        }
    }
    return 1;
}

/*
 * Prints a container or list entry with what was explicitly set in it. LY_ENOT where there is something inside
 * that needs a closer look: metadata, or anydata.
 */
EXPORT LY_ERR
yw_print_new(const struct lyd_node *node, char **text)
{
    const struct lyd_node *inner;

    LYD_TREE_DFS_BEGIN(node, inner) {
        if (!inner->schema || (inner->schema->nodetype & LYD_NODE_ANY) || ((inner != node) && has_own_metadata(inner))) {
            return LY_ENOT;
        }
        LYD_TREE_DFS_END(node, inner);
    }
    return lyd_print_mem(text, node, LYD_XML, LYD_PRINT_SHRINK | LYD_PRINT_WD_EXPLICIT);
}
