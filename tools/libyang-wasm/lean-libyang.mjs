/**
 * Changes to libyang that spare what it does again and again for each of many nodes, made in the text that
 * the compiler sees. What comes out is the same.
 *
 * - Unions: the hash of a list entry, made of its keys whenever the entry is read, copied or compared, asks a
 *   union which of its types a value has, and it tries them all again, patterns included; validation once
 *   more. A value knows its type. Only where that depends on other nodes (a leafref or an
 *   instance-identifier among the types) it has to be found again.
 * - Leafrefs: validation compiles the path, makes another one with the value in it, reads that and
 *   evaluates it, for each entry that refers. While values are validated no node comes or goes, so that what
 *   the leafref before it has found holds for one with the same value and the same absolute path.
 * - Reading XML: the module of each element was looked for among all modules by its namespace; most are
 *   of that of their parent. Each character of a value was looked at as the beginning of `<![CDATA[` and of
 *   a sequence in UTF-8.
 */
import { changedText } from './changed-text.mjs';

/** @type {Record<string, import('./changed-text.mjs').Change[]>} */
const changes = {
  'src/plugins_types/union.c': [
    {
      from: /^static const void \*\nlyb_union_print\(/m,
      to: `/* The type that a value has, where no other node decides on that; the number of types where one does. */
static uint32_t
own_type_index(const struct lysc_type_union *type_u, const struct lysc_type *type)
{
    LY_ARRAY_COUNT_TYPE u, own = LY_ARRAY_COUNT(type_u->types);

    LY_ARRAY_FOR(type_u->types, u) {
        if (type_u->types[u]->plugin->validate) {
            return LY_ARRAY_COUNT(type_u->types);
        }
        if ((type_u->types[u] == type) && (own > u)) {
            own = u;
        }
    }
    return own;
}

$&`,
    },
    {
      from: `    subvalue->value.realtype->plugin->free(ctx, &subvalue->value);
    r = union_find_type(ctx, type_u, subvalue, 0, 0, NULL, NULL, &type_idx, NULL, &err);
    ly_err_free(err);
    LY_CHECK_RET((r != LY_SUCCESS) && (r != LY_EINCOMPLETE), NULL);
`,
      to: `    type_idx = own_type_index(type_u, subvalue->value.realtype);
    if (type_idx == LY_ARRAY_COUNT(type_u->types)) {
$&    }
`,
    },
    {
      from: /^LIBYANG_API_DEF LY_ERR\nlyplg_type_validate_union\(/m,
      to: `static uint32_t own_type_index(const struct lysc_type_union *type_u, const struct lysc_type *type);

$&`,
    },
    {
      from: `    /* because of types that do not store their own type as realtype (leafref), we are not able to call their
`,
      to: `    if (own_type_index(type_u, subvalue->value.realtype) < LY_ARRAY_COUNT(type_u->types)) {
        return LY_SUCCESS;
    }

$&`,
    },
  ],
  'src/validation.c': [
    {
      from: /^LY_ERR\nlyd_validate_unres\(/m,
      to: `/* Whether a leafref finds what the one before it has found: the same path from the root, the same value. */
static ly_bool
is_resolved_alike(const struct lyd_node_term *node, const struct lyd_node_term *before)
{
    const struct lysc_type *type = ((struct lysc_node_leaf *)node->schema)->type;
    const char *path;

    if (!before || (before->schema != node->schema) || (type->basetype != LY_TYPE_LEAFREF) ||
            (ly_ctx_get_options(LYD_CTX(node)) & LY_CTX_LEAFREF_LINKING)) {
        return 0;
    }
    path = lyxp_get_expr(((struct lysc_type_leafref *)type)->path);
    return (path[0] == '/') && !strchr(path, '[') && !strchr(path, '(') && node->value._canonical &&
            (node->value._canonical == before->value._canonical) && (node->value.realtype == before->value.realtype);
}

$&`,
    },
    {
      from: `            struct lysc_type *type = ((struct lysc_node_leaf *)node->schema)->type;

            /* resolve the value of the node */
            LOG_LOCSET(NULL, &node->node);
            r = lyd_value_validate_incomplete(LYD_CTX(node), type, &node->value, &node->node, *tree);
            LOG_LOCBACK(0, 1);
            LY_VAL_ERR_GOTO(r, rc = r, val_opts, cleanup);
`,
      to: `            struct lysc_type *type = ((struct lysc_node_leaf *)node->schema)->type;

            if (!is_resolved_alike(node, resolved)) {
                LOG_LOCSET(NULL, &node->node);
                r = lyd_value_validate_incomplete(LYD_CTX(node), type, &node->value, &node->node, *tree);
                LOG_LOCBACK(0, 1);
                LY_VAL_ERR_GOTO(r, rc = r, val_opts, cleanup);
                resolved = r ? NULL : (type->basetype == LY_TYPE_LEAFREF) ? node : resolved;
            }
`,
    },
    {
      from: `        struct ly_set *ext_val, uint32_t val_opts, struct lyd_node **diff)
{
    LY_ERR r, rc = LY_SUCCESS;
    uint32_t i;
`,
      to: `$&    const struct lyd_node_term *resolved = NULL;
`,
    },
  ],
  'src/parser_xml.c': [
    {
      from: `    mod = ly_ctx_get_module_implemented_ns(parent ? LYD_CTX(parent) : ctx, ns->uri);
`,
      to: `    if (parent && parent->schema && parent->schema->module->implemented &&
            !strcmp(parent->schema->module->ns, ns->uri)) {
        mod = parent->schema->module;
    } else {
    $&    }
`,
    },
  ],
  'src/xml.c': [
    {
      from: `        } else if (!strncmp(in + offset, "<![CDATA[", ly_strlen_const("<![CDATA["))) {`,
      to: `        } else if ((in[offset] >= '(') && (in[offset] <= 'z') && (in[offset] != '<') && (in[offset] != endchar)) {
            ws = 0;
            ++offset;
$&`,
    },
    {
      from: `        rc = ly_getutf8(&in, &c, &parsed);
        LY_CHECK_ERR_RET(rc, LOGVAL(xmlctx->ctx, LY_VCODE_INCHAR, in[0]), LY_EVALID);
    } while (is_xmlqnamechar(c));
`,
      to: `        while (((in[0] >= 'a') && (in[0] <= 'z')) || (in[0] == '-')) {
            ++in;
            ++xmlctx->in->current;
        }
$&`,
    },
  ],
};

/** The files of libyang that are changed, relative to its folder. */
export const leanFiles = Object.keys(changes);

/**
 * @param {string} path of a file of libyang, relative to its folder
 * @param {string} text of it
 * @returns {string}
 * @throws {Error} when the text is not the one that the changes were made for
 */
export function leanLibyang(path, text) {
  return changedText(path, text, changes[path] ?? []);
}
